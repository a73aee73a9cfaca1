//! What is wrong with a configuration file, one sentence each.

use crate::{
    cluster::{
        check::CheckId,
        mode::{OptionNames, TlsMode},
        version::ServerVersion,
    },
    text::list,
};

/// Something in a file that makes mongod refuse to start. Each was measured on mongod 4.2.6 and
/// 6.0.5, but for the two that name a version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LintFinding {
    /// A mode under each of the two names.
    #[error("both `net.ssl.mode` and `net.tls.mode` are set")]
    TwoModes,
    /// One option under both its names.
    #[error("`{tls}` is set a second time by its old name `{ssl}`")]
    TwoNames {
        /// The name since 4.2.
        tls: String,
        /// The old name.
        ssl: String,
    },
    /// A name that belongs to the other spelling.
    #[error("`{key}` is not an option; it is called `{instead}`")]
    NoSuchOption {
        /// What the file says.
        key: String,
        /// What it should say.
        instead: String,
    },
    /// `allowSSL` under `net.tls`.
    #[error("`net.tls.mode` is `{value}`, which only `net.ssl.mode` takes")]
    OldModeName {
        /// The value.
        value: String,
    },
    /// Options that need TLS while the mode is disabled.
    #[error("TLS is disabled, and mongod then refuses {}", list(.keys))]
    OptionsWhileDisabled {
        /// The options.
        keys: Vec<String>,
    },
    /// A mode that needs a certificate, and none.
    #[error("the mode is `{mode}`, but there is no `{key}`")]
    NoCertificate {
        /// The mode.
        mode: TlsMode,
        /// The option that is missing.
        key: String,
    },
    /// Members would authenticate by certificates over connections without TLS.
    #[error("`security.clusterAuthMode` is `{value}`, which mongod refuses in mode `{mode}`")]
    ClusterAuthTooEarly {
        /// The option's value.
        value: String,
        /// The mode.
        mode: TlsMode,
    },
    /// The run-time parameter in the file.
    #[error("`{key}` can only be set at run time")]
    ModeAsParameter {
        /// The option.
        key: String,
    },
    /// `net:` with nothing beneath it.
    #[error("`{key}` is empty; mongod refuses a section without options")]
    EmptySection {
        /// The section.
        key: String,
    },
    /// `net.tls` on a server that does not know it.
    #[error("mongod {version} does not know `net.tls`; there it is called `net.ssl`")]
    TlsBefore42 {
        /// The server's version.
        version: ServerVersion,
    },
    /// No chain of trust, on a server that insists on one.
    #[error("mongod {version} refuses TLS without `{key}`")]
    NoTrust {
        /// The server's version.
        version: ServerVersion,
        /// The option that is missing.
        key: String,
    },
    /// Two chains of trust, on a server that takes one.
    #[error("mongod {version} takes `{key}` or `setParameter.tlsUseSystemCA`, and not both")]
    TwoTrusts {
        /// The server's version.
        version: ServerVersion,
        /// The option that names a CA file.
        key: String,
    },
}

impl LintFinding {
    /// The check that it belongs to.
    #[must_use]
    pub const fn check(&self) -> CheckId {
        match self {
            Self::NoTrust { .. } | Self::TwoTrusts { .. } => CheckId::ChainOfTrust,
            Self::ClusterAuthTooEarly { .. } => CheckId::ClusterAuth,
            _ => CheckId::ServerOptions,
        }
    }

    /// What to do, for those whose sentence does not say it.
    #[must_use]
    pub const fn fix(&self) -> &'static str {
        match self {
            Self::NoTrust { .. } => {
                "name the CA of the members' certificates: `ca_file` under `[mongodb.tls]`"
            }
            Self::TwoTrusts { .. } => "take one of the two out",
            Self::ClusterAuthTooEarly { .. } => {
                "keep `keyFile` until every member is at requireTLS, and change it after that"
            }
            _ => "mend it in the template, or in the file in place where there is none",
        }
    }

    /// The option of a section that holds the certificate.
    pub(super) const fn certificate_key(option_names: OptionNames) -> &'static str {
        match option_names {
            OptionNames::Tls => "net.tls.certificateKeyFile",
            OptionNames::Ssl => "net.ssl.PEMKeyFile",
        }
    }
}
