//! The files of known hosts, read together.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    HostId, HostKeyError,
    entry::Entry,
    error::{Place, PrintedPath},
};

/// A file to read and what it means when it is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Named by the plan: it has to exist.
    Named(PathBuf),
    /// One of ssh's usual files: it may be missing, but not unreadable.
    Usual(PathBuf),
}

impl Source {
    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Named(path) | Self::Usual(path) => path,
        }
    }
}

/// A line that could not be understood and so protects nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Where it stands.
    pub place: Place,
    /// What is wrong with it, in words.
    pub problem: String,
}

/// All lines of all files.
#[derive(Clone, Debug)]
pub struct KnownHosts {
    pub(super) entries: Vec<Entry>,
    /// Where a new line belongs.
    pub(super) first: PathBuf,
    warnings: Vec<Warning>,
}

impl KnownHosts {
    /// Reads the files in order; what may be missing and is missing counts as empty.
    pub fn read(sources: &[Source]) -> Result<Self, HostKeyError> {
        let first = sources.first().map_or_else(PathBuf::new, |source| source.path().to_owned());
        let mut known = Self { entries: Vec::new(), first, warnings: Vec::new() };
        for source in sources {
            match (fs::read(source.path()), source) {
                (Ok(bytes), _) => known.add(&String::from_utf8_lossy(&bytes), source.path()),
                (Err(error), Source::Usual(_)) if error.kind() == io::ErrorKind::NotFound => {}
                (Err(error), _) => {
                    let path = PrintedPath(source.path().to_owned());
                    return Err(HostKeyError::Unreadable { path, source: error });
                }
            }
        }
        Ok(known)
    }

    /// The lines that were not understood: a mangled `@revoked` must not vanish silently.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Adds the lines of a file.
    pub(super) fn add(&mut self, text: &str, path: &Path) {
        let file: Arc<Path> = Arc::from(path);
        for (number, line) in (1..).zip(text.split('\n')) {
            match Entry::parse(line, &file, number) {
                Ok(None) => {}
                Ok(Some(entry)) => self.entries.push(entry),
                Err(problem) => {
                    let place = Place { file: Arc::clone(&file), number };
                    self.warnings.push(Warning { place, problem });
                }
            }
        }
    }

    /// The lines about a host, in order.
    pub(super) fn about(&self, host: &HostId) -> Vec<&Entry> {
        self.entries.iter().filter(|entry| entry.is_about(host)).collect()
    }
}
