//! What the lines say that are read back: the first line, intents, outcomes, and the last line.

use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{engine::journal::Came, local_machine::Controller};

/// The first line: whose journal it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begin {
    /// The plan's name.
    pub plan: String,
    /// The plan's file, as an absolute path: runs of one plan are told from others by it.
    pub path: String,
    /// Who ran it.
    pub user: String,
    /// On which machine.
    pub machine: String,
    /// As which process.
    pub pid: u32,
    /// The version of the program.
    pub tlsplan: String,
}

impl Begin {
    /// This process, working on a plan.
    #[must_use]
    pub fn here(plan: &str, path: &Path) -> Self {
        let Controller { user, machine, pid } = Controller::here();
        Self {
            plan: plan.to_owned(),
            path: absolute(path),
            user,
            machine,
            pid,
            tlsplan: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// The one name of a plan's file, from wherever it is called. A link in its last part stays: the
/// file behind it may be another one tomorrow, and it is still the same plan.
pub(super) fn absolute(path: &Path) -> String {
    let full = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let parent = full.parent().and_then(|parent| parent.canonicalize().ok());
    let full = match (parent, full.file_name()) {
        (Some(parent), Some(name)) => parent.join(name),
        _ => full,
    };
    full.to_string_lossy().into_owned()
}

/// An intent.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct IntentData {
    pub(super) act: String,
    pub(super) detail: String,
}

/// An outcome.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct OutcomeData {
    /// The number of the intent.
    pub(super) of: u64,
    pub(super) came: CameData,
    pub(super) why: Option<String>,
}

/// [`Came`] without its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum CameData {
    Done,
    NotDone,
    Unknown,
}

impl OutcomeData {
    pub(super) fn new(of: u64, came: &Came) -> Self {
        let (came, why) = match came {
            Came::Done => (CameData::Done, None),
            Came::NotDone(why) => (CameData::NotDone, Some(why.clone())),
            Came::Unknown(why) => (CameData::Unknown, Some(why.clone())),
        };
        Self { of, came, why }
    }
}

/// A note that is read back; all others are for people only.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Mark {
    Begin(Begin),
    End(End),
}

/// The last line of a run that came to an end of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct End {
    /// The exit code.
    pub(super) exit: u8,
    /// In one word.
    pub(super) came: Ending,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Ending {
    /// Everything was in place.
    Noop,
    /// Everything is in place now.
    Converged,
    /// Something is left to do, or something is wrong.
    Stopped,
}

/// A value of a type of our own, which always has a form in JSON.
pub(super) fn value(data: impl Serialize) -> Value {
    serde_json::to_value(data).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::*;

    #[test]
    fn a_plan_has_one_name_from_wherever_it_is_called() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("a/b")).unwrap();
        symlink("a", root.join("link")).unwrap();
        symlink("releases/7.toml", root.join("a/plan.toml")).unwrap();
        let name = root.join("a/plan.toml").to_string_lossy().into_owned();
        for path in ["a/plan.toml", "a/b/../plan.toml", "link/plan.toml", "./a/./plan.toml"] {
            assert_eq!(absolute(&root.join(path)), name, "{path}");
        }
        assert!(Path::new(&absolute(Path::new("plan.toml"))).is_absolute());
    }
}
