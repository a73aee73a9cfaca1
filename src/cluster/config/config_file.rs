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
        let options = Options::of(&value)?;
        let tls = TlsSection::of(&options)?;
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

    /// The data directory, mongod's own default where the file has none.
    #[must_use]
    pub fn db_path(&self) -> String {
        self.options.text("storage.dbPath").unwrap_or_else(|| "/data/db".to_owned())
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
        match self.options.text("security.authorization").as_deref() {
            _ if self.options.is_true("security.transitionToAuth") => Authorization::NotEnforced,
            Some("enabled") => Authorization::Enforced,
            Some(_) => Authorization::NotEnforced,
            None if members_do => Authorization::Enforced,
            None => Authorization::NotEnforced,
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
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cluster::mode::{Spelling, TlsMode};

    fn file(text: &str) -> ConfigFile {
        ConfigFile::parse(text).unwrap()
    }

    #[test]
    fn words_stay_the_words_that_mongod_takes_them_for() {
        let file = file("a: yes\nb: 0755\nc: 1_000\nd: on\ne: 2026-01-01\n");
        for (key, text) in [("a", "yes"), ("b", "0755"), ("c", "1_000"), ("d", "on")] {
            assert_eq!(file.option(key).as_deref(), Some(text));
        }
    }

    #[test]
    fn either_name_and_either_nesting_says_the_same_of_tls() {
        let expected = |spelling| TlsSection {
            spelling: Some(spelling),
            mode: TlsMode::Prefer,
            certificate_key_file: Some("/s".into()),
            ca_file: Some("/c".into()),
            cluster_file: None,
            cluster_ca_file: None,
            log_versions: None,
        };
        for (text, spelling) in [
            ("net: {tls: {mode: preferTLS, certificateKeyFile: /s, CAFile: /c}}", Spelling::Tls),
            ("net: {ssl: {mode: preferSSL, PEMKeyFile: /s, CAFile: /c}}", Spelling::Ssl),
            ("net.tls.mode: preferTLS\nnet: {tls: {CAFile: /c, certificateKeyFile: /s}}", Spelling::Tls),
            ("net: {ssl: {mode: preferSSL}, tls: {CAFile: /c, certificateKeyFile: /s}}", Spelling::Ssl),
        ] {
            assert_eq!(*file(text).tls(), expected(spelling), "{text}");
        }
        let none = file("net:\n  port: 1\n");
        assert_eq!((none.tls().spelling, none.tls().mode), (None, TlsMode::Disabled));
    }

    #[test]
    fn the_address_to_dial_is_loopback_unless_mongod_is_not_there() {
        for (net, address) in [
            ("{}", "127.0.0.1"),
            ("{bindIp: localhost}", "127.0.0.1"),
            ("{bindIp: '10.0.0.1, 127.0.0.1'}", "127.0.0.1"),
            ("{bindIp: 0.0.0.0}", "127.0.0.1"),
            ("{bindIp: '*'}", "127.0.0.1"),
            ("{bindIpAll: true}", "127.0.0.1"),
            ("{bindIpAll: false, bindIp: 10.0.0.1}", "10.0.0.1"),
            ("{bindIp: '/run/m.sock,10.0.0.1,10.0.0.2'}", "10.0.0.1"),
            ("{bindIp: db1.example.net}", "db1.example.net"),
            ("{bindIp: '::1,10.0.0.1'}", "::1"),
            ("{bindIp: '::', ipv6: true}", "::1"),
        ] {
            assert_eq!(file(&format!("net: {net}")).dial_address(), address, "{net}");
        }
    }

    #[test]
    fn who_has_to_log_in_follows_from_three_options() {
        for (security, authorization) in [
            ("{}", Authorization::NotEnforced),
            ("{authorization: enabled}", Authorization::Enforced),
            ("{keyFile: /k}", Authorization::Enforced),
            ("{keyFile: /k, transitionToAuth: true}", Authorization::NotEnforced),
            ("{clusterAuthMode: x509}", Authorization::Enforced),
            ("{authorization: disabled}", Authorization::NotEnforced),
        ] {
            let file = file(&format!("security: {security}"));
            assert_eq!(file.authorization(), authorization, "{security}");
        }
    }

    #[test]
    fn the_log_and_the_data_are_where_the_file_says() {
        let (empty, full) = (
            file(""),
            file("systemLog: {destination: file, path: /l}\nstorage: {dbPath: /d}\nreplication: {replSetName: rs0}"),
        );
        assert_eq!((empty.log(), empty.db_path()), (LogTo::Stdout, "/data/db".into()));
        assert_eq!((full.log(), full.db_path()), (LogTo::File("/l".into()), "/d".into()));
        assert_eq!(full.replica_set(), Some(SetName::new("rs0")));
        assert_eq!(file("systemLog: {destination: syslog}").log(), LogTo::Syslog);
    }

    #[test]
    fn what_cannot_be_read_with_certainty_is_refused() {
        for (text, message) in [
            ("net:\n\tport: 1\n", "the configuration file is not valid YAML at line `2`"),
            ("net:\n  port: 1\nnet:\n  bindIp: x\n", "the configuration file is not valid YAML at line `3`"),
            ("a: 1\n---\nb: 2\n", "the configuration file is not valid YAML"),
            ("a: {{x}}\n", "the configuration file is not valid YAML at line `1`"),
            ("<<: {a: 1}\n", "the configuration file is not valid YAML"),
            ("port = 27017\ndbpath = /x\n", "the configuration file is in the old `key = value` form"),
            ("- a\n", "the configuration file holds a list where its options should be"),
            ("net.port: 1\nnet: {port: 1}\n", "the option `net.port` is given twice"),
            ("net: {tls: {mode: allowtls}}\n", "`net.tls.mode` is `allowtls`, which is not a TLS mode"),
            ("net: {tls: {mode: {__exec: x}}}\n", "`net.tls.mode` is ``, which is not a TLS mode"),
            ("net: {port: 99999}\n", "`net.port` is `99999`, which is not a port"),
        ] {
            let error = ConfigFile::parse(text).unwrap_err().to_string();
            assert!(error.starts_with(message), "{text:?} gave {error}");
            assert!(!error.contains('\n'), "{error}");
        }
    }

    #[test]
    fn a_syntax_error_does_not_quote_the_file() {
        for text in [
            "clusterPassword: \"hunter2\n",
            "clusterPassword: *hunter2\n",
            "clusterPassword: hunter2: x\n",
            "clusterPassword: {{hunter2}}\n",
            "clusterPassword: !hunter2 x\nb\n",
            "clusterPassword: @hunter2\n",
            "hunter2\nx: [",
        ] {
            let error = format!("{:?}", ConfigFile::parse(text).unwrap_err());
            assert!(!error.contains("hunter2"), "{text:?} gave {error}");
        }
    }

    #[test]
    fn a_hostile_file_is_refused_at_once() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..9 {
            let before = format!("*a{}, ", level - 1).repeat(9);
            bomb.push_str(&format!("a{level}: &a{level} [{before}]\n"));
        }
        let deep = format!("a: {}{}", "[".repeat(10_000), "]".repeat(10_000));
        let long = format!("a: {}", "x".repeat(ConfigFile::MAX_BYTES));
        let many = "- a\n".repeat(200_000);
        for text in [bomb, deep, long, many] {
            let start = std::time::Instant::now();
            assert!(ConfigFile::parse(&text).is_err());
            assert!(start.elapsed().as_secs() < 2, "{:?}", start.elapsed());
        }
    }

    #[test]
    fn a_file_of_comments_is_read_however_long_they_are() {
        let comments = "  # one of many\n".repeat(2_000);
        let file = file(&format!("net:\n{comments}  port: 5\n{comments}x:\n{comments}  - 1\n"));
        assert_eq!(file.port(), 5);
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "[a-z:{}\\[\\]&*!|>#'\"%@`~?, \t\r\n.=0-9\u{feff}-]{0,80}") {
            let _ = ConfigFile::parse(&text);
        }
    }
}
