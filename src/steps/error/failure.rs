//! Why a run stopped: one of the small errors, by what was being done.

use super::{ActError, LeaseLost, MembershipError, ObserveError, Paused};
use crate::{
    engine::{progress::Progress, step_error},
    error::Exit,
    steps::{
        clients::GateBlocked,
        confirm::ConfirmError,
        tls_mode::{
            decide::Refusal,
            error::{
                ConfigFileError, NotReadyError, PeerTlsFailed, PreflightFailed, RestartError,
                TlsModeError,
            },
        },
        wait::WaitError,
    },
};

macro_rules! failures {
    ($($(#[$doc:meta])* $variant:ident($error:ty),)*) => {
        /// The end of a run that is not the plan's.
        #[derive(Debug, thiserror::Error)]
        pub enum Failure {
            $($(#[$doc])* #[error(transparent)] $variant(#[from] $error),)*
        }

        impl step_error::Failure for Failure {
            fn exit(&self, progress: Progress) -> Exit {
                match self {
                    $(Self::$variant(error) => step_error::Failure::exit(error, progress),)*
                }
            }

            fn hints(&self, progress: Progress) -> Vec<String> {
                match self {
                    $(Self::$variant(error) => step_error::Failure::hints(error, progress),)*
                }
            }
        }
    };
}

failures! {
    /// A host or its server could not be looked at.
    Observe(ObserveError),
    /// Plan and cluster do not name the same processes.
    Membership(MembershipError),
    /// An act on a host has no good end.
    Act(ActError),
    /// A machine does not take orders from this run any more.
    Lease(LeaseLost),
    /// Stopped safely.
    Paused(Paused),
    /// A check before the first step refuses.
    Preflight(PreflightFailed),
    /// From here the step cannot be done.
    Refused(Refusal),
    /// A configuration file cannot be made, or the server refuses it.
    ConfigFile(ConfigFileError),
    /// The set is not in a state in which the next thing may be done.
    NotReady(NotReadyError),
    /// Members do not reach each other, or we do not reach them, by TLS.
    PeerTls(PeerTlsFailed),
    /// A restart or its proof failed.
    Restart(RestartError),
    /// Something that only a `tls_mode` step meets.
    TlsMode(TlsModeError),
    /// Clients speak plaintext, or nobody can tell.
    Gate(GateBlocked),
    /// Something was waited for in vain.
    Wait(WaitError),
    /// A question without an answer.
    Confirm(ConfirmError),
}
