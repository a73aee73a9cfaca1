//! A controller at work, as far as hosts and network are concerned.

use std::time::Duration;

use super::{faults::Line, side_by_side::Begun};

/// Which controller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SessionId(pub(crate) usize);

#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) run: String,
    pub(crate) state: Controller,
    pub(crate) ties: Vec<Tie>,
    pub(crate) begun: Begun,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Controller {
    Alive,
    /// SIGSTOP, or a laptop that sleeps.
    Frozen,
    Dead,
}

/// What a controller has with one host.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tie {
    pub(crate) conn: Conn,
    /// Counts connections: what travels on one is lost with it.
    pub(crate) number: u32,
    /// Whether it ever was this controller's.
    pub(crate) had: bool,
    /// Whether the process that holds the lease hears it.
    pub(crate) holds: bool,
    /// When the host last said so.
    pub(crate) heard: Duration,
}

/// The connection by which the controller comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Conn {
    Up,
    Gone,
}

/// Whether a controller may act on a host, as far as it knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    /// The host was not heard of for so long, and this is what is on the way to it now.
    Silent(Duration, Line),
    /// Another run has it.
    Theirs(String),
    /// It is asked for again, and nobody knows yet.
    NotKnown,
}

impl Session {
    pub(crate) fn new(run: String, size: usize, now: Duration) -> Self {
        let tie = Tie { conn: Conn::Up, number: 0, had: false, holds: false, heard: now };
        Self { run, state: Controller::Alive, ties: vec![tie; size], begun: Begun::default() }
    }
}
