//! What can be wrong with a host, its disk, its server and the line to it.

use std::{collections::BTreeSet, time::Duration};

use tlsplan::cluster::mode::TlsMode;

/// What is wrong with a host and its server.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults {
    /// It does not start on a file of this mode or a higher one.
    pub(crate) dies_from: Option<TlsMode>,
    /// It dies so long after each start on a file with TLS.
    pub(crate) dies_later: Option<Duration>,
    pub(crate) canary: Canary,
    pub(crate) certificate: Certificate,
    /// How far its clock is ahead, in milliseconds.
    pub(crate) clock: i64,
    others: BTreeSet<HostFault>,
}

/// What a server or its host suffers from or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum HostFault {
    /// It does not start on any file.
    DiesAlways,
    /// It starts on a file with TLS, and never listens.
    NeverListens,
    /// systemd takes no request for the unit.
    UnitMasked,
    /// The controller's own way in by TLS is broken.
    NoWayByTls,
    /// `rs.freeze`: it does not stand for election.
    StandsBack,
    /// It applies nothing more.
    Lags,
    /// There is no systemd-run.
    CannotArm,
    /// Nobody is let in to settle a switch.
    CannotSettle,
}

impl Faults {
    pub(crate) fn has(&self, ail: HostFault) -> bool {
        self.others.contains(&ail)
    }

    pub(crate) fn add(&mut self, ail: HostFault) {
        self.others.insert(ail);
    }

    pub(crate) fn remove(&mut self, ail: HostFault) {
        self.others.remove(&ail);
    }
}

/// What a canary says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Canary {
    /// What the server will do.
    #[default]
    Honest,
    /// Always yes: what shows only at the real start.
    Blind,
    /// Always no.
    Refuses,
}

/// A certificate in the eyes of the peers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Certificate {
    #[default]
    Good,
    /// Names another host: whoever connects to it by TLS turns away.
    WrongName,
    /// Of another CA: nobody speaks TLS with it either way.
    WrongCa,
}

/// A host's disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Disk {
    #[default]
    Well,
    /// No space left.
    Full,
    /// Remounted read-only.
    ReadOnly,
    /// The file is immutable or mounted on: only its replacement is refused.
    Immutable,
}

/// root on the host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Sudo {
    #[default]
    Works,
    Removed,
}

/// The line between the controller and a host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Line {
    #[default]
    Up,
    /// Refused and reset at once.
    Cut,
    /// Nothing arrives and nothing comes back.
    Hole,
    /// What is sent arrives, and nothing comes back.
    HalfOpen,
    /// The key of the host is another one: what stands stays, nobody comes in anew.
    OtherKey,
    /// Answers arrive as rubbish.
    Garbled,
}
