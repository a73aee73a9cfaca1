//! Makes records of events and hands each to every reader, in the order in which they happened.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Event, Record, Sink};

/// Reads the stream: a terminal, JSON lines, a journal.
pub trait Reader: Send {
    /// Takes the next record.
    fn record(&mut self, record: &Record);
}

/// Stamps events with the time, the run and the step.
#[derive(Default)]
pub struct Recorder(Mutex<State>);

#[derive(Default)]
struct State {
    run: Option<String>,
    /// The plan's step that is at work.
    step: Option<usize>,
    readers: Vec<Box<dyn Reader>>,
}

impl Recorder {
    /// Adds a reader. It gets what happens from now on.
    pub fn attach(&self, reader: Box<dyn Reader>) {
        self.state().readers.push(reader);
    }

    /// What happens from now on belongs to this run.
    pub fn begin_run(&self, run: &str) {
        let mut state = self.state();
        (state.run, state.step) = (Some(run.to_owned()), None);
    }

    /// A panic in a reader does not silence the rest of the run.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for Recorder {
    fn emit(&self, event: Event) {
        let mut state = self.state();
        if let Event::StepStarted { number, .. } = event {
            state.step = Some(number);
        }
        let ends = matches!(event, Event::StepFinished { .. });
        let record = Record::now(state.run.as_deref(), state.step, event);
        for reader in &mut state.readers {
            reader.record(&record);
        }
        if ends {
            state.step = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use super::*;
    use crate::{
        event::{Fact, Task},
        name::HostName,
    };

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<Record>>>);

    impl Reader for Kept {
        fn record(&mut self, record: &Record) {
            self.0.lock().unwrap().push(record.clone());
        }
    }

    #[test]
    fn every_reader_gets_each_event_with_its_run_step_and_machine() {
        let (recorder, first, second) = (Recorder::default(), Kept::default(), Kept::default());
        recorder.attach(Box::new(first.clone()));
        let (db1, db2) = (HostName::new("db1"), HostName::new("db2"));
        recorder.emit(Event::working(&db1, Task::Connecting));
        recorder.attach(Box::new(second.clone()));
        recorder.begin_run("a run");
        recorder.emit(Event::StepStarted { number: 3, of: 4, name: "prefer".into() });
        recorder.emit(Event::Checked { hosts: vec![db1.clone()], fact: Fact::Verified });
        recorder.emit(Event::Checked { hosts: vec![db1.clone(), db2], fact: Fact::Verified });
        let (name, took) = ("prefer".into(), Duration::ZERO);
        recorder.emit(Event::StepFinished { number: 3, name, changed: 0, took });
        recorder.emit(Event::working(&db1, Task::Connecting));
        let records = first.0.lock().unwrap().clone();
        let stamps: Vec<_> = records
            .iter()
            .map(|it| (it.run.as_deref(), it.step, it.machine.as_ref().map(HostName::as_str)))
            .collect();
        let run = Some("a run");
        assert_eq!(
            stamps,
            [
                (None, None, Some("db1")),
                (run, Some(3), None),
                (run, Some(3), Some("db1")),
                (run, Some(3), None),
                (run, Some(3), None),
                (run, None, Some("db1")),
            ]
        );
        assert!(records.iter().all(|it| it.instance == it.machine));
        assert!(records.windows(2).all(|pair| pair[0].at <= pair[1].at));
        assert_eq!(*second.0.lock().unwrap(), records[1..]);
    }
}
