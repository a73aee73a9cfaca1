//! What a step does.

use std::time::Duration;

use super::Wait;
use crate::cluster::{clients::Allowed, mode::TlsMode};

/// What a step does. A kind that is not built is refused by `resolve`, so it is not here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Bring the whole cluster to a TLS mode.
    TlsMode(TlsModeStep),
    /// Wait until no client uses plaintext any more.
    Clients(ClientsGate),
    /// Wait until something is true.
    Wait(Wait),
    /// Wait for a person's answer.
    Confirm(Confirm),
}

/// Bring the whole cluster to a TLS mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TlsModeStep {
    /// The mode to reach.
    pub mode: TlsMode,
    /// Up, or down again.
    pub direction: Direction,
    /// How; `None` takes whichever is legal and cheapest.
    pub via: Option<Via>,
}

/// The direction of a `tls_mode` step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Towards TLS only.
    Up,
    /// Back, by restarts alone. No plan file says so: `tlsplan rollback` makes such steps.
    Down,
}

/// A gate that is observed, not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientsGate {
    /// How long no client may have used plaintext.
    pub plaintext_free_for: Duration,
    /// Clients that may stay on plaintext; requireTLS cuts them off.
    pub allow: Vec<Allowed>,
}

/// A person's answer that the run waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirm {
    /// What the person is asked.
    pub question: String,
}

/// How a TLS mode is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// A rolling restart.
    Restart,
    /// `setParameter` at run time, the file first.
    SetParameter,
}

impl Action {
    /// The mode it leads to; `None` for what leads to none.
    #[must_use]
    pub const fn mode(&self) -> Option<TlsMode> {
        match self {
            Self::TlsMode(step) => Some(step.mode),
            Self::Clients(_) | Self::Wait(_) | Self::Confirm(_) => None,
        }
    }

    /// The key by which a plan file asks for it.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::TlsMode(_) => "tls_mode",
            Self::Clients(_) => "clients",
            Self::Wait(_) => "wait",
            Self::Confirm(_) => "confirm",
        }
    }
}
