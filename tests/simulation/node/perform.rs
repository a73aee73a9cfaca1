//! What a host does when an act has arrived.

use std::time::Duration;

use tlsplan::{
    cluster::mode::{RuntimeMove, TlsMode},
    host::{
        digest::Digest,
        machine::{Answer as Yes, QuestionEntry, QuestionRecord},
    },
    instance::look::FileChange,
};

use super::{
    act::{Act, Answer},
    attempt::attempt,
    errors::Wrong,
};
use crate::model::{By, Canary, HostFault, NotArmed, SessionId, World, file_mode, trouble};

/// Carries an act out, at once and whole.
pub(super) fn perform(
    world: &mut World,
    session: SessionId,
    host: usize,
    act: &Act,
) -> Result<Answer, Wrong> {
    let run = world.sessions[session.0].run.clone();
    if act.needs_lease() {
        world.stir();
    }
    let done = match act {
        Act::Look | Act::Unit => {
            return Ok(Answer::Unit(world.hosts[host].unit.now(world.now)));
        }
        Act::Kept => {
            return Ok(Answer::Files(world.hosts[host].kept.iter().rev().cloned().collect()));
        }
        Act::Command | Act::Dial | Act::Question(_) => return at_the_machine(world, host, act),
        Act::Record(key, entry) => {
            fenced(world, host, &run).map(|()| record(world, host, key, entry))
        }
        Act::Forget => fenced(world, host, &run).map(|()| {
            world.hosts[host].questions.clear();
            Answer::Nothing
        }),
        Act::Identity => return Ok(Answer::Nothing),
        Act::Canary(text) => return canary(world, host, text),
        Act::Rehearse(members) => {
            let attempts = members.iter().map(|&to| attempt(world, host, to)).collect();
            return Ok(Answer::Attempts(attempts));
        }
        Act::Replace(change) => {
            fenced(world, host, &run).and_then(|()| replace(world, host, change))
        }
        Act::Restart(change) => restart(world, host, &run, change.as_ref()),
        Act::Arm(arm) => fenced(world, host, &run).and_then(|()| {
            world.arm(host, arm).map(|()| Answer::Nothing).map_err(|why| match why {
                NotArmed::Unable => Wrong::CannotArm,
                NotArmed::Busy(words) => Wrong::Busy(words),
                NotArmed::Changed => Wrong::Changed,
                NotArmed::Disk(words) => Wrong::Disk(words),
            })
        }),
        Act::Settle(id, action) => fenced(world, host, &run).and_then(|()| {
            if world.hosts[host].faults.has(HostFault::CannotSettle) {
                return Err(Wrong::NoSudo);
            }
            Ok(Answer::SettleReport(world.settle(host, id, *action)))
        }),
        _ => command(world, host, &run, act),
    };
    if done.is_ok() && act.changes() {
        world.changes += 1;
    }
    if act.needs_lease() {
        let outcome = done.as_ref().err().map_or("done".to_owned(), |wrong| format!("{wrong:?}"));
        world.note(|| format!("db{} {} by {run}: {outcome}", host + 1, act.name()));
        world.check();
    }
    done
}

/// What needs no lease.
fn at_the_machine(world: &mut World, host: usize, act: &Act) -> Result<Answer, Wrong> {
    let now = world.now;
    let it = &mut world.hosts[host];
    match act {
        Act::Command => {
            it.commands += 1;
            Ok(Answer::Status(it.command_status))
        }
        Act::Dial if now < it.port_opens => Err(Wrong::Server("connection refused")),
        Act::Question(key) => {
            Ok(Answer::Question(it.questions.get(key).cloned().unwrap_or_default()))
        }
        _ => Ok(Answer::Nothing),
    }
}

fn record(world: &mut World, host: usize, key: &str, entry: &QuestionEntry) -> Answer {
    let at = i64::try_from(world.now.as_secs()).unwrap();
    let record = world.hosts[host].questions.entry(key.to_owned()).or_default();
    match entry {
        QuestionEntry::Open => *record = QuestionRecord { opened: Some(at), answer: None },
        QuestionEntry::Yes { who } => record.answer = Some(Yes { who: who.clone(), at }),
    }
    Answer::Nothing
}

/// promise: D2. Only the holder of the lease gets past.
fn fenced(world: &World, host: usize, run: &str) -> Result<(), Wrong> {
    match world.hosts[host].lease.as_ref() {
        Some(lease) if lease.run == run => Ok(()),
        Some(_) => Err(Wrong::Fenced("another run holds it")),
        None => Err(Wrong::Fenced("its lease is gone")),
    }
}

