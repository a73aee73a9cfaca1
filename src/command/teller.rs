//! What a run tells, and whom.

use std::{sync::Arc, time::Instant};

use super::outlook::worst;
use crate::{
    error::{Cause, Designed, Exit},
    event::{Event, Sink},
    journal::{Noted, RunJournal},
    plan::Plan,
    report::Reporter,
    steps::failure::Failure,
};

/// Tells a run twice: to whoever reads the output, and to its journal.
#[derive(Clone, Copy)]
pub(super) struct Teller<'a> {
    pub(super) report: &'a Arc<Reporter>,
    pub(super) journal: &'a RunJournal,
    pub(super) run: &'a str,
    pub(super) started: Instant,
}

impl<'a> Teller<'a> {
    pub(super) fn events(&self) -> Noted<'a> {
        Noted::new(&**self.report, self.journal)
    }

    pub(super) fn announce(&self, plan: &Plan) {
        self.events().emit(Event::PlanLoaded {
            name: plan.name.clone(),
            steps: plan.steps.iter().map(|step| step.name.clone()).collect(),
            hosts: plan.hosts.iter().map(|host| host.name.clone()).collect(),
        });
    }

    pub(super) fn told(&self, failures: &[Failure]) -> Exit {
        for failure in failures {
            self.journal.error(failure);
            self.report.error(failure);
        }
        worst(failures)
    }

    /// The same for an error that came before the engine.
    pub(super) fn wrong(&self, error: &Cause) -> Exit {
        self.journal.error(error);
        self.report.error(error);
        error.exit()
    }

    pub(super) fn finish(&self, exit: Exit, changed: usize) -> Exit {
        let took = self.started.elapsed();
        self.events().emit(Event::Finished { exit, changed, took });
        exit
    }
}
