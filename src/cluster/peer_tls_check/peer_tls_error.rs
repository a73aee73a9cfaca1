//! Why one member cannot connect to another by TLS, and how to fix it.

/// Why one member would not reach another by TLS.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeerTlsError {
    /// The name has no address on that host.
    #[error("the name is not found there (`{0}`)")]
    NameNotFound(String),
    /// The port is closed.
    #[error("nothing listens at that port")]
    Refused,
    /// There is no way.
    #[error("no route to the host (`{0}`)")]
    NoRoute(String),
    /// Nothing came back.
    #[error("the connection timed out")]
    Timeout,
    /// Something listens that speaks no TLS.
    #[error("the server does not speak TLS (`{0}`)")]
    NoTls(String),
    /// No chain to a root that is trusted.
    #[error("the certificate shown there is not trusted: {words} (`{subject}`)")]
    Untrusted {
        /// Of which certificate of the chain that is said.
        subject: String,
        /// OpenSSL's words.
        words: String,
    },
    /// Past its last day.
    #[error("`{subject}` has expired{when}")]
    Expired {
        /// The certificate.
        subject: String,
        /// Its last moment, in brackets, where it was told.
        when: String,
    },
    /// Before its first day.
    #[error("`{subject}` is not valid yet{when}")]
    NotYetValid {
        /// The certificate.
        subject: String,
        /// Its first moment, in brackets, where it was told.
        when: String,
    },
    /// A certificate that is not for servers.
    #[error("the certificate shown there is not for accepting connections: {words} (`{subject}`)")]
    Purpose {
        /// The certificate.
        subject: String,
        /// OpenSSL's words.
        words: String,
    },
    /// A certificate for other names.
    #[error("the certificate shown there is for {}, and not for `{wanted}`", named(.names))]
    Name {
        /// The names in it.
        names: Vec<String>,
        /// The name that was dialled.
        wanted: String,
    },
    /// The peer rejected the connection.
    #[error("the peer completed the handshake, and then closed the connection{0}")]
    RefusedByPeer(String),
    /// The peer did not reply.
    #[error("the TLS handshake succeeded, but the server did not reply in time")]
    NoAnswer,
    /// The host could not use its own certificate, key or CA file.
    #[error("its own certificate, key or CA file cannot be used: {0}")]
    Unreadable(String),
    /// Something else.
    #[error("openssl failed: {0}")]
    Failed(String),
}

fn named(names: &[String]) -> String {
    if names.is_empty() { "no name at all".to_owned() } else { names.join(", ") }
}

impl PeerTlsError {
    /// Whether the fix is in a file that a server has loaded already.
    #[must_use]
    pub fn is_about_files(&self) -> bool {
        match self {
            Self::Untrusted { .. }
            | Self::Expired { .. }
            | Self::NotYetValid { .. }
            | Self::Purpose { .. }
            | Self::Name { .. }
            | Self::RefusedByPeer(_)
            | Self::Unreadable(_) => true,
            Self::NameNotFound(_)
            | Self::Refused
            | Self::NoRoute(_)
            | Self::Timeout
            | Self::NoTls(_)
            | Self::NoAnswer
            | Self::Failed(_) => false,
        }
    }

    /// How to fix it, for the dialling host and the member that was dialled.
    #[must_use]
    pub fn fix(&self, from: &str, to: &str) -> String {
        match self {
            Self::NameNotFound(_) => {
                format!("let `{from}` resolve the name: DNS, or /etc/hosts there")
            }
            Self::Refused | Self::NoRoute(_) | Self::Timeout => format!(
                "look where that name leads on `{from}` (getent ahosts NAME), at `net.bindIp` on `{to}`, and at firewalls between them"
            ),
            Self::NoTls(_) => format!(
                "look where that name leads on `{from}`: a server at allowTLS speaks TLS, and `{to}` is one"
            ),
            Self::Untrusted { .. } => format!(
                "`net.tls.CAFile` on `{from}` has to hold the root of the certificate of `{to}`, and the PEM file of `{to}` the intermediates"
            ),
            Self::Expired { .. } | Self::NotYetValid { .. } => {
                format!("replace it, or set the clock of `{from}` right: `date -u`")
            }
            Self::Purpose { .. } => format!(
                "issue the certificate of `{to}` with serverAuth too, or without extended key usage"
            ),
            Self::Name { wanted, .. } => format!(
                "where `{wanted}` leads from `{from}` (getent ahosts {wanted}) there has to be `{to}`, and its certificate has to have that name"
            ),
            Self::RefusedByPeer(_) => format!(
                "the certificate that `{from}` shows needs clientAuth, and `net.tls.clusterCAFile` or `CAFile` on `{to}` its root"
            ),
            Self::NoAnswer => format!("check the health of the server on `{to}`"),
            Self::Unreadable(_) => {
                format!("look at the files that `net.tls` names on `{from}`, as the service's user")
            }
            Self::Failed(_) => format!("try `openssl s_client -connect` on `{from}` by hand"),
        }
    }
}
