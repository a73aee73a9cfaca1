//! What a run tells.

use std::{sync::Arc, time::Instant};

use super::failures::worst;
use crate::{
    error::{Cause, Designed, Exit},
    event::{Event, Sink},
    journal::RunJournal,
    plan::Plan,
    report::Reporter,
    steps::error::StepError,
};

/// Tells what a run does, to the stream that the output and the run's journal read.
#[derive(Clone, Copy)]
pub(super) struct RunReporter<'a> {
    pub(super) report: &'a Arc<Reporter>,
    pub(super) journal: &'a RunJournal,
    pub(super) run: &'a str,
    pub(super) started: Instant,
}

impl<'a> RunReporter<'a> {
    pub(super) fn events(&self) -> &'a dyn Sink {
        &**self.report
    }

    pub(super) fn announce(&self, plan: &Plan) {
        self.report.emit(Event::PlanLoaded {
            name: plan.name.clone(),
            steps: plan.steps.iter().map(|step| step.name.clone()).collect(),
            hosts: plan.hosts.iter().map(|host| host.name.clone()).collect(),
        });
    }

    pub(super) fn failed(&self, failures: &[StepError]) -> Exit {
        for failure in failures {
            self.report.error(failure);
        }
        worst(failures)
    }

    /// The same for an error that came before the engine.
    pub(super) fn wrong(&self, error: &Cause) -> Exit {
        self.report.error(error);
        error.exit()
    }

    pub(super) fn finish(&self, exit: Exit, changed: usize) -> Exit {
        let took = self.started.elapsed();
        self.report.emit(Event::Finished { exit, changed, took });
        exit
    }
}
