//! Who holds a lease: the run's id for the fence, and a description for other runs.

use std::path::Path;

use jiff::Timestamp;

use super::error::Holder;
use crate::{
    host::{Host, call::Call, call_error::CallError, script},
    local_machine::Controller,
    sanitise::sanitise_line,
};

/// A run, as hosts and people know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Unique, and sorts by time. The journal of the run has the same.
    pub run: String,
    /// Plan, user, machine, process and start, on one line.
    pub words: String,
}

impl Owner {
    /// This process, working on a plan.
    #[must_use]
    pub fn now(plan: &str, path: &Path) -> Self {
        let start = Timestamp::now();
        let run = format!("{}-{:08x}", start.strftime("%Y%m%dT%H%M%SZ"), rand::random::<u32>());
        let Controller { user, machine, pid } = Controller::here();
        let words = format!(
            "plan `{plan}` ({}) by {user}@{machine}, pid {pid}, since {}",
            path.display(),
            start.strftime("%Y-%m-%d %H:%M:%SZ"),
        );
        // A plan may be called anything; the host gets one line.
        Self { run, words: sanitise_line(words.as_bytes()) }
    }
}

impl Host {
    /// Who holds the host, as the holder described itself; `None` where no run does. Changes nothing.
    pub async fn owner(&self) -> Result<Option<Holder>, CallError> {
        let call = Call::new(&script::OWNER, "asking who holds the host").arg(self.run_dir());
        let fields = self.run(&call).await?.fields();
        let line = |name| fields.block(name).map(|text| sanitise_line(text.trim_ascii()));
        Ok(line("run").zip(line("owner")).map(|(run, words)| Holder { run, words }))
    }
}
