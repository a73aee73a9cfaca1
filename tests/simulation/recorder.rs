//! Keeps the events of a run.

use std::sync::Mutex;

use tlsplan::{
    event::{Event, Sink},
    name::HostName,
};

#[derive(Default)]
pub(crate) struct Recorder(Mutex<Vec<Event>>);

impl Sink for Recorder {
    fn emit(&self, event: Event) {
        self.0.lock().unwrap().push(event);
    }
}

impl Recorder {
    /// The hosts whose members were told to be back after a restart.
    pub(crate) fn restarted(&self) -> Vec<HostName> {
        let events = self.0.lock().unwrap();
        let hosts = events.iter().filter_map(|event| match event {
            Event::Restarted { host, .. } => Some(host.clone()),
            _ => None,
        });
        hosts.collect()
    }

    /// Counts the events that `pick` picks.
    pub(crate) fn count(&self, pick: impl Fn(&Event) -> bool) -> usize {
        self.0.lock().unwrap().iter().filter(|event| pick(event)).count()
    }
}
