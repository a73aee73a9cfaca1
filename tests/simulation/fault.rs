//! What can go wrong.

use serde::Deserialize;

/// A fault; the names are those of `tests/faults.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Fault {
    Nothing,
    /// kill -9, or a panic: the hosts see the connections end.
    ControllerDies,
    /// Its machine dies: the hosts see nothing.
    ControllerVanishes,
    Signal,
    JournalFull,
    WindowCloses,
    Cut,
    Hole,
    HalfOpen,
    /// One connection, broken and made again.
    Reset,
    CutToAnother,
    PowerCut,
    SudoRemoved,
    DiskFull,
    /// The data directory: the server does not start again.
    DataFull,
    ReadOnly,
    Immutable,
    /// The server does not start on the new file.
    NewFileRefused,
    /// Nor does the canary.
    Expired,
    /// It would, and the canary says no.
    CanaryRefuses,
    /// The server dies some time after a good start.
    DiesLater,
    WrongName,
    WrongCa,
    AnotherDies,
    MemberFrozen,
    AnotherLags,
    NoElection,
    /// The primary gives up besides.
    NoPrimary,
    SecondController,
    /// Another host is in other hands.
    HostTaken,
    /// SIGSTOP of the controller for longer than its lease.
    ControllerFrozen,
    PersonEdits,
    PersonRestarts,
    Garbled,
    OtherKey,
    CannotArm,
    /// It starts on neither file, and its peers refuse its certificate.
    NoWayBack,
    /// A switch of an earlier run.
    ArmedElsewhere,
}

impl Fault {
    /// Whether no run can repair what it did: a server that is down for a reason of its own.
    pub(crate) fn needs_a_person(self) -> bool {
        matches!(
            self,
            Self::DataFull
                | Self::NoWayBack
                | Self::AnotherDies
                | Self::DiesLater
                | Self::MemberFrozen
                | Self::NoElection
                | Self::NoPrimary
                | Self::Expired
                | Self::AnotherLags
                | Self::WrongName
                | Self::WrongCa
        )
    }
}
