//! The leases of all hosts of a plan: all of them or none.

use futures_util::future::join_all;

use crate::{
    event::{Event, Sink},
    host::{deadman::Phase, live_machine::LiveMachine, machine::Machine},
    instance::look::Look,
    name::HostName,
    report::Reporter,
};

/// Says what is armed on a host, for the commands that only look.
pub(super) fn tell_of_switch(host: &HostName, look: &Look, events: &dyn Sink) {
    let Some(switch) = &look.switch else { return };
    let text = match switch.phase {
        Phase::Armed => {
            "a restart has not been confirmed here: the run that is at work will do it, or the next one; if none comes, the host puts its old file back unless its member is well"
        }
        Phase::Firing => "the host is putting its old file back by itself",
    };
    events.emit(Event::Warning { host: Some(host.clone()), text: text.to_owned() });
}

/// Says who is at work, for the commands that only look.
pub(super) async fn tell(machines: &[LiveMachine], report: &Reporter) {
    let owners = machines.iter().map(|it| async { (it.name().clone(), it.owner().await) });
    for (host, owner) in join_all(owners).await {
        if let Some(words) = owner {
            let text = format!("a run is at work here: {words}");
            report.emit(Event::Warning { host: Some(host), text });
        }
    }
}
