//! TLS mode levels: which changes a server takes at run time, and which modes can connect.
//!
//! Sources: `checkTLSModeTransition` in the server's `ssl_parameters.cpp`, and its tests
//! `set_parameter_ssl.js`, `mixed_mode_repl.js`, `mixed_mode_repl_nossl.js`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A server's TLS mode, from plaintext only to TLS only, in the order of the mode levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TlsMode {
    /// Plaintext only.
    #[serde(rename = "disabled")]
    Disabled,
    /// Takes both, speaks plaintext to its peers.
    #[serde(rename = "allowTLS")]
    Allow,
    /// Takes both, speaks TLS to its peers.
    #[serde(rename = "preferTLS")]
    Prefer,
    /// TLS only.
    #[serde(rename = "requireTLS")]
    Require,
}

/// The two sets of option names: `allowTLS` under `net.tls`, `allowSSL` under `net.ssl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum OptionNames {
    /// 4.2 and newer.
    #[default]
    Tls,
    /// Older, still read by all servers up to 6.0.
    Ssl,
}

impl OptionNames {
    /// The section of a configuration file with these names.
    #[must_use]
    pub const fn section(self) -> &'static str {
        match self {
            Self::Tls => "net.tls",
            Self::Ssl => "net.ssl",
        }
    }
}

/// How `setParameter` will take a mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuntimeMove {
    /// Already there; sending it would be an error, as same to same is refused by the server.
    Nothing,
    /// One legal step.
    Legal,
    /// Refused by the server: only a restart gets there.
    Illegal,
}

impl TlsMode {
    /// All modes, lowest first.
    pub const ALL: [Self; 4] = [Self::Disabled, Self::Allow, Self::Prefer, Self::Require];

    /// The mode's name among these options; `disabled` has only one.
    #[must_use]
    pub const fn name_in(self, option_names: OptionNames) -> &'static str {
        match (self, option_names) {
            (Self::Disabled, _) => "disabled",
            (Self::Allow, OptionNames::Tls) => "allowTLS",
            (Self::Allow, OptionNames::Ssl) => "allowSSL",
            (Self::Prefer, OptionNames::Tls) => "preferTLS",
            (Self::Prefer, OptionNames::Ssl) => "preferSSL",
            (Self::Require, OptionNames::Tls) => "requireTLS",
            (Self::Require, OptionNames::Ssl) => "requireSSL",
        }
    }

    /// The distance in mode levels.
    #[must_use]
    pub const fn steps_to(self, other: Self) -> u8 {
        (self as u8).abs_diff(other as u8)
    }

    /// What `setParameter` does with a change from here to `to`.
    #[must_use]
    pub fn runtime_move(self, to: Self) -> RuntimeMove {
        match (self, to) {
            _ if self == to => RuntimeMove::Nothing,
            (Self::Allow, Self::Prefer) | (Self::Prefer, Self::Require) => RuntimeMove::Legal,
            _ => RuntimeMove::Illegal,
        }
    }

    /// Whether two members in these modes can open connections to each other, both ways.
    #[must_use]
    pub const fn talks_with(self, other: Self) -> bool {
        self.steps_to(other) <= 1
    }

    /// Whether a server in this mode takes a plaintext connection.
    #[must_use]
    pub fn takes_plaintext(self) -> bool {
        self != Self::Require
    }

    /// Whether a server in this mode takes a TLS connection.
    #[must_use]
    pub fn takes_tls(self) -> bool {
        self != Self::Disabled
    }
}

impl fmt::Display for TlsMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name_in(OptionNames::Tls))
    }
}

/// A word that is no mode in either spelling.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a TLS mode")]
pub struct UnknownMode(pub String);

impl FromStr for TlsMode {
    type Err = UnknownMode;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|mode| {
                [OptionNames::Tls, OptionNames::Ssl]
                    .iter()
                    .any(|&option_names| mode.name_in(option_names) == word)
            })
            .ok_or_else(|| UnknownMode(word.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::{RuntimeMove::*, TlsMode::*, *};

    #[test]
    fn only_two_moves_are_legal_at_run_time() {
        let legal = [(Allow, Prefer), (Prefer, Require)];
        for from in TlsMode::ALL {
            for to in TlsMode::ALL {
                let expected = match (from, to) {
                    _ if from == to => Nothing,
                    pair if legal.contains(&pair) => Legal,
                    _ => Illegal,
                };
                assert_eq!(from.runtime_move(to), expected, "{from} to {to}");
            }
        }
    }

    /// The table of `mixed_mode_repl.js` and `mixed_mode_repl_nossl.js`.
    #[test]
    fn members_talk_when_their_modes_are_at_most_one_level_apart() {
        let table = [
            (Disabled, [true, true, false, false]),
            (Allow, [true, true, true, false]),
            (Prefer, [false, true, true, true]),
            (Require, [false, false, true, true]),
        ];
        for (mode, row) in table {
            for (other, talks) in TlsMode::ALL.into_iter().zip(row) {
                assert_eq!(mode.talks_with(other), talks, "{mode} with {other}");
            }
        }
    }

    #[test]
    fn both_spellings_are_read() {
        assert_eq!("allowSSL".parse(), Ok(Allow));
        assert_eq!("requireTLS".parse(), Ok(Require));
        assert_eq!("AllowTLS".parse::<TlsMode>(), Err(UnknownMode("AllowTLS".into())));
    }
}
