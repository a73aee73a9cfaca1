//! The leases of all hosts of a plan: all of them or none.

use futures_util::future::join_all;

use crate::{
    event::{Event, Sink, Warning},
    host::{deadman::Phase, live_machine::LiveMachine, machine::Machine},
    instance::look::Look,
    name::HostName,
    report::Reporter,
};

/// Says what is armed on a host, for the commands that only look.
pub(super) fn tell_of_switch(host: &HostName, look: &Look, events: &dyn Sink) {
    let Some(switch) = &look.switch else { return };
    let warning = match switch.phase {
        Phase::Armed => Warning::RestartNotConfirmed,
        Phase::Firing => Warning::HostReverting,
    };
    events.emit(Event::Warning { host: Some(host.clone()), warning });
}

/// Says who is at work, for the commands that only look.
pub(super) async fn tell(machines: &[LiveMachine], report: &Reporter) {
    let owners = machines.iter().map(|it| async { (it.name().clone(), it.owner().await) });
    for (host, owner) in join_all(owners).await {
        if let Some(owner) = owner {
            let warning = Warning::RunAtWork { owner };
            report.emit(Event::Warning { host: Some(host), warning });
        }
    }
}
