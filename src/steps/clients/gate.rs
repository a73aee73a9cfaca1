//! The `clients` step: nobody goes on before the clients have gone over to TLS.
//!
//! Plaintext that is spoken once in ten minutes is still spoken, so silence has to last. What the
//! servers' logs prove counts, also from before this run: a gate that was quiet all night opens at
//! once. Where a server cannot tell plaintext from TLS, the gate says so and never guesses.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::Instant;

use super::GateBlocked;
use crate::{
    cluster::{
        check::CheckId,
        clients::{
            self, ClientWatch, Encryption, GateStatus, LogPlace, ObservedClient, VisibilityGap,
            WatchedServer, gate_status,
        },
        mode::TlsMode,
    },
    event::{Event, Fact, Task, Warning},
    instance::Instance,
    name::HostName,
    plan::model::ClientsGate,
    steps::{
        error::{Failure, ObserveError, Paused},
        run::Run,
        survey::Survey,
    },
};

/// A gate and how it is held.
pub struct Gate<'p> {
    /// The step's name.
    pub name: &'p str,
    /// What it asks for.
    pub wants: &'p ClientsGate,
    /// How long it is held at most.
    pub timeout: Duration,
}

impl<'p> Gate<'p> {
    /// Of a step; it may last twice as long as the silence unless the step says otherwise.
    #[must_use]
    pub fn new(name: &'p str, wants: &'p ClientsGate, timeout: Option<Duration>) -> Self {
        Self { name, wants, timeout: timeout.unwrap_or(wants.plaintext_free_for * 2) }
    }

    /// Between two looks.
    fn poll(&self) -> Duration {
        (self.wants.plaintext_free_for / 20)
            .clamp(Duration::from_millis(250), Duration::from_secs(5))
    }
}

/// How a gate was passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passed {
    /// By what was seen.
    Seeing,
    /// Servers at allowTLS do not tell: it has to be held again at preferTLS, where they do.
    Blind,
}

/// Holds the run until the gate is met, or ends it.
pub async fn hold<N: Instance>(
    run: &Run<'_, N>,
    gate: &Gate<'_>,
    survey: Option<Survey>,
) -> Result<(Survey, Passed), Failure> {
    let mut survey = match survey.filter(Survey::is_fresh) {
        Some(survey) => survey,
        None => run.survey().await?,
    };
    // Nobody can open a connection in plaintext any more.
    if modes(&survey)?.iter().all(|(_, mode)| *mode == TlsMode::Require) {
        return Ok((survey, Passed::Seeing));
    }
    if let Some(reason) = run.plan.waivers.get(&CheckId::PlaintextClients) {
        let (step, reason) = (gate.name.to_owned(), reason.clone());
        let warning = Warning::GateWaived { step, check: CheckId::PlaintextClients, reason };
        run.emit(Event::Warning { host: None, warning });
        return Ok((survey, Passed::Seeing));
    }
    let (started, mut servers) = (Instant::now(), Vec::new());
    loop {
        look(run, &modes(&survey)?, &mut servers).await?;
        let now = gate_status(&servers, gate.wants.plaintext_free_for, &gate.wants.allow);
        if let Some(passed) = verdict(gate, &now)? {
            opened(run, gate, &servers, passed);
            return Ok((survey, passed));
        }
        if started.elapsed() >= gate.timeout {
            tell(run, &servers);
            return Err(closed(gate, now).into());
        }
        may_wait(run, gate)?;
        wait(run, gate, &now).await;
        run.hold().await?;
        survey = run.survey().await?;
    }
}

/// The mode of every server. One that is silent may have clients that nobody sees.
fn modes(survey: &Survey) -> Result<Vec<(&HostName, TlsMode)>, Failure> {
    if let Some((host, error)) = survey.silent() {
        let (host, last_seen) = (host.clone(), error.chain());
        return Err(ObserveError::NotResponding { host, last_seen }.into());
    }
    Ok(survey.views().map(|(host, view)| (host, view.mode)).collect())
}

