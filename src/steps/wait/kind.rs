//! One look after the other, until it is so, the time is over, or the run is asked to stop.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::{Instant, sleep};

use super::WaitError;
use crate::{
    error::node_error::NodeError,
    event::{Act, PlannedAct, Task},
    host::machine::Machine,
    instance::Instance,
    name::HostName,
    plan::model::{Step, Wait},
    steps::{
        error::{Failure, ObserveError, Paused},
        kind::{Kind, Needs, Undo},
        plan_run::PlanRun,
        preview::{Checked, Paper},
        run::Run,
    },
};

/// How long a wait lasts at most where the step does not say.
const TIMEOUT: Duration = Duration::from_secs(300);
/// Between two looks.
const POLL: Duration = Duration::from_millis(500);
/// How long a program may run.
const PROGRAM: Duration = Duration::from_secs(60);

impl Kind for Wait {
    fn needs(&self) -> Needs {
        match self {
            Self::Healthy => Needs::Instances,
            Self::For(_) | Self::Port { .. } | Self::Command { .. } => Needs::Machines,
        }
    }

    /// Whether it is so shows in the run.
    fn check(&self, step: &Step, _: &mut Paper<'_>) -> Result<Checked, Failure> {
        let act = Act::Wait { step: step.name.clone() };
        Ok(Checked::new(step, vec![PlannedAct { hosts: step.hosts.clone(), act }]))
    }

    async fn apply<'a, N: Instance>(
        &'a self,
        step: &'a Step,
        run: &mut PlanRun<'a, N>,
    ) -> Result<(), Vec<Failure>> {
        run.survey = None;
        let held = until_so(self, step, &run.run).await;
        held.map_err(|failure| vec![failure])
    }

    fn undo(&self) -> Undo {
        Undo::Nothing
    }
}

async fn until_so<N: Instance>(wait: &Wait, step: &Step, run: &Run<'_, N>) -> Result<(), Failure> {
    let (started, mut limit) = (Instant::now(), step.timeout.unwrap_or(TIMEOUT));
    if let Wait::For(duration) = wait {
        limit = limit.max(*duration);
    }
    let between = if let Wait::Command { every, .. } = wait { *every } else { POLL };
    loop {
        let last_seen = missing(wait, step, run).await?;
        if last_seen.is_empty() {
            return Ok(());
        }
        let waited = started.elapsed();
        if waited >= limit {
            return Err(WaitError { step: step.name.clone(), waited, last_seen }.into());
        }
        if run.options.cancel.is_asked() {
            return Err(Paused::Signal.into());
        }
        if let Some(left) = run.options.deadline.left().filter(|left| *left < between) {
            let doing = format!("`{}`", step.name);
            return Err(Paused::WindowCloses { doing, needs: between, left }.into());
        }
        sleep(between).await;
    }
}

/// What is not so yet, in words; empty where nothing is left to wait for.
async fn missing<N: Instance>(
    wait: &Wait,
    step: &Step,
    run: &Run<'_, N>,
) -> Result<Vec<String>, Failure> {
    match wait {
        Wait::Healthy => {
            let survey = run.survey().await?;
            if let Some((host, error)) = survey.silent() {
                return Ok(vec![format!("`{host}`: {}", error.chain())]);
            }
            let sick = survey.healthy(run.limits()).err();
            Ok(sick.into_iter().map(|why| why.to_string()).collect())
        }
        Wait::For(duration) => {
            let left = run.since_last_change().map(|since| duration.saturating_sub(since));
            let left = left.filter(|left| !left.is_zero());
            Ok(left.into_iter().map(|left| format!("{}s are left", left.as_secs())).collect())
        }
        Wait::Port { address, port } => {
            on_each(step, run, |machine| async move {
                machine.dial(address, *port).await.map(|()| None)
            })
            .await
        }
        Wait::Command { argv, .. } => {
            on_each(step, run, |machine| async move {
                let end = machine.try_command(argv, PROGRAM).await?;
                let words = format!("status {}, `{}`", end.status, end.last_line);
                Ok((end.status != 0).then_some(words))
            })
            .await
        }
    }
}

/// Asks each machine of the step once, side by side. One that cannot be reached now is looked at again.
async fn on_each<'m, N, F, A>(step: &Step, run: &Run<'m, N>, ask: F) -> Result<Vec<String>, Failure>
where
    N: Instance + 'm,
    F: Fn(&'m N::Machine) -> A,
    A: Future<Output = Result<Option<String>, NodeError>>,
{
    let asked = run.machines_of(&step.hosts).into_iter().map(|machine| {
        run.working(machine.name(), Task::Waiting { step: step.name.clone() });
        let answer = ask(machine);
        async move { (machine.name(), answer.await) }
    });
    let mut missing = Vec::new();
    for (host, answer) in join_all(asked).await {
        missing.extend(words(host, answer)?);
    }
    Ok(missing)
}

fn words(
    host: &HostName,
    answer: Result<Option<String>, NodeError>,
) -> Result<Option<String>, Failure> {
    match answer {
        Ok(missing) => Ok(missing.map(|words| format!("`{host}`: {words}"))),
        Err(error) if error.passes() => Ok(Some(format!("`{host}`: {}", error.chain()))),
        Err(error) => Err(ObserveError::host(host, error).into()),
    }
}
