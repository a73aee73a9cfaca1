//! Keeps the events of a run.

use std::sync::Mutex;

use tlsplan::event::{Event, Sink};

#[derive(Default)]
pub(crate) struct Recorder(Mutex<Vec<Event>>);

impl Sink for Recorder {
    fn emit(&self, event: Event) {
        self.0.lock().unwrap().push(event);
    }
}

impl Recorder {
    /// Counts the events that `pick` picks.
    pub(crate) fn count(&self, pick: impl Fn(&Event) -> bool) -> usize {
        self.0.lock().unwrap().iter().filter(|event| pick(event)).count()
    }
}
