//! The numbers of the checks, and why each of them is made.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The number of a check, by which a plan waives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckId {
    /// A certificate's extended key usage allows what it is used for.
    CertificateUsage,
    /// A chain leads from it to a root in the CA file, its own host's and its peers'.
    CertificateChain,
    /// The CA file holds a CA.
    CaFile,
    /// It covers the member's name in its set.
    CertificateName,
    /// It is valid now, and the clocks by which that is judged are right.
    CertificateDates,
    /// Key and certificate belong together and can be read.
    PrivateKey,
    /// The service's user can read the files, and no other user the keys.
    FileAccess,
    /// There is one chain of trust, where the server insists on it.
    ChainOfTrust,
    /// Clients need certificates of their own only where that is meant.
    ClientCertificates,
    /// The options fit the server's version, and each other.
    ServerOptions,
    /// Every process of the cluster is in the plan.
    WholeCluster,
    /// Members do not authenticate by certificates before they speak TLS.
    ClusterAuth,
    /// A server is given time to stop.
    StopTimeout,
    /// File and running mode fit: a restart would not cut the member off.
    FileAndMode,
    /// Members reach each other by TLS with their own certificates.
    PeerTls,
    /// Nobody speaks plaintext any more before it is refused.
    PlaintextClients,
    /// The server's log shows who connects without TLS.
    ConnectionLogging,
    /// The controller's own certificate does not pass for a member's.
    MemberLookalike,
    /// A certificate is valid for long enough.
    CertificateExpiry,
    /// Certificates are verified, without exceptions.
    PeerVerification,
}

/// A text that is the number of no check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoSuchCheck;

impl CheckId {
    /// All of them, in their order.
    pub const ALL: [Self; 20] = [
        Self::CertificateUsage,
        Self::CertificateChain,
        Self::CaFile,
        Self::CertificateName,
        Self::CertificateDates,
        Self::PrivateKey,
        Self::FileAccess,
        Self::ChainOfTrust,
        Self::ClientCertificates,
        Self::ServerOptions,
        Self::WholeCluster,
        Self::ClusterAuth,
        Self::StopTimeout,
        Self::FileAndMode,
        Self::PeerTls,
        Self::PlaintextClients,
        Self::ConnectionLogging,
        Self::MemberLookalike,
        Self::CertificateExpiry,
        Self::PeerVerification,
    ];

    /// Its number as it is written.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CertificateUsage => "P1",
            Self::CertificateChain => "P2",
            Self::CaFile => "P3",
            Self::CertificateName => "P4",
            Self::CertificateDates => "P5",
            Self::PrivateKey => "P6",
            Self::FileAccess => "P7",
            Self::ChainOfTrust => "P8",
            Self::ClientCertificates => "P9",
            Self::ServerOptions => "P10",
            Self::WholeCluster => "P11",
            Self::ClusterAuth => "P12",
            Self::StopTimeout => "P18",
            Self::FileAndMode => "P20",
            Self::PeerTls => "P25",
            Self::PlaintextClients => "P26",
            Self::ConnectionLogging => "P27",
            Self::MemberLookalike => "P30",
            Self::CertificateExpiry => "P31",
            Self::PeerVerification => "P32",
        }
    }

    /// Whether it is about a host's certificates and keys.
    #[must_use]
    pub const fn is_of_certificates(self) -> bool {
        matches!(
            self,
            Self::CertificateUsage
                | Self::CertificateChain
                | Self::CaFile
                | Self::CertificateName
                | Self::CertificateDates
                | Self::PrivateKey
                | Self::FileAccess
                | Self::CertificateExpiry
        )
    }

    /// Why it matters, in one sentence.
    #[must_use]
    pub const fn why(self) -> &'static str {
        match self {
            Self::CertificateUsage => "mongod starts with it, and its peers refuse it",
            Self::CertificateChain => {
                "mongod starts with it, and peers without its root CA reject it"
            }
            Self::CaFile => {
                "nothing can be verified with it: mongod starts, and rejects every peer"
            }
            Self::CertificateName => {
                "mongod starts with it, and the members that dial it by that name refuse it"
            }
            Self::CertificateDates => {
                "mongod does not start with a certificate outside its dates, and peers refuse it; the host's clock decides"
            }
            Self::PrivateKey
            | Self::FileAccess
            | Self::ChainOfTrust
            | Self::ServerOptions
            | Self::ClusterAuth => "mongod would not start with it",
            Self::ClientCertificates => {
                "a client without a certificate of its own would be refused"
            }
            Self::WholeCluster => {
                "a process that is left out loses contact with the rest of the cluster"
            }
            Self::StopTimeout => {
                "a mongod that is killed recovers from its journal first, and is away for longer"
            }
            Self::FileAndMode => "a restart would cut this member off",
            Self::PeerTls => {
                "at preferTLS members connect to each other by TLS, and these connections would fail"
            }
            Self::PlaintextClients => "clients that speak plaintext would be cut off",
            Self::ConnectionLogging => "clients that do not speak TLS would not be seen",
            Self::MemberLookalike => {
                "a client that shows it is taken for a cluster member, with all privileges"
            }
            Self::CertificateExpiry => {
                "when it is over no member reaches this one any more, and it does not start again"
            }
            Self::PeerVerification => {
                "TLS then encrypts, but does not authenticate: anyone may be at the other end"
            }
        }
    }
}

impl fmt::Display for CheckId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for CheckId {
    type Err = NoSuchCheck;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|id| id.name() == text).ok_or(NoSuchCheck)
    }
}

impl Serialize for CheckId {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for CheckId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = String::deserialize(from)?;
        name.parse().map_err(|_| D::Error::custom(format!("`{name}` is no check")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_is_read_as_it_is_written_and_no_other_is() {
        for id in CheckId::ALL {
            assert_eq!(id.name().parse(), Ok(id));
        }
        for text in ["", "P", "P0", "p1", "P01", "P99"] {
            assert_eq!(text.parse::<CheckId>(), Err(NoSuchCheck), "{text}");
        }
    }
}
