//! From a plan to live nodes: secrets first, then all hosts side by side.

use crate::engine::{
    leases::{release, take},
    progress::Progress,
};
use std::sync::Arc;

use futures_util::future::join_all;

use crate::{
    client::endpoint::Credential,
    error::{Cause, Designed, Exit},
    event::{Event, Sink, Task, Warning},
    host::{Host, lease::Owner, live_machine::LiveMachine, machine::Machine as _},
    instance::{
        Server, Service as _,
        live::{LiveInstance, start},
    },
    name::HostName,
    plan::{
        Plan,
        model::{Machine, SshSettings},
    },
    report::Reporter,
    secret::{self, Secret, SecretRef},
    ssh::{Credentials, Limits, Link, Target},
};

/// The machines of a plan and the instances on them, as far as they could be had.
pub(super) struct Connected {
    pub(super) machines: Vec<LiveMachine>,
    pub(super) instances: Vec<LiveInstance>,
}

/// Connects to every host, takes it for this run where there is an owner to take it for, and holds
/// it to what the plan says of its server, so that nothing is found out half-way. Whatever is wrong
/// on any host is printed, the worst decides; but nothing is judged on hosts that another run has.
pub(super) async fn connect_ready(
    plan: &Plan,
    owner: Option<&Owner>,
    report: &Arc<Reporter>,
) -> Result<Connected, Exit> {
    let told = |error: Cause| {
        report.error(&error);
        error.exit()
    };
    let (connected, away) = connect_some(plan, report).await.map_err(told)?;
    let bearing = bearing(plan, &connected.machines);
    if let (Some(owner), true) = (owner, away.is_empty()) {
        let taken = take(&bearing, owner).await;
        taken.map_err(|error| told(Cause::new(error).with_hint(Progress::Untouched.describe())))?;
    }
    let checks = connected.instances.iter().map(Server::check_bindings);
    let loose = join_all(checks).await.into_iter().flatten();
    let wrong = away.into_iter().map(|(_, error)| error).chain(loose);
    let mut wrong: Vec<Cause> = wrong.collect();
    let Some(last) = wrong.pop() else { return Ok(connected) };
    // Once, however many errors there are.
    wrong.push(last.with_hint(Progress::Untouched.describe()));
    release(&connected.machines).await;
    let codes = wrong.into_iter().map(told);
    Err(codes.reduce(Exit::worst).unwrap_or(Exit::Bug))
}

/// The machines that are leased for the whole run: those with a database process on them.
fn bearing<'m>(plan: &Plan, machines: &'m [LiveMachine]) -> Vec<&'m LiveMachine> {
    let bears =
        |machine: &&LiveMachine| plan.instances().any(|(host, _)| host.machine == *machine.name());
    machines.iter().filter(bears).collect()
}

/// The hosts that could be had, and why the others could not. The error is about secrets, before
/// any connection.
pub(super) async fn connect_some(
    plan: &Plan,
    report: &Arc<Reporter>,
) -> Result<(Connected, Vec<(HostName, Cause)>), Cause> {
    let secrets = Secrets::load(plan)?;
    let machines = plan.machines.iter().map(|machine| {
        let secrets = &secrets;
        async move {
            report.emit(Event::working(&machine.name, Task::Connecting));
            on_machine(plan, machine, secrets, report).await
        }
    });
    let mut connected = Connected { machines: Vec::new(), instances: Vec::new() };
    let mut away = Vec::new();
    for (machine, outcome) in plan.machines.iter().zip(join_all(machines).await) {
        match outcome {
            Ok((machine, instances)) => {
                connected.machines.push(machine);
                for (host, instance) in instances {
                    match instance {
                        Ok(instance) => connected.instances.push(instance),
                        Err(error) => away.push((host, error)),
                    }
                }
            }
            Err(error) => away.push((machine.name.clone(), error)),
        }
    }
    connected.instances.iter().for_each(|node| tell_of_search_path(node, report));
    let place = |node: &LiveInstance| plan.hosts.iter().position(|host| host.name == *node.host());
    connected.instances.sort_by_key(place);
    Ok((connected, away))
}

/// A user who can write there decides what root runs.
fn tell_of_search_path(node: &LiveInstance, report: &Reporter) {
    let directories = node.writable_search_path().to_vec();
    if !directories.is_empty() {
        let warning = Warning::WritableSearchPath { directories };
        report.emit(Event::Warning { host: Some(node.host().clone()), warning });
    }
}

/// One SSH session, and the instances that it leads to.
type OnMachine = (LiveMachine, Vec<(HostName, Result<LiveInstance, Cause>)>);

async fn on_machine(
    plan: &Plan,
    machine: &Machine,
    secrets: &Secrets,
    report: &Arc<Reporter>,
) -> Result<OnMachine, Cause> {
    let credentials = secrets.credentials(&machine.ssh, report);
    let link = Link::connect(Target::from_plan(machine), credentials, Limits::default()).await;
    let link = Arc::new(link.map_err(Cause::new)?);
    let mut host = Host::new(machine.name.clone(), link, machine.ssh.r#become);
    if let Some(password) = secrets.get(machine.ssh.become_password.as_ref()) {
        host = host.with_password(password);
    }
    let live = LiveMachine::new(host);
    let on_it: Vec<_> = plan.instances().filter(|(host, _)| host.machine == machine.name).collect();
    if on_it.is_empty() {
        live.learn_id().await.map_err(Cause::new)?;
    }
    let started = on_it.into_iter().map(|(host, settings)| {
        let password = secrets.get(settings.password.as_ref());
        let login = settings.username.clone().zip(password);
        let login = login.map(|(username, password)| Credential { username, password });
        let access = (plan.rules.rollback, login);
        let live = &live;
        async move {
            let started = start(live, host, settings, access).await;
            (host.name.clone(), started.map_err(Cause::new))
        }
    });
    let instances = join_all(started).await;
    Ok((live, instances))
}

/// Everything that a person or the controller has to give, loaded once and before the first connection.
struct Secrets(Vec<(SecretRef, Secret)>);

impl Secrets {
    fn load(plan: &Plan) -> Result<Self, Cause> {
        let of_machines = plan
            .machines
            .iter()
            .flat_map(|machine| [&machine.ssh.identity_passphrase, &machine.ssh.become_password]);
        let of_instances = plan.instances().map(|(_, settings)| &settings.password);
        let mut loaded: Vec<(SecretRef, Secret)> = Vec::new();
        for reference in of_machines.chain(of_instances).flatten() {
            if loaded.iter().all(|(known, _)| known != reference) {
                let secret = secret::load(reference).map_err(Cause::new)?;
                loaded.push((reference.clone(), secret));
            }
        }
        Ok(Self(loaded))
    }

    fn get(&self, reference: Option<&SecretRef>) -> Option<Secret> {
        let known = self.0.iter().find(|(known, _)| Some(known) == reference);
        known.map(|(_, secret)| secret.clone())
    }

    fn credentials(&self, ssh: &SshSettings, report: &Arc<Reporter>) -> Credentials {
        let credentials =
            Credentials::from_settings(ssh, self.get(ssh.identity_passphrase.as_ref()));
        if report.prompt().is_none() {
            return credentials;
        }
        credentials.with_prompt(Arc::new(Asking(Arc::clone(report))))
    }
}

/// Passphrases are asked for by the owner of the terminal.
struct Asking(Arc<Reporter>);

impl crate::ssh::Prompt for Asking {
    fn passphrase(&self, key: &std::path::Path) -> Option<Secret> {
        let prompt = self.0.prompt()?;
        prompt.secret(&format!("Passphrase for {}", key.display())).ok()
    }
}
