//! A configuration file as it was read: its text, its values, and the answers the engine needs.
//!
//! YAML is read strictly: `yes` stays a string and `0755` stays text, as mongod has it. A host is
//! not trusted with our memory or time, so size, depth, aliases and merge keys are all limited.

use serde_json::Value;
use serde_saphyr::{MergeKeyPolicy, Options as YamlOptions, budget, options};

use super::{error::ConfigError, options::Options, tls_section::TlsSection};
use crate::name::SetName;

/// A parsed `mongod.conf`.
#[derive(Clone, Debug)]
pub struct ConfigFile {
    text: String,
    value: Value,
    options: Options,
    tls: TlsSection,
    port: u16,
}

/// Where mongod writes its log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogTo {
    /// A file on the host.
    File(String),
    /// The host's syslog.
    Syslog,
    /// Standard output, which systemd sends to the journal.
    Stdout,
}

/// Whether clients have to log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authorization {
    /// They have to.
    Enforced,
    /// They need not, or not yet (`transitionToAuth`).
    NotEnforced,
}

impl ConfigFile {
    /// The largest file that is read.
    pub const MAX_BYTES: usize = 1 << 20;

    /// Reads a file's text.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        if text.len() > Self::MAX_BYTES {
            return Err(ConfigError::TooLarge { bytes: text.len(), most: Self::MAX_BYTES });
        }
        let value: Value =
            serde_saphyr::from_str_with_options(text, yaml_options()).map_err(|e| syntax(&e))?;
        let found = match &value {
            Value::Null | Value::Object(_) => None,
            Value::String(lone) if lone.contains('=') => return Err(ConfigError::OldForm),
            Value::Array(_) => Some("a list"),
            Value::String(_) | Value::Number(_) | Value::Bool(_) => Some("a lone value"),
        };
        if let Some(found) = found {
            return Err(ConfigError::NotAMapping { found });
        }
        let options = Options::from_value(&value)?;
        let tls = TlsSection::from_options(&options)?;
        let port = port(&options)?;
        Ok(Self { text: text.to_owned(), value, options, tls, port })
    }

    /// The text it was read from, byte for byte.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The parsed values, nested as they are in the file.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    pub(super) fn options(&self) -> &Options {
        &self.options
    }

    /// An option by its dotted name, as the text that mongod would take it for.
    #[must_use]
    pub fn option(&self, key: &str) -> Option<String> {
        self.options.text(key)
    }

    /// What it says of TLS.
    #[must_use]
    pub fn tls(&self) -> &TlsSection {
        &self.tls
    }

    /// The port, MongoDB's own where the file has none.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The addresses and names mongod listens on; sockets in the file system are left out.
    #[must_use]
    pub fn bind_ips(&self) -> Vec<String> {
        if self.options.is_true("net.bindIpAll") {
            return vec!["*".to_owned()];
        }
        let list = self.options.text("net.bindIp").unwrap_or_else(|| "localhost".to_owned());
        list.split(',')
            .map(str::trim)
            .filter(|entry| !entry.is_empty() && !entry.starts_with('/'))
            .map(str::to_owned)
            .collect()
    }

    /// The address that reaches this mongod from its own host: loopback, unless it does not listen
    /// there. An IPv6 address comes without brackets.
    #[must_use]
    pub fn dial_address(&self) -> String {
        const LOOPBACK: &str = "127.0.0.1";
        let ips = self.bind_ips();
        let on_loopback = ["localhost", LOOPBACK, "0.0.0.0", "*"];
        match ips.first() {
            Some(first) if !ips.iter().any(|ip| on_loopback.contains(&ip.as_str())) => {
                match first.as_str() {
                    "::" => "::1".to_owned(),
                    _ if ips.iter().any(|ip| ip == "::1") => "::1".to_owned(),
                    first => first.to_owned(),
                }
            }
            Some(_) | None => LOOPBACK.to_owned(),
        }
    }

    /// Where the log goes.
    #[must_use]
    pub fn log(&self) -> LogTo {
        let destination = self.options.text("systemLog.destination");
        match (destination.as_deref(), self.options.text("systemLog.path")) {
            (Some("syslog"), _) => LogTo::Syslog,
            (Some("file"), Some(path)) => LogTo::File(path),
            _ => LogTo::Stdout,
        }
    }

    /// The replica set's name, where the file makes the server a member of one.
    #[must_use]
    pub fn replica_set(&self) -> Option<SetName> {
        self.options
            .text("replication.replSetName")
            .or_else(|| self.options.text("replication.replSet"))
            .map(SetName::new)
    }

    /// The key file that members authenticate to each other with.
    #[must_use]
    pub fn key_file(&self) -> Option<String> {
        self.options.text("security.keyFile")
    }

    /// Whether clients have to log in: by the option itself, or because members do.
    #[must_use]
    pub fn authorization(&self) -> Authorization {
        let members_do = self.key_file().is_some()
            || self.options.text("security.clusterAuthMode").is_some_and(|mode| mode == "x509");
        let said = self.options.text("security.authorization").map(|said| said == "enabled");
        let in_transition = self.options.is_true("security.transitionToAuth");
        if said.unwrap_or(members_do) && !in_transition {
            Authorization::Enforced
        } else {
            Authorization::NotEnforced
        }
    }
}

/// Strict where mongod is, and small: a real file has a hundred nodes and no alias.
fn yaml_options() -> YamlOptions {
    options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        // mongod has no merge keys: it refuses `<<` as an option it does not know.
        merge_keys: MergeKeyPolicy::Error,
        with_snippet: false,
        budget: budget! {
            max_events: 100_000,
            max_nodes: 20_000,
            max_aliases: 100,
            max_anchors: 100,
            max_depth: 32,
            max_recorded_anchor_events: 10_000,
            max_documents: 1,
        },
    }
}

/// The parser's words and place, never its quotation of the file.
fn syntax(error: &serde_saphyr::Error) -> ConfigError {
    let location = error.location();
    let mut reason = error.without_snippet().to_string();
    if let Some(end) = reason.find(" at line ").or_else(|| reason.find('\n')) {
        reason.truncate(end);
    }
    ConfigError::Syntax {
        line: location.map_or(0, |place| place.line()),
        column: location.map_or(0, |place| place.column()),
        reason,
    }
}

fn port(options: &Options) -> Result<u16, ConfigError> {
    match options.get("net.port") {
        None => Ok(27017),
        Some(value) => {
            let text = options.text("net.port").unwrap_or_else(|| value.to_string());
            text.parse().map_err(|_| ConfigError::BadPort { value: text })
        }
    }
}

#[cfg(test)]
#[path = "config_file_tests.rs"]
mod tests;
