//! The program's own errors for what goes wrong in the model, so that exits are those of the program.

use std::{sync::Arc, time::Duration};

use tlsplan::{
    error::{Cause, Designed, Exit, node_error::NodeError},
    host::{
        call_error::{self, CallError},
        deadman::ArmError,
        facts::FactsError,
        lease::LeaseError,
        replace_error::{ReplaceError, Trouble},
        sudo::SudoError,
        transport::TransportError,
    },
    instance::canary_error::CanaryError,
    name::{HostName, UnitName},
};

use super::act::{Act, Door};
use crate::model::{Line, Lost};

/// Why an act brought no good answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    NotHeld(Lost),
    /// It never left.
    NotSent,
    /// It may have arrived.
    Lost,
    /// Another host key.
    OtherKey,
    NoSudo,
    Garbled,
    Fenced(&'static str),
    Changed,
    Disk(&'static str),
    Masked,
    CannotArm,
    Busy(String),
    CanaryRefuses,
    /// The server's words.
    Server(&'static str),
}

#[derive(Debug, thiserror::Error)]
#[error("the host key of `{0}` is another one")]
struct OtherKey(HostName);

impl Designed for OtherKey {
    fn exit(&self) -> Exit {
        Exit::HostKey
    }
}

/// As the live node has it for its databases.
#[derive(Debug, thiserror::Error)]
#[error("{doing} on `{host}`: {words}")]
struct NoAnswer {
    host: HostName,
    doing: &'static str,
    words: &'static str,
    exit: Exit,
}

impl Designed for NoAnswer {
    fn exit(&self) -> Exit {
        self.exit
    }
}

pub(super) fn error(host: &HostName, act: &Act, wrong: Wrong) -> NodeError {
    if let Wrong::NotHeld(lost) = &wrong {
        return NodeError::not_done(lease(host, lost));
    }
    match act.door() {
        Door::Script => script(host, act, wrong),
        Door::Server | Door::Port => server(host, act, &wrong),
    }
}

fn lease(host: &HostName, lost: &Lost) -> LeaseError {
    let (silent, line) = match lost {
        Lost::Silent(silent, line) => (*silent, *line),
        Lost::Theirs(_) | Lost::NotKnown => (Duration::ZERO, Line::Up),
    };
    let wrong = match line {
        Line::Up | Line::Garbled => None,
        Line::OtherKey => Some(Wrong::OtherKey),
        Line::Cut | Line::Hole | Line::HalfOpen => Some(Wrong::NotSent),
    };
    let why = wrong.and_then(|wrong| call(host, &Act::Look, &wrong));
    let why = why.map(|source| Arc::new(LeaseError::Call { host: host.clone(), source }));
    LeaseError::Lost { host: host.clone(), silent, why }
}

fn server(host: &HostName, act: &Act, wrong: &Wrong) -> NodeError {
    let (words, lost) = match wrong {
        Wrong::Lost | Wrong::Garbled => ("no reply", true),
        Wrong::Server(words) => (*words, false),
        _ => ("no connection", false),
    };
    // Where the way to the host failed, not the server is to blame.
    let exit = match wrong {
        Wrong::NotSent => Exit::Unreachable,
        Wrong::OtherKey => Exit::HostKey,
        _ => Exit::Refused,
    };
    let error = NoAnswer { host: host.clone(), doing: act.name(), words, exit };
    if lost && act.needs_lease() { NodeError::unknown(error) } else { NodeError::not_done(error) }
}

fn script(host: &HostName, act: &Act, wrong: Wrong) -> NodeError {
    let replace = match call(host, act, &wrong) {
        Some(error) => match act {
            Act::Look
            | Act::Unit
            | Act::Identity
            | Act::Kept
            | Act::Rehearse(_)
            | Act::Question(_) => {
                return NodeError::not_done(FactsError::Call(error));
            }
            // As on a real machine: after any failure it is not known.
            Act::Command | Act::Record(..) | Act::Forget => return NodeError::unknown(error),
            Act::Canary(_) => return NodeError::not_done(CanaryError::Call(error)),
            _ => ReplaceError::Call(error),
        },
        None => match replace(host, wrong) {
            Ok(error) => error,
            Err(Wrong::CannotArm) => {
                let reason = "systemd-run is not there".to_owned();
                return NodeError::not_done(ArmError::Unable { host: host.clone(), reason });
            }
            Err(Wrong::Busy(reason)) => {
                return NodeError::not_done(ArmError::Busy { host: host.clone(), reason });
            }
            Err(_) => {
                let words = vec!["the server says no".to_owned()];
                return NodeError::not_done(CanaryError::Refused { host: host.clone(), words });
            }
        },
    };
    if let Act::Arm(_) = act {
        let error = ArmError::Write(replace);
        let unknown = error.is_unknown();
        return if unknown { NodeError::unknown(error) } else { NodeError::not_done(error) };
    }
    let unknown = replace.is_unknown();
    if unknown { NodeError::unknown(replace) } else { NodeError::not_done(replace) }
}

/// What concerns the call and not what was asked.
fn call(host: &HostName, act: &Act, wrong: &Wrong) -> Option<CallError> {
    let (host, doing) = (host.clone(), act.name().to_owned());
    Some(match wrong {
        Wrong::NotSent => {
            let source = TransportError::NotSent("the connection is gone".into());
            CallError::NotSent { host, doing, source }
        }
        Wrong::OtherKey => {
            let source = Cause::new(OtherKey(host.clone()));
            CallError::NotSent { host, doing, source: TransportError::NotSent(Box::new(source)) }
        }
        Wrong::Lost => CallError::Unknown { host, doing, why: call_error::Lost::Connection },
        Wrong::NoSudo => {
            let source = SudoError::NotAllowed { said: "sudo says no".to_owned() };
            CallError::Sudo { host, doing, source }
        }
        Wrong::Garbled => CallError::Garbled { host, doing },
        _ => return None,
    })
}

fn replace(host: &HostName, wrong: Wrong) -> Result<ReplaceError, Wrong> {
    let (host, path) = (host.clone(), "/etc/mongod.conf".to_owned());
    Ok(match wrong {
        Wrong::Fenced(reason) => ReplaceError::Fenced { host, reason: reason.to_owned() },
        Wrong::Changed => ReplaceError::Changed { host, path },
        Wrong::Disk(words) => {
            let trouble = match words {
                "No space left on device" => Trouble::Full,
                "Read-only file system" => Trouble::ReadOnly,
                _ => Trouble::Forbidden,
            };
            ReplaceError::Disk { host, path, trouble, reason: words.to_owned() }
        }
        Wrong::Masked => {
            let (unit, reason) = (UnitName::new("mongod"), "Unit is masked".to_owned());
            ReplaceError::RestartRefused { host, unit, reason }
        }
        other => return Err(other),
    })
}
