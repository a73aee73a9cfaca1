//! The numbers of the checks, and why each of them is made.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The number of a check, by which a plan waives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckId {
    /// A certificate's extended key usage allows what it is used for.
    P1,
    /// A chain leads from it to a root in the CA file, its own host's and its peers'.
    P2,
    /// The CA file holds a CA.
    P3,
    /// It covers the member's name in its set.
    P4,
    /// It is valid now, and the clocks by which that is judged are right.
    P5,
    /// Key and certificate belong together and can be read.
    P6,
    /// The service's user can read the files, and nobody else the keys.
    P7,
    /// There is one chain of trust, where the server insists on it.
    P8,
    /// Clients need certificates of their own only where that is meant.
    P9,
    /// The options fit the server's version, and each other.
    P10,
    /// Every process of the cluster is in the plan.
    P11,
    /// Members do not authenticate by certificates before they speak TLS.
    P12,
    /// A server is given time to stop.
    P18,
    /// File and running mode fit: a restart would not cut the member off.
    P20,
    /// Members reach each other by TLS with their own certificates.
    P25,
    /// Nobody speaks plaintext any more before it is refused.
    P26,
    /// The server's log shows who connects without TLS.
    P27,
    /// The controller's own certificate does not pass for a member's.
    P30,
    /// A certificate is valid for long enough.
    P31,
    /// Certificates are verified, without exceptions.
    P32,
}

/// A text that is the number of no check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoSuchCheck;

impl CheckId {
    /// All of them, in their order.
    pub const ALL: [Self; 20] = [
        Self::P1,
        Self::P2,
        Self::P3,
        Self::P4,
        Self::P5,
        Self::P6,
        Self::P7,
        Self::P8,
        Self::P9,
        Self::P10,
        Self::P11,
        Self::P12,
        Self::P18,
        Self::P20,
        Self::P25,
        Self::P26,
        Self::P27,
        Self::P30,
        Self::P31,
        Self::P32,
    ];

    /// Its number as it is written.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::P1 => "P1",
            Self::P2 => "P2",
            Self::P3 => "P3",
            Self::P4 => "P4",
            Self::P5 => "P5",
            Self::P6 => "P6",
            Self::P7 => "P7",
            Self::P8 => "P8",
            Self::P9 => "P9",
            Self::P10 => "P10",
            Self::P11 => "P11",
            Self::P12 => "P12",
            Self::P18 => "P18",
            Self::P20 => "P20",
            Self::P25 => "P25",
            Self::P26 => "P26",
            Self::P27 => "P27",
            Self::P30 => "P30",
            Self::P31 => "P31",
            Self::P32 => "P32",
        }
    }

    /// Whether it is about a host's certificates and keys.
    #[must_use]
    pub const fn is_of_certificates(self) -> bool {
        matches!(
            self,
            Self::P1 | Self::P2 | Self::P3 | Self::P4 | Self::P5 | Self::P6 | Self::P7 | Self::P31
        )
    }

    /// Why it matters, in one sentence.
    #[must_use]
    pub const fn why(self) -> &'static str {
        match self {
            Self::P1 => "mongod starts with it, and its peers refuse it",
            Self::P2 => {
                "mongod starts with it, and whoever has not its root in a CA file refuses it"
            }
            Self::P3 => "nothing can be verified with it: mongod starts, and refuses every peer",
            Self::P4 => {
                "mongod starts with it, and the members that dial it by that name refuse it"
            }
            Self::P5 => {
                "mongod does not start with a certificate outside its dates, and peers refuse it; the host's clock decides"
            }
            Self::P6 | Self::P7 | Self::P8 | Self::P10 | Self::P12 => {
                "mongod would not start with it"
            }
            Self::P9 => "a client without a certificate of its own would be refused",
            Self::P11 => "a process that is left behind loses the rest of the cluster",
            Self::P18 => {
                "a mongod that is killed recovers from its journal first, and is away for longer"
            }
            Self::P20 => "a restart would cut this member off",
            Self::P25 => {
                "at preferTLS members talk to each other by TLS, and these would not get through"
            }
            Self::P26 => "clients that speak plaintext would be cut off",
            Self::P27 => "clients that do not speak TLS would not be seen",
            Self::P30 => {
                "whoever has it would be taken for a member of the cluster, with every right"
            }
            Self::P31 => {
                "when it is over no member reaches this one any more, and it does not start again"
            }
            Self::P32 => "TLS then encrypts and proves nothing: anybody may be at the other end",
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
            assert_eq!(format!("{id:?}"), id.name());
        }
        for text in ["", "P", "P0", "p1", "P01", "P99"] {
            assert_eq!(text.parse::<CheckId>(), Err(NoSuchCheck), "{text}");
        }
    }
}