fn canary(world: &World, host: usize, text: &str) -> Result<Answer, Wrong> {
    let refuses = match world.hosts[host].faults.canary {
        Canary::Honest => file_mode(text).is_none_or(|mode| world.refuses(host, mode)),
        Canary::Blind => false,
        Canary::Refuses => true,
    };
    if refuses { Err(Wrong::CanaryRefuses) } else { Ok(Answer::Nothing) }
}

fn replace(world: &mut World, host: usize, change: &FileChange) -> Result<Answer, Wrong> {
    let it = &mut world.hosts[host];
    if Digest::from_content(it.file.as_bytes()) != change.seen {
        return Err(Wrong::Changed);
    }
    if let Some(words) = trouble(it.disk) {
        return Err(Wrong::Disk(words));
    }
    it.kept.push(std::mem::replace(&mut it.file, change.text.clone()));
    it.writes += 1;
    Ok(Answer::Nothing)
}

/// One root's script: the file, then the request.
fn restart(
    world: &mut World,
    host: usize,
    run: &str,
    change: Option<&FileChange>,
) -> Result<Answer, Wrong> {
    fenced(world, host, run)?;
    let target = change.map_or(world.hosts[host].file_mode(), |change| file_mode(&change.text));
    world.judge_arming(host, run, target);
    if let Some(change) = change {
        replace(world, host, change)?;
    }
    world.reset_failed(host);
    if world.restart(host, By::Run) { Ok(Answer::Nothing) } else { Err(Wrong::Masked) }
}

/// What goes to the server itself.
fn command(world: &mut World, host: usize, run: &str, act: &Act) -> Result<Answer, Wrong> {
    if act.needs_lease() {
        world.judge_act(host, run, act.name());
    }
    let Some(view) = world.view(host) else { return Err(Wrong::Server("connection refused")) };
    match act {
        Act::View => return Ok(Answer::View(view)),
        Act::ReachByTls => {
            let shut = view.mode == TlsMode::Disabled
                || world.hosts[host].faults.has(HostFault::NoWayByTls);
            if shut {
                return Err(Wrong::Server("no TLS"));
            }
        }
        Act::SetMode(mode) => return set_mode(world, host, *mode),
        Act::StepDown => {
            if world.primary(world.hosts[host].set) != Some(host) {
                return Err(Wrong::Server("not primary so can't step down"));
            }
            if !world.step_down(host) {
                return Err(Wrong::Server("No electable secondaries caught up"));
            }
        }
        Act::Drop(peers) => world.drop_connections(host, peers),
        Act::SyncFrom(source) => {
            let server = world.hosts[host].server.as_mut();
            if let Some(server) = server.filter(|it| !it.is_primary()) {
                server.sent_to = Some(*source);
            }
        }
        Act::Mark => {
            let server = world.hosts[host].server.as_ref();
            if server.is_none_or(|it| !it.is_primary()) {
                return Err(Wrong::Server("not primary"));
            }
            world.write_at(host);
            return Ok(Answer::Place(world.hosts[host].log.place()));
        }
        Act::StopSleep(sleep) => return Ok(Answer::Sleep(stop_sleep(world, host, *sleep))),
        _ => {}
    }
    Ok(Answer::Nothing)
}

fn stop_sleep(world: &mut World, host: usize, sleep: Duration) -> Duration {
    let server = world.hosts[host].server.as_mut();
    server.map_or(sleep, |server| std::mem::replace(&mut server.stop_sleep, sleep))
}

/// `setParameter tlsMode`: two moves are legal, the same again is not.
fn set_mode(world: &mut World, host: usize, mode: TlsMode) -> Result<Answer, Wrong> {
    let file = world.hosts[host].file_mode();
    let Some(server) = world.hosts[host].server.as_mut() else {
        return Err(Wrong::Server("connection refused"));
    };
    if server.mode.runtime_move(mode) != RuntimeMove::Legal {
        let was = server.mode;
        world.broken("A5", format!("an illegal transition was sent: {was} to {mode}"));
        return Err(Wrong::Server("Illegal state transition for tlsMode"));
    }
    server.mode = mode;
    world.set_parameters += 1;
    if file.is_none_or(|file| file < mode) {
        world.broken("A5", format!("db{} moved to {mode} before its file", host + 1));
    }
    Ok(Answer::Nothing)
}