/// Looks at every server, side by side.
async fn look<N: Instance>(
    run: &Run<'_, N>,
    modes: &[(&HostName, TlsMode)],
    servers: &mut Vec<WatchedServer>,
) -> Result<(), Failure> {
    let nowhere = LogPlace::default();
    let looks = join_all(modes.iter().filter_map(|&(host, running)| {
        let node = run.node(host)?;
        let known = servers.iter().find(|one| &one.host == host);
        let from = known.map_or(&nowhere, |one| one.watch.place());
        Some(async move { (host, running, node.clients(from).await) })
    }));
    for (host, running, reading) in looks.await {
        let failed = |source| ObserveError::host(host, source);
        let reading = reading.map_err(failed)?;
        if let Some(one) = servers.iter_mut().find(|one| &one.host == host) {
            one.running = running;
            one.watch.take(reading);
        } else {
            let (host, watch) = (host.clone(), ClientWatch::begin(reading));
            servers.push(WatchedServer { host, running, watch });
        }
    }
    Ok(())
}

/// Whether the gate is open; `None` is to look again.
fn verdict(gate: &Gate<'_>, now: &GateStatus) -> Result<Option<Passed>, Failure> {
    let helpless = |(_, why): &&(HostName, VisibilityGap)| *why != VisibilityGap::NoHandshakes;
    if let Some((host, why)) = now.blind.iter().find(helpless) {
        let name = gate.name.to_owned();
        let (host, why) = (host.clone(), why.clone());
        return Err(GateBlocked::Blind { name, host, why }.into());
    }
    let known = |seen: &ObservedClient| seen.client.encryption == Encryption::Plaintext;
    if !now.blind.is_empty() {
        return Ok((!now.in_the_way.iter().any(known)).then_some(Passed::Blind));
    }
    let met = now.in_the_way.is_empty() && now.quiet >= gate.wants.plaintext_free_for;
    Ok(met.then_some(Passed::Seeing))
}

/// A signal or the end of the window ends a wait at once: nothing is half done.
fn may_wait<N: Instance>(run: &Run<'_, N>, gate: &Gate<'_>) -> Result<(), Failure> {
    if run.options.cancel.is_asked() {
        return Err(Paused::Signal.into());
    }
    match run.options.deadline.left() {
        Some(left) if left < gate.poll() => {
            let doing = format!("`{}`", gate.name);
            Err(Paused::WindowCloses { doing, needs: gate.wants.plaintext_free_for, left }.into())
        }
        _ => Ok(()),
    }
}

/// Says what is waited for, and waits, unless somebody wants the run to stop.
async fn wait<N: Instance>(run: &Run<'_, N>, gate: &Gate<'_>, now: &GateStatus) {
    for node in run.nodes {
        let host = node.host();
        let task = match now.in_the_way.iter().find(|seen| &seen.host == host) {
            Some(seen) => Task::AwaitingClient {
                client: seen.client.name().to_owned(),
                address: seen.client.address.clone(),
            },
            None => Task::AwaitingPlaintextSilence,
        };
        run.working(host, task);
    }
    tokio::time::sleep(gate.poll()).await;
}

fn opened<N: Instance>(
    run: &Run<'_, N>,
    gate: &Gate<'_>,
    watched: &[WatchedServer],
    passed: Passed,
) {
    tell(run, watched);
    if passed == Passed::Blind {
        let (step, why) = (gate.name.to_owned(), VisibilityGap::NoHandshakes);
        let warning = Warning::GateBlind { step, why };
        return run.emit(Event::Warning { host: None, warning });
    }
    let tls =
        clients::clients(watched).into_iter().filter(|it| it.client.encryption == Encryption::Tls);
    let open: usize = tls.map(|seen| seen.client.open).sum();
    let free_for = gate.wants.plaintext_free_for;
    let fact = Fact::PlaintextFree { free_for, tls_connections: open };
    let hosts = watched.iter().map(|one| one.host.clone()).collect();
    run.emit(Event::Checked { hosts, fact });
}

/// The whole table, for whoever keeps it.
fn tell<N: Instance>(run: &Run<'_, N>, watched: &[WatchedServer]) {
    run.emit(Event::Census {
        clients: clients::clients(watched),
        blind: clients::visibility_gaps(watched),
    });
}

fn closed(gate: &Gate<'_>, now: GateStatus) -> GateBlocked {
    GateBlocked::Plaintext {
        name: gate.name.to_owned(),
        wanted: gate.wants.plaintext_free_for,
        quiet: now.quiet,
        clients: now.in_the_way,
    }
}
