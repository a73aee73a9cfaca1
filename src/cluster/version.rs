//! Server versions, as far as a decision hangs on them.

use std::{fmt, str::FromStr};

/// A mongod version: major, minor, patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerVersion(pub u16, pub u16, pub u16);

impl fmt::Display for ServerVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// A text that is no version.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a server version")]
pub struct NotAVersion(pub String);

impl FromStr for ServerVersion {
    type Err = NotAVersion;

    /// Reads `6.0.5`, `6.0.5-rc1` and `6.0.5-3-g1234`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text.split('-').next().unwrap_or(text);
        let mut parts = number.split('.').map(str::parse::<u16>);
        match (parts.next(), parts.next(), parts.next()) {
            (Some(Ok(major)), Some(Ok(minor)), Some(Ok(patch))) => Ok(Self(major, minor, patch)),
            _ => Err(NotAVersion(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_ordered() {
        assert_eq!("6.0.5".parse(), Ok(ServerVersion(6, 0, 5)));
        assert_eq!("4.4.29-rc0".parse(), Ok(ServerVersion(4, 4, 29)));
        assert!("six".parse::<ServerVersion>().is_err());
        assert!(ServerVersion(4, 10, 0) > ServerVersion(4, 4, 2));
    }
}
