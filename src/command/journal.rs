//! The journal of a run from its first line to its last, and what earlier ones left.

use crate::engine::progress::Progress;
use std::{path::Path, sync::Arc};

use crate::{
    engine::journal::Journal,
    error::{Cause, Designed, Exit},
    event::{Begin, Event, LeftOpen, PastRun, Sink, Warning},
    host::lease::Owner,
    journal::{Environment, History, JournalError, KEPT, OpenIntent, RunJournal, StateDir, past},
    plan::Plan,
    report::Reporter,
};

/// How many earlier runs `status` names.
const PAST: usize = 20;

/// Begins the journal of a run before anything else is begun. What earlier runs of the plan wrote has
/// to be readable: a history that is damaged is looked at by a person first.
pub(super) fn open(
    named: Option<&Path>,
    plan: &Plan,
    owner: &Owner,
    report: &Reporter,
) -> Result<RunJournal, Cause> {
    let open = || -> Result<RunJournal, JournalError> {
        let runs = StateDir::find(named, &Environment::here())?.make_runs()?;
        let history = History::of(&runs, &plan.path)?;
        let begin = Begin::here(&plan.name, &plan.path);
        let journal = RunJournal::create(&runs, &owner.run, &begin, report.recorder())?;
        tell_skipped(&history, report);
        runs.prune(KEPT);
        Ok(journal)
    };
    open().map_err(|error| Cause::new(error).with_hint(Progress::Untouched.describe()))
}

/// Writes the last line. A record that is not whole is not a success.
pub(super) fn close(journal: &RunJournal, exit: Exit, report: &Reporter) -> Exit {
    journal.end(exit);
    match journal.trouble() {
        // An act that was not begun for that has been reported.
        None => exit,
        Some(_) if exit == Exit::State => exit,
        Some(trouble) => {
            report.error(&trouble);
            exit.worst(trouble.exit())
        }
    }
}

/// What earlier runs of the plan left open. Where there is no place for a history, there is none.
pub(super) fn left_open(
    named: Option<&Path>,
    plan: &Plan,
    report: &Arc<Reporter>,
) -> Result<Vec<LeftOpen>, JournalError> {
    let runs = match StateDir::find(named, &Environment::here()) {
        Err(JournalError::NoPlace) => return Ok(Vec::new()),
        found => found?.runs()?,
    };
    let history = runs.map(|runs| History::of(&runs, &plan.path)).transpose()?.unwrap_or_default();
    tell_skipped(&history, report);
    for journal in history.torn {
        let warning = Warning::JournalTorn { journal: journal.display().to_string() };
        report.emit(Event::Warning { host: None, warning });
    }
    Ok(history.open.into_iter().map(LeftOpen::from).collect())
}

/// Says which journals of format 1 were left out.
fn tell_skipped(history: &History, report: &Reporter) {
    for (journal, damage) in &history.skipped {
        let (journal, error) = (journal.display().to_string(), damage.describe());
        let warning = Warning::JournalSkipped { journal, error };
        report.emit(Event::Warning { host: None, warning });
    }
}

/// Who ran the plan before.
pub(super) fn past_runs(named: Option<&Path>, plan: &Plan) -> Vec<PastRun> {
    let directory = StateDir::find(named, &Environment::here());
    let Some(runs) = directory.ok().and_then(|found| found.runs().ok().flatten()) else {
        return Vec::new();
    };
    let run = |(run, begin, exit): (String, Begin, Option<u8>)| {
        let Begin { user, controller, tlsplan, .. } = begin;
        PastRun { run, user, controller, tlsplan, exit }
    };
    past(&runs, &plan.path, PAST).into_iter().map(run).collect()
}

impl From<OpenIntent> for LeftOpen {
    fn from(open: OpenIntent) -> Self {
        let OpenIntent { run, time, host, what, why, .. } = open;
        Self { run, begun: time, host, what, reason: why }
    }
}
