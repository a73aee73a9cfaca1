//! What a failure ends the run with, and what a tired person should do next.

use std::time::Duration;

use super::{Begun, Closing, Failure, WayBack, exits::exit, gaps, rough};
use crate::{
    client::database::NoSet,
    cluster::{
        check::Finding,
        explain::{Entry, trouble},
        health::NotNow,
        membership::MembershipMismatch,
    },
    error::{Designed, Exit},
    name::{HostName, UnitName},
    steps::tls_mode::decide::Refusal,
};

impl Designed for Failure {
    fn exit(&self) -> Exit {
        exit(self)
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Canary { source, begun, .. } => {
                let mut hints = meanings([source.chain().as_str()].into_iter());
                hints.extend(source.hints());
                with(hints, begun.words())
            }
            Self::Look { source, begun, .. }
            | Self::Act { source, begun, .. }
            | Self::Away { source, begun, .. } => with(source.hints(), begun.words()),
            Self::NotOurs { source, begun, .. } => {
                let words = match begun {
                    Begun::No => begun.words(),
                    Begun::Yes | Begun::Unproved => "what this run did last may not be proved; the next run looks at every host first".to_owned(),
                };
                with(source.hints(), words)
            }
            Self::Silent { host, words, begun } => vec![
                format!("last seen: {words}"),
                format!("bring the server on `{host}` back, then run again"),
                begun.words(),
            ],
            Self::Wanted { source, .. } => {
                with(source.hints(), "nothing was touched in this step".to_owned())
            }
            Self::StaysPrimary { begun, .. } => vec![
                "it is asked, never forced; run again when a secondary has caught up".to_owned(),
                begun.words(),
            ],
            Self::Restarted { host } => vec![format!(
                "look at its log: it may crash from time to time; run again when `{host}` is stable"
            )],
            Self::NoTls { begun, .. } => vec![
                "`[mongodb.client]` in the plan gives the controller a way of its own; mongosh on the host is the other".to_owned(),
                begun.words(),
            ],
            Self::Rehearsal { gaps, log, rehearsed, begun, .. } => {
                with(gaps::hints(gaps, log, *rehearsed), begun.words())
            }
            Self::NotNow { why, begun, detail, .. } => {
                let mut hints: Vec<_> =
                    detail.iter().map(|words| format!("last answer: {words}")).collect();
                hints.push(not_now_hint(why));
                hints.push(begun.words());
                hints
            }
            Self::Unknown { host, heals, source, .. } => unknown(host, *heals, source.hints()),
            Self::Overruled { host, unit, way_back } | Self::LeftOver { host, unit, way_back } => {
                aftermath(host, unit, &[], way_back)
            }
            Self::NotBack { host, unit, log, way_back, .. }
            | Self::NotProved { host, unit, log, way_back, .. } => {
                aftermath(host, unit, log, way_back)
            }
            Self::MembershipMismatch(mismatch) => vec![misfit_hint(mismatch), Begun::No.words()],
            Self::Outside(outsider) => vec![
                outsider.fix(),
                "where somebody sees to it: `[waive] P11 = \"REASON\"`".to_owned(),
                Begun::No.words(),
            ],
            Self::NoMember { host, why } => vec![no_member_hint(host, *why), Begun::No.words()],
            Self::Unfit { finding, closing } => unfit(finding, *closing),
            Self::Refused(refusal) => vec![refusal_hint(refusal)],
            Self::Stopped { begun } => vec![begun.words()],
            Self::WindowCloses { begun, left, .. } if left.is_zero() => vec![
                "or the clock of this machine was moved while the run was at work: see `timedatectl`"
                    .to_owned(),
                begun.words(),
            ],
            Self::WindowCloses { begun, .. } => vec![
                "the time is counted with a member that does not come back and its way back: `start_timeout` twice, and 90 s for a server that does not want to stop; a shorter one, or a longer window, lets it begin".to_owned(),
                begun.words(),
            ],
            Self::Held(held) => held.hints(),
            Self::Limited(_) => vec!["run again without `--limit`, or with these hosts".to_owned()],
        }
    }
}

fn unfit(finding: &Finding, closing: Closing) -> Vec<String> {
    let Finding { id, fix, .. } = finding;
    let mut hints = vec![
        format!("why it matters: {}", id.why()),
        fix.clone(),
        format!("to go on in spite of it: `{id} = \"the reason\"` under `[waive]` in the plan"),
    ];
    if closing == Closing::Last {
        hints.push(Begun::No.words());
    }
    hints
}

fn unknown(host: &HostName, heals: Option<Duration>, mut hints: Vec<String>) -> Vec<String> {
    match heals {
        Some(left) if left.is_zero() => hints.push(format!(
            "`{host}` helps itself at this moment: unless its member answers well, it gets its old file and a restart"
        )),
        Some(left) => hints.push(format!(
            "`{host}` helps itself within {}: unless its member answers well then, it gets its old file and a restart",
            rough(left)
        )),
        None => {}
    }
    hints.push(format!(
        "no other host was touched; look at `{host}` with `tlsplan status`, then run again: it goes on from what is true"
    ));
    hints
}

