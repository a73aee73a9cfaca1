//! Why a configuration file cannot be read.

use crate::error::{Designed, Exit};

/// A configuration file that mongod would refuse, or that we cannot read with certainty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Far larger than any configuration file is.
    #[error("the configuration file has `{bytes}` bytes, more than the `{most}` that are read")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The largest size that is read.
        most: usize,
    },
    /// Broken YAML. The reason never quotes the file, which may hold passwords.
    #[error(
        "the configuration file is not valid YAML at line `{line}`, column `{column}`: {reason}"
    )]
    Syntax {
        /// Counted from 1.
        line: u64,
        /// Counted from 1.
        column: u64,
        /// The parser's words.
        reason: String,
    },
    /// mongod 2.4's form, which mongod still reads and we do not.
    #[error("the configuration file is in the old `key = value` form")]
    OldForm,
    /// A list or a lone value where options should be.
    #[error("the configuration file holds {found} where its options should be")]
    NotAMapping {
        /// What is there: "a list".
        found: &'static str,
    },
    /// One option given twice, perhaps once nested and once dotted.
    #[error("the option `{key}` is given twice")]
    Twice {
        /// The option.
        key: String,
    },
    /// A mode that is no mode in either spelling, or that only mongod can expand.
    #[error("`{key}` is `{value}`, which is not a TLS mode")]
    UnknownMode {
        /// The option.
        key: String,
        /// Its value.
        value: String,
    },
    /// A port that is no port.
    #[error("`net.port` is `{value}`, which is not a port")]
    BadPort {
        /// Its value.
        value: String,
    },
}

impl Designed for ConfigError {
    fn exit(&self) -> Exit {
        Exit::Refused
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::TooLarge { .. } | Self::NotAMapping { .. } => {
                "check that `config_file` in the plan names the file that mongod is started with"
            }
            Self::OldForm => {
                "write the file as YAML first: `mongod --outputConfig -f FILE` prints it in that form"
            }
            Self::Syntax { .. } | Self::Twice { .. } | Self::BadPort { .. } => {
                "`mongod --outputConfig -f FILE` on the host shows what mongod makes of the file"
            }
            Self::UnknownMode { .. } => {
                "the modes are disabled, allowTLS, preferTLS and requireTLS; \
                 under `net.ssl` they end in SSL"
            }
        };
        vec![hint.to_owned()]
    }
}
