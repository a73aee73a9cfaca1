//! From a plan to live nodes: secrets first, then all hosts side by side.

use std::sync::Arc;

use futures_util::future::join_all;

use super::lease::{release, take};
use crate::{
    client::endpoint::Credential,
    error::{Cause, Designed, Exit},
    event::{Event, Sink},
    host::lease::Owner,
    instance::live::{Access, LiveNode, start},
    name::HostName,
    plan::{Plan, model::PlanHost},
    report::Reporter,
    secret::{self, Secret},
    ssh::{Credentials, Limits, Link, Target},
    steps::failure::Begun,
};

/// Connects to every host, takes it for this run where there is an owner to take it for, and holds
/// it to what the plan says of its server, so that nothing is found out half-way. Whatever is wrong
/// on any host is printed, the worst decides; but nothing is judged on hosts that another run has.
pub(super) async fn connect_ready(
    plan: &Plan,
    owner: Option<&Owner>,
    report: &Arc<Reporter>,
) -> Result<Vec<LiveNode>, Exit> {
    let told = |error: Cause| {
        report.error(&error);
        error.exit()
    };
    let (nodes, away) = connect_some(plan, report).await.map_err(told)?;
    if let (Some(owner), true) = (owner, away.is_empty()) {
        let taken = take(&nodes, owner).await;
        taken.map_err(|error| told(Cause::new(error).with_hint(Begun::No.words())))?;
    }
    let loose = join_all(nodes.iter().map(LiveNode::check_ties)).await.into_iter().flatten();
    let wrong = away.into_iter().map(|(_, error)| error).chain(loose.map(Cause::new));
    let mut wrong: Vec<Cause> = wrong.collect();
    let Some(last) = wrong.pop() else { return Ok(nodes) };
    // Once, however many errors there are.
    wrong.push(last.with_hint(Begun::No.words()));
    release(&nodes).await;
    let codes = wrong.into_iter().map(told);
    Err(codes.reduce(Exit::worst).unwrap_or(Exit::Bug))
}

/// The hosts that could be had, and why the others could not. The error is about secrets, before
/// any connection.
pub(super) async fn connect_some(
    plan: &Plan,
    report: &Arc<Reporter>,
) -> Result<(Vec<LiveNode>, Vec<(HostName, Cause)>), Cause> {
    let (credentials, access) = secrets(plan, report)?;
    let hosts = plan.hosts.iter().map(|host| {
        let (credentials, access) = (credentials.clone(), access.clone());
        async move {
            report.emit(Event::Working { host: host.name.clone(), doing: "connecting".to_owned() });
            one(plan, host, credentials, access).await
        }
    });
    let (mut nodes, mut away) = (Vec::new(), Vec::new());
    for (host, outcome) in plan.hosts.iter().zip(join_all(hosts).await) {
        match outcome {
            Ok(node) => nodes.push(node),
            Err(error) => away.push((host.name.clone(), error)),
        }
    }
    Ok((nodes, away))
}

async fn one(
    plan: &Plan,
    host: &PlanHost,
    credentials: Credentials,
    access: Access,
) -> Result<LiveNode, Cause> {
    let target = Target::from_plan(host, &plan.ssh);
    let link = Link::connect(target, credentials, Limits::default()).await.map_err(Cause::new)?;
    start(host, Arc::new(link), &plan.ssh, &plan.mongodb, access).await.map_err(Cause::new)
}

/// Everything that a person or the controller has to give, before the first connection.
fn secrets(plan: &Plan, report: &Arc<Reporter>) -> Result<(Credentials, Access), Cause> {
    let load = |reference| secret::load(reference).map_err(Cause::new);
    let ssh = &plan.ssh;
    let passphrase = ssh.identity_passphrase.as_ref().map(load).transpose()?;
    let mut credentials = Credentials::from_settings(ssh, passphrase);
    if report.prompt().is_some() {
        credentials = credentials.with_prompt(Arc::new(Asking(Arc::clone(report))));
    }
    let password = plan.mongodb.password.as_ref().map(load).transpose()?;
    let database = plan.mongodb.username.clone().zip(password);
    let access = Access {
        sudo: ssh.become_password.as_ref().map(load).transpose()?,
        database: database.map(|(username, password)| Credential { username, password }),
    };
    Ok((credentials, access))
}

/// Passphrases are asked for by the owner of the terminal.
struct Asking(Arc<Reporter>);

impl crate::ssh::Prompt for Asking {
    fn passphrase(&self, key: &std::path::Path) -> Option<Secret> {
        let prompt = self.0.prompt()?;
        prompt.secret(&format!("Passphrase for {}", key.display())).ok()
    }
}
