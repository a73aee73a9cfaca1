//! Why a secret could not be had. Nothing here ever holds the secret or a part of it.

use std::{io, path::PathBuf};

use crate::error::{Designed, Exit};

/// Why a reference led to no secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The environment variable is not set.
    #[error("the environment variable `{variable}` is not set")]
    Unset {
        /// Its name.
        variable: String,
    },
    /// The file is not there or cannot be read.
    #[error("the secret file `{path}` cannot be read", path = .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The path leads to a directory, a pipe or a device.
    #[error("`{path}` is not a regular file", path = .path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// Others can read the file.
    #[error("others can read the secret file `{path}` (mode {mode:04o})", path = .path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The command could not be started.
    #[error("the secret command `{program}` could not be started")]
    NotStarted {
        /// The program, without its arguments.
        program: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The command ended with an error.
    #[error("the secret command `{program}` failed: {status}")]
    Failed {
        /// The program, without its arguments.
        program: String,
        /// How it ended.
        status: String,
    },
    /// The command did not end in time.
    #[error("the secret command `{program}` did not end within {seconds}s")]
    Late {
        /// The program, without its arguments.
        program: String,
        /// The time it was given.
        seconds: u64,
    },
    /// There is a place, and nothing in it.
    #[error("the secret from {place} is empty")]
    Empty {
        /// The place, in words.
        place: String,
    },
    /// What is there is no password: several lines, a NUL, not UTF-8, or far too long.
    #[error("what {place} holds is no password: {why}")]
    NotASecret {
        /// The place, in words.
        place: String,
        /// What is wrong with it.
        why: &'static str,
    },
}

impl Designed for SecretError {
    fn exit(&self) -> Exit {
        match self {
            Self::Exposed { .. } => Exit::Permission,
            Self::Unreadable { source, .. } | Self::NotStarted { source, .. }
                if source.kind() == io::ErrorKind::PermissionDenied =>
            {
                Exit::Permission
            }
            _ => Exit::Plan,
        }
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Unset { variable } => {
                format!(
                    "set `{variable}` for this run, without writing it into the shell's history"
                )
            }
            Self::Exposed { path, .. } => format!("run `chmod 600 {}`", path.display()),
            Self::NotAFile { .. } => {
                "a program's output is read with `{ command = [...] }`".to_owned()
            }
            Self::Failed { .. } | Self::Late { .. } => {
                "run the command by hand to see what it says; tlsplan does not show it".to_owned()
            }
            Self::Unreadable { .. }
            | Self::NotStarted { .. }
            | Self::Empty { .. }
            | Self::NotASecret { .. } => return Vec::new(),
        };
        vec![hint]
    }
}
