//! Why there is no journal. A run without one is not begun; one that loses it goes to a safe end.

use std::{io, path::PathBuf, sync::Arc};

use super::line_error::Damage;
use crate::error::{Designed, Exit};

/// A journal or its directory that is not as it has to be.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Neither an option nor the environment says where.
    #[error("there is no place for the state of tlsplan: `HOME` is not set")]
    NoPlace,
    /// Something else is there, or a link.
    #[error("`{}` is not a directory", .0.display())]
    NoDirectory(PathBuf),
    /// It belongs to somebody else.
    #[error("`{}` belongs to user {owner}, and tlsplan runs as another one", .path.display())]
    NotOurs {
        /// The directory.
        path: PathBuf,
        /// Its owner.
        owner: u32,
    },
    /// Others may write to it.
    #[error("others may write to `{}` (mode {mode:04o})", .path.display())]
    Writable {
        /// The directory.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// A directory or a file could not be made.
    #[error("`{}` cannot be made", .path.display())]
    Make {
        /// What.
        path: PathBuf,
        /// The system's words.
        #[source]
        source: io::Error,
    },
    /// Something could not be read.
    #[error("`{}` cannot be read", .path.display())]
    Read {
        /// What.
        path: PathBuf,
        /// The system's words.
        #[source]
        source: io::Error,
    },
    /// A line could not be written or not be brought to disk.
    #[error("the journal `{}` cannot be written", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's words.
        #[source]
        source: Arc<io::Error>,
    },
    /// The journal of an earlier run was changed since it was written.
    #[error("the journal `{}` is damaged", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where, and what is wrong there.
        #[source]
        damage: Damage,
    },
}

impl Designed for JournalError {
    fn exit(&self) -> Exit {
        Exit::State
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::NoPlace => vec![
                "`--state-dir DIR` names a directory for it; so does `XDG_STATE_HOME`".to_owned(),
            ],
            Self::NoDirectory(path) => vec![
                format!("see what it is with `ls -ld {}`; a link is not followed", path.display()),
                "name the directory itself with `--state-dir DIR`".to_owned(),
            ],
            Self::NotOurs { path, .. } => vec![format!(
                "run tlsplan as that user, or name a directory of your own with `--state-dir DIR`; `ls -ld {}` shows both",
                path.display()
            )],
            Self::Writable { path, .. } => vec![format!(
                "look at what is in it, then `chmod go-w {}`: whoever writes there could make up what earlier runs did",
                path.display()
            )],
            Self::Make { path, .. } | Self::Read { path, .. } => vec![format!(
                "`ls -ld {0}` and `df -h {0}` show the rights and the room there; `--state-dir DIR` names another place",
                path.parent().unwrap_or(path).display()
            )],
            Self::Write { path, .. } => vec![
                format!("make room or mend the disk: `df -h {}`", path.display()),
                "what is not written down first is not begun; what was done is on the hosts, and `tlsplan status` shows it".to_owned(),
            ],
            Self::Damaged { path, .. } => {
                let directory = path.parent().unwrap_or(path).display();
                vec![
                    format!("read it, then move it away: mv {directory} {directory}.damaged"),
                    "no host depends on it: only the history of that run is lost".to_owned(),
                ]
            }
        }
    }
}
