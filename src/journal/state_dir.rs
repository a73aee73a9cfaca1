//! Where the state of the program lives, and whether it may live there.
//!
//! Whoever can write to that directory could make up what earlier runs did. So it has to be a real
//! directory of ours to which nobody else can write.

use std::{
    env,
    ffi::OsString,
    fs::{self, DirBuilder, File},
    io::{self, ErrorKind},
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
};

use super::{error::JournalError, runs::Runs};
use crate::local_machine::effective_user;

/// Others' permission to write.
const WRITABLE: u32 = 0o022;
const PRIVATE: u32 = 0o700;

/// The directory, which may not be there yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateDir(PathBuf);

/// What the place of the directory depends on, where no option names it.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `XDG_STATE_HOME`.
    pub state_home: Option<OsString>,
    /// `HOME`.
    pub home: Option<OsString>,
    /// The user.
    pub user: Option<u32>,
}

impl Environment {
    /// That of this process.
    #[must_use]
    pub fn here() -> Self {
        Self {
            state_home: env::var_os("XDG_STATE_HOME"),
            home: env::var_os("HOME"),
            user: effective_user(),
        }
    }
}

impl StateDir {
    /// The named one, or the environment's. As the XDG specification has it, a path there that is
    /// not absolute counts as none.
    pub fn find(named: Option<&Path>, environment: &Environment) -> Result<Self, JournalError> {
        let absolute = |variable: &Option<OsString>| {
            variable.as_ref().map(PathBuf::from).filter(|path| path.is_absolute())
        };
        let path = if let Some(named) = named {
            named.to_owned()
        } else if let Some(state_home) = absolute(&environment.state_home) {
            state_home.join("tlsplan")
        } else if let Some(home) = absolute(&environment.home) {
            home.join(".local/state/tlsplan")
        } else if environment.user == Some(0) {
            PathBuf::from("/var/lib/tlsplan")
        } else {
            return Err(JournalError::NoPlace);
        };
        // Without a slash at the end, behind which a link would be followed.
        Ok(Self(path.components().collect()))
    }

    /// The runs, for reading; `None` where there were none yet.
    pub fn runs(&self) -> Result<Option<Runs>, JournalError> {
        let runs = self.0.join("runs");
        let there = is_own(&self.0)? == Presence::There && is_own(&runs)? == Presence::There;
        Ok(there.then(|| Runs::new(runs)))
    }

    /// The runs, for writing: makes what is missing.
    pub fn make_runs(&self) -> Result<Runs, JournalError> {
        let runs = self.0.join("runs");
        make(&self.0)?;
        make(&runs)?;
        Ok(Runs::new(runs))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Presence {
    There,
    Missing,
}

/// Refuses what is there and not a directory of ours alone.
fn is_own(path: &Path) -> Result<Presence, JournalError> {
    let path = path.to_owned();
    let found = match fs::symlink_metadata(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Presence::Missing),
        Err(source) => return Err(JournalError::Read { path, source }),
        Ok(found) => found,
    };
    if !found.is_dir() {
        return Err(JournalError::NoDirectory(path));
    }
    if Some(found.uid()) != effective_user() {
        return Err(JournalError::NotOurs { path, owner: found.uid() });
    }
    let mode = found.mode() & 0o7777;
    if mode & WRITABLE != 0 {
        return Err(JournalError::Writable { path, mode });
    }
    Ok(Presence::There)
}

/// Makes a directory and what is missing above it, each on disk before the next.
fn make(path: &Path) -> Result<(), JournalError> {
    if is_own(path)? == Presence::There {
        return Ok(());
    }
    let missing: Vec<_> = path.ancestors().take_while(|above| !above.exists()).collect();
    for directory in missing.into_iter().rev().filter(|it| !it.as_os_str().is_empty()) {
        make_one(directory)
            .map_err(|source| JournalError::Make { path: directory.to_owned(), source })?;
    }
    match is_own(path)? {
        Presence::There => Ok(()),
        Presence::Missing => {
            let source = ErrorKind::NotFound.into();
            Err(JournalError::Make { path: path.to_owned(), source })
        }
    }
}

/// Another run may make it at the same moment.
fn make_one(directory: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(PRIVATE).create(directory) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    match directory.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => sync(parent),
        _ => sync(Path::new(".")),
    }
}

/// Brings the entries of a directory to disk, on file systems that know how to.
pub(super) fn sync(directory: &Path) -> io::Result<()> {
    match File::open(directory)?.sync_all() {
        Err(error) if error.kind() == ErrorKind::InvalidInput => Ok(()),
        other => other,
    }
}
