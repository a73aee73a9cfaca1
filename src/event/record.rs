//! An event with when, where and in which run it happened: one line of the stream.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Event, wire};
use crate::name::HostName;

/// The version of the records that are written here.
pub const VERSION: u64 = 2;

/// What is written, read back and replayed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// [`VERSION`].
    pub v: u64,
    /// When it happened, by the wall clock.
    #[serde(with = "wire::moment")]
    pub at: Timestamp,
    /// The run; `None` outside of one.
    pub run: Option<String>,
    /// The number of the plan's step that is at work, counted from 1.
    pub step: Option<usize>,
    /// The machine, where it is about exactly one.
    pub machine: Option<HostName>,
    /// The database process on it, where it is about exactly one.
    pub instance: Option<HostName>,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

impl Record {
    /// An event that happens now.
    #[must_use]
    pub fn now(run: Option<&str>, step: Option<usize>, event: Event) -> Self {
        let host = event.host().cloned();
        Self {
            v: VERSION,
            at: Timestamp::now(),
            run: run.map(str::to_owned),
            step,
            machine: host.clone(),
            instance: host,
            event,
        }
    }
}
