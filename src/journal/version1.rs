//! Reads lines of journals of format 1, where a line had its data under `data` and told what it was by
//! `ev`. Only what the next run asks for is taken over: whose the journal is, what was left open, and
//! how the run ended. The rest was text for people.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::{line::Kind, line_error::LineError};
use crate::{
    error::Exit,
    event::{ActResult, Begin, Event, Intent, Outcome, Record, RunResult},
    name::HostName,
};

#[derive(Deserialize)]
struct Old {
    t: String,
    run: String,
    host: Option<HostName>,
    step: Option<usize>,
    ev: Kind,
    data: Value,
}

#[derive(Deserialize)]
struct OldBegin {
    plan: String,
    path: String,
    user: String,
    machine: String,
    pid: u32,
    tlsplan: String,
}

#[derive(Deserialize)]
struct OldIntent {
    act: String,
    detail: String,
}

#[derive(Deserialize)]
struct OldOutcome {
    of: u64,
    came: ActResult,
    why: Option<String>,
}

#[derive(Deserialize)]
struct OldEnd {
    exit: u8,
    came: RunResult,
}

/// The record of a line with this number.
pub(super) fn record(line: &Value, seq: u64) -> Result<Record, LineError> {
    let old = Old::deserialize(line).map_err(LineError::Json)?;
    let at = old.t.parse().map_err(|_| LineError::NoLine)?;
    let (run, step, host) = (Some(old.run), old.step, old.host.clone());
    let event = event(old.ev, &old.data, seq, old.host)?;
    Ok(Record { v: 1, at, run, step, machine: host.clone(), instance: host, event })
}

fn event(ev: Kind, data: &Value, seq: u64, host: Option<HostName>) -> Result<Event, LineError> {
    Ok(match (ev, data.get("begin"), data.get("end")) {
        (Kind::Intent, ..) => {
            let OldIntent { act, detail } = read(ev, data)?;
            Event::Intent(Intent { number: seq, host, act, detail })
        }
        (Kind::Outcome, ..) => {
            let OldOutcome { of, came: result, why: reason } = read(ev, data)?;
            Event::Outcome(Outcome { of, host, result, reason })
        }
        (Kind::Note, Some(begin), _) => {
            let OldBegin { plan, path, user, machine, pid, tlsplan } = read(ev, begin)?;
            Event::RunStarted(Begin { plan, path, user, controller: machine, pid, tlsplan })
        }
        (Kind::Note, None, Some(end)) => {
            let OldEnd { exit, came: result } = read(ev, end)?;
            let exit = Exit::from_code(exit).unwrap_or(Exit::Bug);
            Event::RunEnded { exit, result }
        }
        (Kind::Note | Kind::Observe | Kind::Skip | Kind::Confirm, ..) => Event::Unknown,
    })
}

fn read<T: DeserializeOwned>(kind: Kind, data: &Value) -> Result<T, LineError> {
    T::deserialize(data).map_err(|source| LineError::Data { kind, source })
}
