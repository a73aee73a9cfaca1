//! What can be asked of a host, as data: what is on its way when a controller dies has to be kept.

use std::time::Duration;

use tlsplan::{
    cluster::{
        mode::TlsMode,
        peer_tls_check::DialAttempt,
        topology::{OpTime, ServerView},
    },
    host::{
        deadman::{SettleAction, SettleReport, SwitchId},
        machine::{QuestionEntry, QuestionRecord},
    },
    instance::look::{Arm, FileChange, UnitNow},
};

use crate::model::{Dice, file_mode};

#[derive(Clone, Debug)]
pub(crate) enum Act {
    Look,
    View,
    Unit,
    Identity,
    Canary(String),
    ReachByTls,
    Rehearse(Vec<usize>),
    Kept,
    Replace(FileChange),
    Restart(Option<FileChange>),
    Arm(Arm),
    Settle(SwitchId, SettleAction),
    SetMode(TlsMode),
    StepDown,
    Drop(Vec<usize>),
    SyncFrom(usize),
    Mark,
    Operations,
    StopSleep(Duration),
    /// A program is run, for its exit status.
    Command,
    /// A connection from the machine to a port.
    Dial,
    /// What is on record of a question.
    Question(String),
    /// A question or an answer is put on record.
    Record(String, QuestionEntry),
    /// Every question and answer is forgotten.
    Forget,
}

pub(crate) enum Answer {
    Nothing,
    Unit(UnitNow),
    View(ServerView),
    SettleReport(SettleReport),
    Place(OpTime),
    Sleep(Duration),
    Files(Vec<String>),
    Attempts(Vec<DialAttempt>),
    Status(u32),
    Question(QuestionRecord),
}

/// By which door an act comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// A script, as root.
    Script,
    /// A command to the server.
    Server,
    /// A connection to some port, through the connection to the machine.
    Port,
}

impl Act {
    pub(crate) fn door(&self) -> Door {
        match self {
            Self::Look
            | Self::Unit
            | Self::Identity
            | Self::Canary(_)
            | Self::Rehearse(_)
            | Self::Kept
            | Self::Replace(_)
            | Self::Restart(_)
            | Self::Arm(_)
            | Self::Settle(..)
            | Self::Command
            | Self::Question(_)
            | Self::Record(..)
            | Self::Forget => Door::Script,
            Self::Dial => Door::Port,
            _ => Door::Server,
        }
    }

    /// Whether it needs the lease: what only looks does not.
    pub(crate) fn needs_lease(&self) -> bool {
        !matches!(
            self,
            Self::Look
                | Self::View
                | Self::Unit
                | Self::Identity
                | Self::Kept
                | Self::Canary(_)
                | Self::Rehearse(_)
                | Self::ReachByTls
                | Self::Command
                | Self::Dial
                | Self::Question(_)
        )
    }

    /// Whether it changes something that lasts: what a second run must not do.
    pub(crate) fn changes(&self) -> bool {
        matches!(
            self,
            Self::Replace(_) | Self::Restart(_) | Self::Arm(_) | Self::SetMode(_) | Self::StepDown
        )
    }

    /// The mode to which it leads a member. A file alone leads to none: those of a whole step may be
    /// written at once.
    pub(crate) fn target(&self) -> Option<TlsMode> {
        match self {
            Self::Arm(arm) => file_mode(&arm.new),
            Self::Restart(Some(change)) => file_mode(&change.text),
            Self::SetMode(mode) => Some(*mode),
            _ => None,
        }
    }

    /// How long it takes on the host.
    pub(crate) fn takes(&self, dice: &mut Dice) -> Duration {
        match self {
            Self::Look | Self::Unit | Self::Kept | Self::Question(_) => dice.millis(8, 30),
            Self::View | Self::ReachByTls => dice.millis(1, 5),
            Self::Rehearse(_) => dice.millis(60, 250),
            Self::Command => dice.millis(20, 400),
            Self::Identity => dice.millis(20, 90),
            Self::Canary(_) => dice.millis(900, 1600),
            Self::Replace(_) | Self::Restart(_) => dice.millis(30, 120),
            Self::Arm(_) => dice.millis(60, 160),
            Self::Settle(..) => dice.millis(100, 300),
            _ => dice.millis(2, 20),
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Look => "look",
            Self::View => "view",
            Self::Unit => "unit",
            Self::Identity => "identity",
            Self::Canary(_) => "canary",
            Self::ReachByTls => "reach_by_tls",
            Self::Rehearse(_) => "rehearse",
            Self::Kept => "kept",
            Self::Replace(_) => "replace",
            Self::Restart(_) => "restart",
            Self::Arm(_) => "arm",
            Self::Settle(_, SettleAction::Confirm) => "confirm",
            Self::Settle(..) => "settle",
            Self::SetMode(_) => "set_mode",
            Self::StepDown => "step_down",
            Self::Drop(_) => "drop_connections",
            Self::SyncFrom(_) => "sync_from",
            Self::Mark => "mark",
            Self::Operations => "client_operations",
            Self::StopSleep(_) => "set_stop_sleep",
            Self::Command => "command",
            Self::Dial => "dial",
            Self::Question(_) => "question",
            Self::Record(..) => "record",
            Self::Forget => "forget",
        }
    }
}
