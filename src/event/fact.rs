//! What was checked and found right.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::wire;
use crate::cluster::mode::TlsMode;

/// Something that was checked and found right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fact {
    /// The plan has no mistake that can be seen without a connection.
    Plan {
        /// Its file.
        path: String,
        /// How many steps it has.
        steps: usize,
        /// How many hosts it names.
        hosts: usize,
    },
    /// Certificates and keys: chains, names, dates, and that key and certificate belong together.
    Certificates,
    /// The same without the key, which has a pass phrase: the canary shows whether that is right.
    CertificatesWithLockedKey,
    /// The server was reached by TLS.
    ReachedByTls,
    /// Members of a set reached each other by TLS with their own certificates.
    PeersReachedByTls {
        /// How many members dialled.
        from: usize,
        /// How many members each of them reached.
        to: usize,
    },
    /// A canary mongod started on the new file.
    CanaryStarted {
        /// The mode in that file.
        mode: TlsMode,
    },
    /// Changed members were heard over new connections, by themselves and by their peers.
    Verified,
    /// A person said yes to a question of the plan.
    Confirmed {
        /// The question.
        question: String,
        /// Login and machine of the person.
        by: String,
    },
    /// No client spoke plaintext for a time.
    PlaintextFree {
        /// For how long.
        #[serde(with = "wire::seconds")]
        free_for: Duration,
        /// How many connections with TLS are open.
        tls_connections: usize,
    },
}
