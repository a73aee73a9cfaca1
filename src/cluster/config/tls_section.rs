//! The TLS options of a file, whichever of their two names they go by.
//!
//! Since 4.2 mongod takes `net.ssl.*` as another name for `net.tls.*`, option by option, so a file
//! may hold both; the mode decides which of the two the file is said to use.

use super::{error::ConfigError, options::Options};
use crate::cluster::mode::{OptionNames, TlsMode};

/// What a file says of TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsSection {
    /// Which names the file uses; `None` when it has no TLS option at all.
    pub option_names: Option<OptionNames>,
    /// The mode; disabled when the file has none.
    pub mode: TlsMode,
    /// The PEM with certificate and key.
    pub certificate_key_file: Option<String>,
    /// The CA file.
    pub ca_file: Option<String>,
    /// The certificate a member shows to its peers, where it has one of its own.
    pub cluster_file: Option<String>,
    /// The CA that incoming certificates are verified with, where it differs.
    pub cluster_ca_file: Option<String>,
    /// Whether a key can be read without more than its file.
    pub pass_phrase: PassPhrase,
    /// The TLS versions whose handshakes are logged.
    pub log_versions: Option<String>,
}

/// Whether a key in the file is behind a pass phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PassPhrase {
    /// One is given for the server's or the member's key.
    Needed,
    /// None is.
    None,
}

impl TlsSection {
    pub(super) fn from_options(options: &Options) -> Result<Self, ConfigError> {
        let modes = (mode(options, OptionNames::Tls)?, mode(options, OptionNames::Ssl)?);
        let uses =
            |option_names: OptionNames| options.beneath(option_names.section()).next().is_some();
        let option_names = match modes {
            (Some(_), _) => Some(OptionNames::Tls),
            (None, Some(_)) => Some(OptionNames::Ssl),
            (None, None) => {
                [OptionNames::Tls, OptionNames::Ssl].into_iter().find(|&name| uses(name))
            }
        };
        let file = |tls: &str, ssl: &str| {
            options
                .text(&format!("net.tls.{tls}"))
                .or_else(|| options.text(&format!("net.ssl.{ssl}")))
        };
        let phrases = ["net.tls.certificateKeyFilePassword", "net.tls.clusterPassword"];
        let phrases = phrases.iter().chain(&["net.ssl.PEMKeyPassword", "net.ssl.clusterPassword"]);
        let given =
            |key: &&str| options.get(key).is_some() || options.beneath(key).next().is_some();
        let needed = phrases.copied().any(|key| given(&key));
        Ok(Self {
            pass_phrase: if needed { PassPhrase::Needed } else { PassPhrase::None },
            option_names,
            mode: modes.0.or(modes.1).unwrap_or(TlsMode::Disabled),
            certificate_key_file: file("certificateKeyFile", "PEMKeyFile"),
            ca_file: file("CAFile", "CAFile"),
            cluster_file: file("clusterFile", "clusterFile"),
            cluster_ca_file: file("clusterCAFile", "clusterCAFile"),
            log_versions: options.text("net.tls.logVersions"),
        })
    }
}

/// The mode under one of the names; an expansion (`__exec`, `__rest`) is known to mongod alone.
fn mode(options: &Options, option_names: OptionNames) -> Result<Option<TlsMode>, ConfigError> {
    let key = format!("{}.mode", option_names.section());
    if options.get(&key).is_none() && options.beneath(&key).next().is_none() {
        return Ok(None);
    }
    let value = options.text(&key).unwrap_or_default();
    match value.parse() {
        Ok(mode) => Ok(Some(mode)),
        Err(_) => Err(ConfigError::UnknownMode { key, value }),
    }
}
