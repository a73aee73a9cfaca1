//! All wording of events, in one pure function: what a reader sees of a run is on this page.

use std::fmt::Display;

use super::{
    duration,
    line::{Line, Tone},
};
use crate::{
    cluster::topology::MemberState,
    error::Exit,
    event::{DatabaseClient, Event},
    name::{HostName, MemberName},
};

/// The line for an event; none for a diff, which is a block of its own.
#[must_use]
pub fn line(event: &Event) -> Option<Line> {
    use Event as E;
    use Tone::{Bad, Caution, Good, Plain};
    Some(match event {
        E::PlanLoaded { name, steps, hosts } => Line::new(Plain, "Plan", plan(name, steps, hosts)),
        E::Working { host, doing } => Line::new(Plain, "Working", doing).on([host]).detail(),
        E::Seen { host, what } => Line::new(Plain, "Seen", what).on([host]).detail(),
        E::Checked { hosts, fact } => Line::new(Good, "Checked", fact).on(hosts),
        E::Ordered { members } => Line::new(Plain, "Order", order(members)),
        E::StepStarted { number, of, name } => {
            Line::new(Plain, "Step", format!("{number}/{of}  {name}"))
        }
        E::StepFinished { name, changed: 0, .. } => {
            Line::new(Good, "Met", format!("{name}: nothing to change"))
        }
        E::StepFinished { name, changed, took, .. } => Line::new(
            Good,
            "Reached",
            format!("{name}: {} in {}", count(*changed, "change"), duration::words(*took)),
        ),
        // `tlsplan status` shows it; a run says who stands in its way.
        E::Evidence(evidence) => Line::new(Good, "Evidence", evidence.words()).on([&evidence.host]),
        E::Diff { .. } | E::Census { .. } => return None,
        E::FileChanged { host, path, change } => {
            Line::new(Good, "Changed", format!("{}: {change}", file_name(path))).on([host])
        }
        E::SteppedDown { host, primary, took } => Line::new(
            Good,
            "Elected",
            format!("primary {} after `{host}` was asked to step down", duration::words(*took)),
        )
        .on([primary]),
        E::Restarted { host, unit, state, took, lag } => Line::new(
            Good,
            "Restarted",
            format!(
                "{unit}, {state} again after {}{}",
                duration::words(*took),
                lag_of(*state, *lag)
            ),
        )
        .on([host]),
        E::ModeChanged { host, from, to, by, read_by } => Line::new(
            Good,
            "Changed",
            format!("tlsMode {from} -> {to}, set by {}, read by {}", client(*by), client(*read_by)),
        )
        .on([host]),
        E::Kept { host, fact } => Line::new(Caution, "Kept", fact).on([host]),
        E::PutBack { host, fact } => Line::new(Caution, "Put back", fact).on([host]),
        E::Warning { host, text } => Line::new(Caution, "Warning", text).on(host),
        E::Failed { host, doing } => Line::new(Bad, "Failed", doing).on(host),
        E::Finished { exit, summary, took } => {
            let (tone, verb) = ending(*exit);
            Line::new(tone, verb, format!("{summary} ({})", duration::words(*took)))
        }
    })
}

fn plan(name: &str, steps: &[String], hosts: &[HostName]) -> String {
    format!("{name}: {} on {}", count(steps.len(), "step"), count(hosts.len(), "host"))
}

fn order(members: &[(HostName, MemberName, MemberState)]) -> String {
    match members {
        [(only, _, state)] => format!("{only} alone, {state}"),
        [first @ .., (last, _, MemberState::Primary)] => {
            format!("{} first, primary {last} last", and(first.iter().map(|(host, ..)| host)))
        }
        all => format!("{}, one after the other", and(all.iter().map(|(host, ..)| host))),
    }
}

/// A lag belongs to a member that follows another one.
fn lag_of(state: MemberState, lag: std::time::Duration) -> String {
    match state {
        MemberState::Primary | MemberState::Arbiter => String::new(),
        _ => format!(", lag {}", duration::words(lag)),
    }
}

const fn client(client: DatabaseClient) -> &'static str {
    match client {
        DatabaseClient::Driver => "driver",
        DatabaseClient::Mongosh => "mongosh",
    }
}

const fn ending(exit: Exit) -> (Tone, &'static str) {
    match exit {
        Exit::Converged => (Tone::Good, "Done"),
        Exit::PartWay | Exit::Locked => (Tone::Caution, "Stopped"),
        _ => (Tone::Bad, "Stopped"),
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').find(|part| !part.is_empty()).unwrap_or(path)
}

/// "1 step", "2 steps".
#[must_use]
pub fn count(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// "a", "a and b", "a, b and c".
pub(super) fn and(items: impl IntoIterator<Item = impl Display>) -> String {
    let items: Vec<_> = items.into_iter().map(|item| item.to_string()).collect();
    match items.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, first)) => format!("{} and {last}", first.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests;
