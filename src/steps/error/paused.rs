//! A run that stopped safely part-way: the same command goes on.

use std::time::Duration;

use super::{list, rough};
use crate::{
    engine::{progress::Progress, step_error},
    error::Exit,
    name::HostName,
};

/// Why a run goes no further now.
#[derive(Debug, thiserror::Error)]
pub enum Paused {
    /// A signal came.
    #[error("stopped by a signal, with nothing half done")]
    Signal,
    /// The maintenance window closes before the next act would have to be over.
    #[error("{doing} may take {}, and the maintenance window closes in {}", rough(*.needs), rough(*.left))]
    WindowCloses {
        /// What would be next.
        doing: String,
        /// The longest it may take, a rollback included.
        needs: Duration,
        /// How long the window stays open.
        left: Duration,
    },
    /// What is left is outside `--limit`.
    #[error("the step is not finished: `--limit` leaves out {}", list(.0))]
    Limited(Vec<HostName>),
}

impl step_error::Failure for Paused {
    fn exit(&self, progress: Progress) -> Exit {
        match (self, progress) {
            (Self::WindowCloses { .. }, Progress::Untouched) => Exit::Locked,
            _ => Exit::PartWay,
        }
    }

    fn hints(&self, progress: Progress) -> Vec<String> {
        let first = match self {
            Self::Signal => return vec![progress.describe()],
            Self::Limited(_) => {
                return vec!["run again without `--limit`, or with these hosts".to_owned()];
            }
            Self::WindowCloses { left, .. } if left.is_zero() => {
                "or the clock of this machine was moved while the run was at work: see `timedatectl`"
            }
            Self::WindowCloses { .. } => {
                "the worst case includes a failed restart and its rollback: `start_timeout` twice and 90 s; a shorter `start_timeout` or a longer window lets it begin"
            }
        };
        vec![first.to_owned(), progress.describe()]
    }
}
