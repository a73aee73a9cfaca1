//! From a survey to the files that are wanted and the cluster that is decided on.

use std::collections::BTreeMap;

use super::{
    config_files::{ConfigFiles, NewFile, Previous},
    error::ConfigFileError,
    goal::{Cluster, Matches, MemberNow, Office, Runtime},
};
use crate::{
    cluster::{
        membership::Membership,
        mode::TlsMode,
        order::order,
        topology::{MemberKind, MemberState, ServerView},
    },
    error::Cause,
    host::replace::Change,
    instance::look::FileChange,
    name::{HostName, MemberName},
    plan::Plan,
    steps::{error::Failure, survey::Survey},
};

/// The wanted file of each host beside the mode of the one in place.
pub struct Wanted(BTreeMap<HostName, Entry>);

struct Entry {
    before: String,
    in_place: TlsMode,
    mode: TlsMode,
    matches: Matches,
    file: NewFile,
    change: FileChange,
}

impl Wanted {
    /// The new file of a host.
    #[must_use]
    pub fn file(&self, host: &HostName) -> Option<&NewFile> {
        self.0.get(host).map(|entry| &entry.file)
    }

    /// The mode in the new file of a host.
    #[must_use]
    pub fn mode(&self, host: &HostName) -> Option<TlsMode> {
        self.0.get(host).map(|entry| entry.mode)
    }

    /// What the file in place has to be put back to if the new one fails.
    #[must_use]
    pub fn previous(&self, host: &HostName) -> Option<Previous> {
        let entry = self.0.get(host)?;
        let text = entry.before.clone();
        Some(Previous { text, mode: entry.in_place, replaced_by: entry.file.text.clone() })
    }

    /// The change that brings the host to it; `None` where it is in place already.
    #[must_use]
    pub fn change(&self, host: &HostName) -> Option<&FileChange> {
        let entry = self.0.get(host)?;
        (entry.matches == Matches::No).then_some(&entry.change)
    }
}

/// Makes the wanted file of every host for a mode. `in_place` may say that a file would have been replaced by
/// then: so it is done on paper.
pub fn wanted_files(
    files: &dyn ConfigFiles,
    mode: TlsMode,
    survey: &Survey,
    in_place: impl Fn(&HostName) -> Option<String>,
) -> Result<Wanted, Failure> {
    let mut entries = BTreeMap::new();
    for (host, look) in &survey.looks {
        let fail = |source: Cause| ConfigFileError::NotMade { host: host.clone(), source };
        let before = in_place(host).unwrap_or_else(|| look.file.text.clone());
        let in_place = files.mode_of(&before).map_err(fail)?;
        let file = files.wanted(host, mode, &before).map_err(fail)?;
        let mode = files.mode_of(&file.text).map_err(fail)?;
        let matches = if file.text == before { Matches::Yes } else { Matches::No };
        // A file without TLS is one that no plan has been at, or that was taken back.
        let kind = if in_place == TlsMode::Disabled { Change::First } else { Change::Later };
        let change = FileChange { seen: look.file.digest, text: file.text.clone(), kind };
        entries.insert(host.clone(), Entry { before, in_place, mode, matches, file, change });
    }
    Ok(Wanted(entries))
}

/// The cluster in working order: set after set by name, each with its primary last.
#[must_use]
pub fn cluster(plan: &Plan, membership: &Membership, survey: &Survey, wanted: &Wanted) -> Cluster {
    let mut members = Vec::new();
    for set in survey.sets.values() {
        for member in order(set) {
            let host = membership.host(&member);
            if let (Some(host), Some(view)) = (host, set.view(&member))
                && let Some(entry) = wanted.0.get(host)
            {
                members.push(MemberNow {
                    host: host.clone(),
                    set: view.config.name.clone(),
                    running: view.mode,
                    file: entry.in_place,
                    wanted: entry.mode,
                    matches: entry.matches,
                    office: office(view, &member),
                    runtime: runtime(has_login(plan, host), view, &member),
                });
            }
        }
    }
    Cluster { members }
}

fn office(view: &ServerView, member: &MemberName) -> Office {
    let entry = view.config.members.iter().find(|entry| &entry.name == member);
    let electable =
        entry.is_some_and(|entry| entry.priority > 0.0 && entry.kind == MemberKind::DataBearing);
    match view.status.own().map(|own| own.state) {
        Some(MemberState::Primary) => Office::Primary,
        Some(_) if electable => Office::Electable,
        _ => Office::Other,
    }
}

fn runtime(login: bool, view: &ServerView, member: &MemberName) -> Runtime {
    let entry = view.config.members.iter().find(|entry| &entry.name == member);
    let kind = entry.map_or(MemberKind::DataBearing, |entry| entry.kind);
    Runtime::of(kind, login)
}

fn has_login(plan: &Plan, host: &HostName) -> bool {
    plan.instance(host).is_some_and(|instance| instance.username.is_some())
}