/// What lines of a server's log mean, where that is known: the two that say most.
pub(super) fn meanings<'l>(lines: impl Iterator<Item = &'l str>) -> Vec<String> {
    let mut known: Vec<&Entry> = Vec::new();
    for entry in lines.filter_map(trouble) {
        if !known.contains(&entry) {
            known.push(entry);
        }
    }
    known
        .iter()
        .take(2)
        .map(|entry| format!("that means: {}; {}", entry.means, entry.fix))
        .collect()
}

fn with(mut hints: Vec<String>, last: String) -> Vec<String> {
    hints.push(last);
    hints
}

fn not_now_hint(why: &NotNow) -> String {
    match why {
        NotNow::Votes { .. } | NotNow::WriteMajority { .. } => {
            "`accept_write_outage = true` under `[mongodb]` allows it, and writes stop meanwhile"
                .to_owned()
        }
        NotNow::Lag { member, .. } => format!("run again when `{member}` has caught up"),
        NotNow::NoSuccessor(_) => "a member with a priority above 0 has to be SECONDARY".to_owned(),
        NotNow::Silent(member) => {
            format!("bring `{member}` back, or take it out of the set, and run again")
        }
        NotNow::NoPrimary
        | NotNow::Disagreement { .. }
        | NotNow::NotInService { .. }
        | NotNow::Unreached { .. }
        | NotNow::UnitBusy(_)
        | NotNow::Armed(_)
        | NotNow::Slow(_)
        | NotNow::Stale { .. } => {
            "`tlsplan status` shows the whole set; run again when it is well".to_owned()
        }
    }
}

fn misfit_hint(mismatch: &MembershipMismatch) -> String {
    match mismatch {
        MembershipMismatch::Missing { member, set, by } => {
            let other = by.as_ref().map_or_else(String::new, |host| {
                format!("; or take `{host}` out, whose server says that it belongs to `{set}`")
            });
            format!(
                "add a host for `{member}` under `[hosts]`: a plan names every member, arbiters and hidden ones too{other}"
            )
        }
        MembershipMismatch::WrongSet { host, of, .. } => format!(
            "look at `replication.replSetName` and the data directory on `{host}`: its server has to be a member of `{of}` again, or that member has to leave it"
        ),
        MembershipMismatch::Duplicate { .. } => {
            "give each member one host under `[hosts]`".to_owned()
        }
        MembershipMismatch::NotInConfig { host, .. } => {
            format!("take `{host}` out of the plan, or add its server to the set")
        }
    }
}

fn no_member_hint(host: &HostName, why: NoSet) -> String {
    match why {
        NoSet::Standalone => format!(
            "take `{host}` out of the plan; a server by itself is brought to TLS by its file and one restart. If it shall be a member: `replication.replSetName` in its file, a restart, and rs.add()"
        ),
        NoSet::NotInitiated => {
            format!(
                "take `{host}` out of the plan, or take its server into the set: rs.add() on the primary"
            )
        }
        NoSet::Removed => {
            format!(
                "take `{host}` out of the plan, or its server into the set again: rs.add() on the primary"
            )
        }
    }
}

fn refusal_hint(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Barrier { needed, .. } => {
            format!("put a step with `tls_mode = \"{needed}\"` before this one")
        }
        Refusal::BarrierBack { host, .. } => {
            format!("run again: it begins with `{host}`")
        }
        Refusal::NotAtRuntime { .. } => {
            "leave `via` out of this step, or say `via = \"restart\"`".to_owned()
        }
        Refusal::Torn { low, high_mode, .. } => format!(
            "a person has to bring `{low}` closer first: write a mode next to {high_mode} into its file and restart it"
        ),
    }
}

fn aftermath(host: &HostName, unit: &UnitName, log: &[String], way_back: &WayBack) -> Vec<String> {
    let mut hints: Vec<_> = log.iter().map(|line| format!("the mongod log says: {line}")).collect();
    hints.extend(meanings(log.iter().map(String::as_str)));
    match way_back {
        WayBack::Verified(fact) => {
            hints.push(format!("`{host}` was put back on its old configuration: {fact}"));
            hints.push("no other host was touched since; mend the cause and run again".to_owned());
        }
        WayBack::NotVerified(words) | WayBack::NotTried(words) => {
            hints.push(format!("`{host}` needs a person now: {words}"));
            hints.push(format!(
                "on `{host}`: systemctl status {unit}; journalctl -u {unit} -n 50; ls -l /var/lib/tlsplan/prev"
            ));
            hints.push(format!(
                "to go back by hand: copy the file you want from /var/lib/tlsplan/prev (named by time) over the configuration, then systemctl reset-failed {unit}; systemctl start {unit}"
            ));
            hints.push("no other host is touched until this one is well".to_owned());
        }
    }
    hints
}
