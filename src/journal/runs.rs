//! The runs of a state directory: one directory each, named by the run, so that names sort by time.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, BufReader, Read},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use super::{
    error::JournalError,
    line_error::Damage,
    state_dir::sync,
    summary::{RunSummary, Unread},
};
use crate::event::Begin;

/// How many runs are kept, apart from older ones that left something open.
pub const KEPT: usize = 100;

/// How a journal of format 1 begins.
const VERSION1: &[u8; 7] = b"{\"v\":1,";

const JOURNAL: &str = "journal.jsonl";
const PRIVATE_DIRECTORY: u32 = 0o700;
const PRIVATE_FILE: u32 = 0o600;

/// Where the runs are.
#[derive(Clone, Debug)]
pub struct Runs(PathBuf);

/// What the directory of a run holds.
pub(super) enum Found {
    /// A run that is still at work.
    AtWork,
    /// Nothing that is wanted, or nothing at all.
    Nothing,
    /// A run that has ended.
    Summary(Box<RunSummary>),
    /// A journal of format 1 that cannot be read.
    Skipped(Damage),
}

impl Runs {
    /// The runs in a directory that has been looked at.
    pub(super) fn new(directory: PathBuf) -> Self {
        Self(directory)
    }

    /// The names of all runs, the newest first.
    pub fn newest_first(&self) -> Result<Vec<String>, JournalError> {
        let failed = |source| JournalError::Read { path: self.0.clone(), source };
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.0).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name().into_string();
            names.extend(name.ok().filter(|name| is_run(name)));
        }
        names.sort_unstable_by(|a, b| b.cmp(a));
        Ok(names)
    }

    /// The journal of a run.
    #[must_use]
    pub fn journal(&self, run: &str) -> PathBuf {
        self.0.join(run).join(JOURNAL)
    }

    /// What a run left, where its plan is `wanted`.
    pub(super) fn find(
        &self,
        run: &str,
        wanted: impl FnOnce(&Begin) -> bool,
    ) -> Result<Found, JournalError> {
        let path = self.journal(run);
        let file = match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
            Err(source) => return Err(JournalError::Read { path, source }),
            Ok(file) => file,
        };
        // Whoever writes it holds its lock. Where there are no locks, nobody is at work.
        if matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)) {
            return Ok(Found::AtWork);
        }
        match RunSummary::read(BufReader::new(file), wanted) {
            Ok(None) => Ok(Found::Nothing),
            Ok(Some(summary)) => Ok(Found::Summary(summary.into())),
            Err(Unread::Io(source)) => Err(JournalError::Read { path, source }),
            Err(Unread::Damaged(damage)) if is_version1(&path) => Ok(Found::Skipped(damage)),
            Err(Unread::Damaged(damage)) => Err(JournalError::Damaged { path, damage }),
        }
    }

    /// Makes the directory of a run with an empty journal in it, both on disk and locked.
    pub(super) fn create(&self, run: &str) -> Result<(PathBuf, File), JournalError> {
        let (directory, path) = (self.0.join(run), self.journal(run));
        let made = DirBuilder::new().mode(PRIVATE_DIRECTORY).create(&directory);
        made.map_err(|source| JournalError::Make { path: directory.clone(), source })?;
        match self.fill(&directory, &path) {
            Ok(file) => Ok((path, file)),
            Err(source) => {
                self.take_back(run);
                Err(JournalError::Make { path, source })
            }
        }
    }

    fn fill(&self, directory: &Path, path: &Path) -> io::Result<File> {
        let mut options = OpenOptions::new();
        let file = options.append(true).create_new(true).mode(PRIVATE_FILE).open(path)?;
        // It tells others that this run is at work. Some file systems have no locks.
        let _ = file.try_lock();
        sync(directory)?;
        sync(&self.0)?;
        Ok(file)
    }

    /// Takes a run back that could not be begun.
    pub(super) fn take_back(&self, run: &str) {
        let _ = fs::remove_file(self.journal(run));
        let _ = fs::remove_dir(self.0.join(run));
    }

    /// Removes what is older than the newest `kept` runs, but no run that left something open or is
    /// still at work, and none that cannot be read. What cannot be removed stays.
    pub fn prune(&self, kept: usize) {
        let old = self.newest_first().unwrap_or_default().into_iter().skip(kept);
        for run in old {
            let settled = match self.find(&run, |_| true) {
                Ok(Found::Nothing) => true,
                Ok(Found::Summary(summary)) => summary.open.is_empty(),
                Ok(Found::AtWork | Found::Skipped(_)) | Err(_) => false,
            };
            if settled && self.is_bare(&run) {
                self.take_back(&run);
            }
        }
    }

    /// Whether nothing but the journal is there.
    fn is_bare(&self, run: &str) -> bool {
        let entries = fs::read_dir(self.0.join(run));
        entries
            .is_ok_and(|mut all| all.all(|entry| entry.is_ok_and(|it| it.file_name() == JOURNAL)))
    }
}

/// Whether a journal says that it is of format 1.
fn is_version1(path: &Path) -> bool {
    let mut start = [0; VERSION1.len()];
    File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start == *VERSION1
}

/// Whether a name is that of a run, like `20261126T134502Z-0a1b2c3d`.
fn is_run(name: &str) -> bool {
    let pattern = "00000000T000000Z-xxxxxxxx";
    name.len() == pattern.len()
        && name.chars().zip(pattern.chars()).all(|(letter, meant)| match meant {
            '0' => letter.is_ascii_digit(),
            'x' => letter.is_ascii_hexdigit(),
            other => letter == other,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::lease::Owner;

    #[test]
    fn only_the_directories_of_runs_are_runs() {
        assert!(is_run(&Owner::now("x", Path::new("x.toml")).run));
        for name in ["", "lost+found", "20261126T134502Z-0a1b2c3d.damaged", "20261126T134502Z"] {
            assert!(!is_run(name), "{name}");
        }
    }
}
