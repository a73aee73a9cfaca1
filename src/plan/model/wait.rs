//! What a `wait` step waits for.

use std::time::Duration;

/// Something that a run waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Every member is healthy.
    Healthy,
    /// Time has passed since the last change of the run.
    For(Duration),
    /// A port accepts connections, dialled from each host.
    Port {
        /// The address that the host dials.
        address: String,
        /// The port.
        port: u16,
    },
    /// A command succeeds on each host.
    Command {
        /// The program and its arguments; no shell reads them.
        argv: Vec<String>,
        /// The time between two tries.
        every: Duration,
    },
}
