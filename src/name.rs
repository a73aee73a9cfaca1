//! Names as types, so that a host of the plan is never taken for a member of the set.
//!
//! A plan's host name and a member's name are different things on purpose: which member runs on
//! which host is what the server there says of itself, never a comparison of names.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How members and their logs name us; our own operations are told from the clients' by it.
pub const APP_NAME: &str = "tlsplan";

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps a name that its reader has already judged.
            #[must_use]
            pub fn new(name: impl Into<String>) -> Self {
                Self(name.into())
            }

            /// The bare text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

name! {
    /// A host as the plan calls it: the key under `[hosts]`.
    HostName
}
name! {
    /// A group of hosts in the plan.
    GroupName
}
name! {
    /// A member as its replica set calls it: `host:port` from the set's configuration.
    MemberName
}
name! {
    /// A replica set's name.
    SetName
}
name! {
    /// A systemd unit, with or without `.service`.
    UnitName
}

impl MemberName {
    /// The host part, without the port: the name that a certificate has to cover.
    #[must_use]
    pub fn host(&self) -> &str {
        let host = self.0.rsplit_once(':').map_or(self.0.as_str(), |(host, _)| host);
        host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host)
    }

    /// The port part, or MongoDB's own where the name has none.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.0.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(27017)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_name_splits_at_its_last_colon() {
        for (name, host, port) in [
            ("db1.lab.test:27018", "db1.lab.test", 27018),
            ("db1", "db1", 27017),
            ("[fe80::1]:27019", "fe80::1", 27019),
        ] {
            let name = MemberName::new(name);
            assert_eq!((name.host(), name.port()), (host, port));
        }
    }
}
