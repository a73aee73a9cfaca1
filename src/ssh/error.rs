//! Why there is no connection: each way to fail kept apart, with what a person should do.

use std::{error::Error, fmt, io, time::Duration};

use super::{
    key_file::KeyFileError, known_hosts::HostKeyError, refusal::Refusal, ssh_config::SshConfigError,
};
use crate::{
    error::{Designed, Exit},
    name::HostName,
};

/// The part of connecting that was under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Until the host accepted the TCP connection.
    Tcp,
    /// Until keys were agreed and the host's was checked.
    KeyExchange,
    /// Until the host let us in.
    Login,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tcp => "TCP connection",
            Self::KeyExchange => "key exchange",
            Self::Login => "login",
        })
    }
}

/// A host as messages name it: as the plan calls it, and where that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// The plan's name.
    pub name: HostName,
    /// The address that was dialled.
    pub address: String,
    /// The port that was dialled.
    pub port: u16,
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ({} port {})", self.name, self.address, self.port)
    }
}

/// No session came about.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The ssh configuration cannot be followed.
    #[error("the way to `{name}` is not clear")]
    Config {
        /// The host as the plan calls it.
        name: HostName,
        /// Why not.
        source: SshConfigError,
    },
    /// A jump host on the way cannot be reached.
    #[error("`{name}` is behind the jump host `{jump}`")]
    Jump {
        /// The host as the plan calls it.
        name: HostName,
        /// The jump host.
        jump: String,
        /// What went wrong there.
        source: Box<ConnectError>,
    },
    /// There is no TCP connection.
    #[error("no connection to {peer}")]
    Unreachable {
        /// The host.
        peer: Peer,
        /// What the system said.
        source: io::Error,
    },
    /// The host did not get on in time.
    #[error("{peer} did not finish the {phase} within {}", seconds(.limit))]
    TimedOut {
        /// The host.
        peer: Peer,
        /// What was waited for.
        phase: Phase,
        /// How long.
        limit: Duration,
    },
    /// The connection ended before the host had decided anything.
    #[error("{peer} ended the connection during the {phase}")]
    Ended {
        /// The host.
        peer: Peer,
        /// What was under way.
        phase: Phase,
        /// How it ended, or what the host said.
        source: Box<dyn Error + Send + Sync>,
    },
    /// What the host sends is not what SSH asks for.
    #[error("{peer} does not speak SSH as it should")]
    Protocol {
        /// The host.
        peer: Peer,
        /// What is wrong.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The host knows none of the algorithms that are safe.
    #[error(
        "{peer} and tlsplan have no {kind} algorithm in common (host: {theirs}; tlsplan: {ours})"
    )]
    NoCommonAlgorithm {
        /// The host.
        peer: Peer,
        /// What the algorithm is for.
        kind: &'static str,
        /// What is offered here.
        ours: String,
        /// What the host offers.
        theirs: String,
    },
    /// The host chose a combination that is open to attack.
    #[error("the connection to {peer} would not be safe")]
    Weak {
        /// The host.
        peer: Peer,
        /// Why.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The host has not proved that it is the one.
    #[error("{peer} has not proved its identity")]
    HostKey {
        /// The host.
        peer: Peer,
        /// Why not.
        source: Box<HostKeyError>,
    },
    /// A key that was to be offered cannot be used.
    #[error("no login to {peer}")]
    KeyFile {
        /// The host.
        peer: Peer,
        /// Why.
        source: KeyFileError,
    },
    /// There is no key to offer at all.
    #[error(
        "there is no key to offer to {peer}: no `identity_file`, no agent with keys, none of ssh's usual files"
    )]
    NoKey {
        /// The host.
        peer: Peer,
        /// What could not be offered, and why.
        skipped: Vec<String>,
    },
    /// The host refused the login.
    #[error("{} refused the login of `{}`", .0.peer, .0.user)]
    Refused(Box<Refusal>),
}

fn seconds(limit: &Duration) -> String {
    format!("{}s", limit.as_secs_f64())
}

impl ConnectError {
    /// Whether trying again may help: the host has not decided against us.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Jump { source, .. } => source.is_passing(),
            other => matches!(
                other,
                Self::Unreachable { .. } | Self::TimedOut { .. } | Self::Ended { .. }
            ),
        }
    }
}

impl Designed for ConnectError {
    fn exit(&self) -> Exit {
        match self {
            Self::Unreachable { .. }
            | Self::TimedOut { .. }
            | Self::Ended { .. }
            | Self::Protocol { .. } => Exit::Unreachable,
            Self::NoCommonAlgorithm { .. } | Self::Weak { .. } => Exit::HostKey,
            Self::Config { .. } => Exit::Refused,
            Self::Jump { source, .. } => source.exit(),
            Self::HostKey { source, .. } => source.exit(),
            Self::KeyFile { source, .. } => source.exit(),
            Self::NoKey { .. } | Self::Refused(_) => Exit::Permission,
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Config { .. } => vec![
                "`ssh -G HOST` shows what applies; a `Host` block of its own can override it"
                    .to_owned(),
            ],
            Self::Jump { source, .. } => source.hints(),
            Self::HostKey { source, .. } => source.hints(),
            Self::KeyFile { source, .. } => source.hints(),
            Self::NoKey { skipped, .. } => skipped
                .iter()
                .map(|why| format!("not offered: {why}"))
                .chain(["give `identity_file` in `[ssh]`".to_owned()])
                .collect(),
            Self::Refused(refusal) => refusal.hints(),
            Self::Unreachable { peer, .. } | Self::TimedOut { peer, .. } => {
                vec![format!("try it: `ssh -v -p {} {}`", peer.port, peer.address)]
            }
            Self::Ended { .. }
            | Self::Protocol { .. }
            | Self::NoCommonAlgorithm { .. }
            | Self::Weak { .. } => Vec::new(),
        }
    }
}
