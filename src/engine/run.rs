//! The loop over the steps of a plan, whatever their kinds.

use tokio::time::Instant;

use super::{
    progress::Progress,
    step_error::{Failure, StepError},
};
use crate::event::{Event, Sink};

/// The steps of a plan with what they need to be carried out.
///
/// Failures come all at once where looking found several.
#[expect(async_fn_in_trait, reason = "a run is one task and is never sent to another")]
pub trait Steps {
    /// Why one stops.
    type Failure: Failure;

    /// Their names, in order.
    fn names(&self) -> Vec<String>;

    /// What has to be known and to hold before the first of them.
    async fn begin(&mut self) -> Result<(), Vec<Self::Failure>>;

    /// Checks the step at a place and does what is left of it.
    async fn apply(&mut self, index: usize) -> Result<(), Vec<Self::Failure>>;

    /// What has to hold at the end.
    async fn finish(&mut self) -> Result<(), Vec<Self::Failure>>;

    /// A run that lost its machines sees all kinds of trouble, and only one of them is its own: that failure,
    /// where there is one.
    async fn lost_lease(&self, failures: &[Self::Failure]) -> Option<Self::Failure>;

    /// How many changes were made so far.
    fn changed(&self) -> usize;

    /// How far the run has come.
    fn progress(&self) -> Progress;
}

/// What a run that came to the plan's end did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// How many changes it made; zero when everything was in place.
    pub changed: usize,
}

/// Carries the steps out. Each failure is stamped with the run's progress.
pub async fn run<S: Steps>(
    steps: &mut S,
    events: &dyn Sink,
) -> Result<Done, Vec<StepError<S::Failure>>> {
    match all(steps, events).await {
        Ok(()) => Ok(Done { changed: steps.changed() }),
        Err(failures) => {
            let failures = match steps.lost_lease(&failures).await {
                Some(lost) => vec![lost],
                None => failures,
            };
            let progress = steps.progress();
            let stamped = failures.into_iter().map(|failure| StepError::new(failure, progress));
            Err(stamped.collect())
        }
    }
}

async fn all<S: Steps>(steps: &mut S, events: &dyn Sink) -> Result<(), Vec<S::Failure>> {
    steps.begin().await?;
    let names = steps.names();
    let of = names.len();
    for (index, name) in names.into_iter().enumerate() {
        let (number, started, before) = (index + 1, Instant::now(), steps.changed());
        events.emit(Event::StepStarted { number, of, name: name.clone() });
        steps.apply(index).await?;
        let (changed, took) = (steps.changed() - before, started.elapsed());
        events.emit(Event::StepFinished { number, name, changed, took });
    }
    steps.finish().await
}
