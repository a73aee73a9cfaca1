//! All wording of events: what a reader sees of a run is made here and in the files beside it.

mod evidence;
mod facts;
mod past;
mod previews;
mod tasks;
mod warnings;

pub(super) use past::{left_open, past_run};
pub(super) use previews::{act, unknown};

use std::fmt::Display;

use super::{
    duration,
    line::{Line, Tone},
};
use crate::{
    cluster::topology::MemberState,
    error::Exit,
    event::{DatabaseClient, Event, Explained, Pending},
    name::{HostName, MemberName},
};

/// The line for an event; none for what is a block of its own, or is not shown to people.
#[must_use]
pub fn line(event: &Event) -> Option<Line> {
    use Event as E;
    use Tone::{Bad, Caution, Good, Plain};
    Some(match event {
        E::PlanLoaded { name, steps, hosts } => Line::new(Plain, "Plan", plan(name, steps, hosts)),
        E::Working { host, task } => {
            Line::new(Plain, "Working", tasks::working(task)).on([host]).detail()
        }
        E::Waiting { host, seen } => {
            Line::new(Plain, "Seen", tasks::seen(seen)).on([host]).detail()
        }
        E::Checked { hosts, fact } => Line::new(Good, "Checked", facts::fact(fact)).on(hosts),
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
        E::Evidence(it) => Line::new(Good, "Evidence", evidence::evidence(it)).on([&it.host]),
        E::Warning { host, warning } => {
            Line::new(Caution, "Warning", warnings::warning(host.as_ref(), warning)).on(host)
        }
        E::Finished { exit, changed, took } => {
            let (tone, verb) = ending(*exit);
            let fact = format!("{} ({})", summary(*exit, *changed), duration::words(*took));
            Line::new(tone, verb, fact)
        }
        E::Failed { host, unit } => {
            Line::new(Bad, "Failed", format!("{unit} in the new mode; putting it back")).on([host])
        }
        other => return change(other),
    })
}

/// The line for something that was done on a host.
fn change(event: &Event) -> Option<Line> {
    use Event as E;
    use Tone::{Caution, Good};
    Some(match event {
        E::FileChanged { host, path, change } => {
            Line::new(Good, "Changed", format!("{}: {change}", file_name(path))).on([host])
        }
        E::SteppedDown { host, primary, took } => {
            let took = duration::words(*took);
            Line::new(
                Good,
                "Elected",
                format!("primary {took} after `{host}` was asked to step down"),
            )
            .on([primary])
        }
        E::Restarted { host, unit, state, took, lag } => {
            let (took, lag) = (duration::words(*took), lag_of(*state, *lag));
            Line::new(Good, "Restarted", format!("{unit}, {state} again after {took}{lag}"))
                .on([host])
        }
        E::ModeChanged { host, from, to, by, read_by } => {
            let (by, read_by) = (client(*by), client(*read_by));
            let fact = format!("tlsMode {from} -> {to}, set by {by}, read by {read_by}");
            Line::new(Good, "Changed", fact).on([host])
        }
        E::Kept { host, state } => {
            let fact = format!("on its new file: healthy {state}; another member is failing");
            Line::new(Caution, "Kept", fact).on([host])
        }
        E::Reverted { host, state, mode, took } => {
            let state = match (state, mode) {
                (Some(state), Some(mode)) => format!("{state} in {mode}"),
                _ => "well".to_owned(),
            };
            let fact = format!("{state} after {:.1}s", took.as_secs_f64());
            Line::new(Caution, "Put back", fact).on([host])
        }
        _ => return None,
    })
}

/// How a run ended, in one sentence.
#[must_use]
pub(super) fn summary(exit: Exit, changed: usize) -> String {
    match (exit, changed) {
        (Exit::Converged, 0) => "nothing had to be changed".to_owned(),
        (Exit::Converged, changed) => format!("the plan is met after {}", count(changed, "change")),
        (_, 0) => "nothing was changed".to_owned(),
        (_, 1) => "1 change was made".to_owned(),
        (_, changed) => format!("{changed} changes were made"),
    }
}

/// What a server's words mean, and what to do.
pub(super) fn explained(explained: &Explained) -> [Line; 3] {
    let ids: Vec<_> = explained.ids.iter().map(ToString::to_string).collect();
    let says = match ids.as_slice() {
        [] => explained.says.clone(),
        ids => format!("{} (id {})", explained.says, ids.join(", ")),
    };
    [
        Line::new(Tone::Plain, "Says", says),
        Line::new(Tone::Plain, "Means", &explained.means),
        Line::new(Tone::Good, "To do", &explained.fix),
    ]
}

/// What is left to do on a host.
pub(super) fn pending(pending: Pending) -> String {
    match pending {
        Pending::RestartWouldCutOff { file_mode } => {
            format!("the file says {file_mode}: a restart would cut it off")
        }
        Pending::Mode { mode } => format!("to {mode}"),
    }
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
