//! What is remembered of a member between two looks: how to reach it, never what is true of it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{
    client::settings::TlsFiles,
    cluster::{config::PeerDialConfig, mode::TlsMode},
    host::log::LogMark,
};

/// The memory of one node.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<Memory>);

/// Its contents.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    /// The address on the host on which the server can be reached, from its file.
    pub(super) address: Option<String>,
    /// The name by which its set knows it, or names in its certificate before that is known.
    pub(super) names: Vec<String>,
    /// What else the host is called: tried while there are no names.
    pub(super) guesses: Vec<String>,
    /// The service's user, who may read the key.
    pub(super) user: String,
    /// The server's own TLS files on its host.
    pub(super) files: TlsFiles,
    /// How it dials its peers by TLS.
    pub(super) outgoing: PeerDialConfig,
    /// The mode it was last seen in, or the one in its file: which connection to try first.
    pub(super) mode: Option<TlsMode>,
    /// The server's log file.
    pub(super) log: Option<String>,
    /// Where the log ended when the step in hand began.
    pub(super) mark: Option<LogMark>,
}

impl Known {
    /// The memory, to read or to change. Never held across an await.
    pub(super) fn lock(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
