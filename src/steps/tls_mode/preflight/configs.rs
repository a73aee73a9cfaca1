//! What the wanted files say, held to the servers that shall read them, and how the servers stand now.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    cluster::{
        check::{CheckId, Finding, Severity, Subject},
        config::{ConfigFile, advice, lint},
        health::SetView,
        mode::TlsMode,
        topology::ServerView,
    },
    name::HostName,
    plan::Plan,
    steps::{survey::Survey, tls_mode::config_files::ConfigFiles},
    text::HumanDuration,
};

/// A stop sleeps 15 s from 5.0 on, and then writes what is in memory.
const STOP: Duration = Duration::from_secs(30);

/// P8, P9, P10, P12, P27 and P32, file by file, each by its own server's version.
pub(super) fn files(
    plan: &Plan,
    survey: &Survey,
    texts: &BTreeMap<HostName, Vec<ConfigFile>>,
) -> Vec<Finding> {
    let (handshake_logging, mut findings) = (plan.handshake_logging(), Vec::new());
    for (host, view) in survey.views() {
        let path =
            plan.instance(host).map(|instance| instance.config_file.clone()).unwrap_or_default();
        for file in texts.get(host).into_iter().flatten() {
            let finding = |id, severity, seen, fix: &str| Finding {
                id,
                severity,
                hosts: vec![host.clone()],
                subject: Subject::File(path.clone()),
                seen,
                fix: fix.to_owned(),
            };
            findings.extend(
                lint(file, Some(view.version))
                    .into_iter()
                    .map(|one| finding(one.check(), Severity::Refusal, one.to_string(), one.fix())),
            );
            findings.extend(
                advice(file, handshake_logging)
                    .into_iter()
                    .map(|one| finding(one.id, Severity::Warning, one.seen, "")),
            );
        }
    }
    findings
}

/// P18: units that kill a server that has much to write.
pub(super) fn impatient(survey: &Survey) -> Vec<Finding> {
    let impatient = survey.looks.iter().filter_map(|(host, look)| {
        let patience = too_short(look.unit.stop_timeout)?;
        Some(Finding {
            id: CheckId::StopTimeout,
            severity: Severity::Warning,
            hosts: vec![host.clone()],
            subject: Subject::Server,
            seen: format!("systemd kills it {patience} after it was asked to stop, which is short for a mongod"),
            fix: String::new(),
        })
    });
    impatient.collect()
}

fn too_short(stop_timeout: Option<Duration>) -> Option<HumanDuration> {
    stop_timeout
        .filter(|patience| *patience < STOP)
        .map(|patience| HumanDuration(patience.as_secs()))
}

/// P20: members whose file would bring them back in a mode that none of their peers takes.
pub(super) fn torn(files: &dyn ConfigFiles, survey: &Survey) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (host, view) in survey.views() {
        let file = survey.look(host).and_then(|look| files.mode_of(&look.file.text).ok());
        let set = survey.sets.get(&view.config.name);
        let (Some(file), Some(set)) = (file, set) else { continue };
        if is_torn(file, view, set) {
            findings.push(Finding {
                id: CheckId::FileAndMode,
                severity: Severity::Warning,
                hosts: vec![host.clone()],
                subject: Subject::Server,
                seen: format!(
                    "it runs at {} and its file says {file}: a restart now would cut it off",
                    view.mode
                ),
                fix: String::new(),
            });
        }
    }
    findings
}

fn is_torn(file: TlsMode, view: &ServerView, set: &SetView) -> bool {
    let mut peers = set.members.iter().filter(|(name, _)| *name != view.status.me).peekable();
    file != view.mode
        && peers.peek().is_some()
        && peers.all(|(_, peer)| !file.talks_with(peer.mode))
}

#[cfg(test)]
mod tests {
    use TlsMode::{Allow, Disabled, Prefer, Require};

    use super::*;
    use crate::cluster::sample::Sample;

    #[test]
    fn half_a_minute_is_enough_to_stop_in() {
        for (given, short) in [(Some(10), Some(HumanDuration(10))), (Some(30), None), (None, None)]
        {
            assert_eq!(too_short(given.map(Duration::from_secs)), short);
        }
    }

    #[test]
    fn a_member_is_torn_when_its_file_leads_to_nobody() {
        for (file, running, peers, torn) in [
            (Allow, Require, Require, true),
            (Disabled, Prefer, Prefer, true),
            (Require, Allow, Allow, true),
            (Prefer, Require, Require, false),
            (Prefer, Allow, Allow, false),
            (Require, Require, Require, false),
            (Disabled, Disabled, Prefer, false),
        ] {
            let mut set = Sample::new(3).view();
            for (_, view) in &mut set.members {
                view.mode = peers;
            }
            let mut own = set.members[0].1.clone();
            own.mode = running;
            assert_eq!(is_torn(file, &own, &set), torn, "{file} {running} {peers}");
        }
        let alone = Sample::new(1).view();
        let mut own = alone.members[0].1.clone();
        own.mode = Require;
        assert!(!is_torn(Disabled, &own, &alone));
    }
}
