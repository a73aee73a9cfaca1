//! This machine and this process: who runs the program, where, and since which boot.
//!
//! Read from `/proc` and the environment, to describe this run to others and to check whether a
//! directory is our own. What cannot be read is left out or shown as "somebody", never guessed.

use std::{env, fs, process};

/// Who runs the program, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Controller {
    /// The user, by the environment.
    pub user: String,
    /// The name of the machine.
    pub machine: String,
    /// This process.
    pub pid: u32,
}

impl Controller {
    /// This process on this machine.
    #[must_use]
    pub fn here() -> Self {
        let user = env::var("USER").or_else(|_| env::var("LOGNAME"));
        Self {
            user: user.unwrap_or_else(|_| "somebody".to_owned()),
            machine: line_of("/proc/sys/kernel/hostname"),
            pid: process::id(),
        }
    }
}

/// The id of the machine's current boot; empty where the system does not say.
#[must_use]
pub fn boot_id() -> String {
    line_of("/proc/sys/kernel/random/boot_id")
}

/// The user whose rights this process has.
#[must_use]
pub fn effective_user() -> Option<u32> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| effective(line.strip_prefix("Uid:")?))
}

/// The second of the four numbers: real, effective, saved, of the file system.
fn effective(numbers: &str) -> Option<u32> {
    numbers.split_whitespace().nth(1)?.parse().ok()
}

fn line_of(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    #[test]
    fn the_effective_user_owns_what_this_process_makes() {
        assert_eq!(effective("\t1000\t0\t0\t0"), Some(0));
        assert_eq!(effective(""), None);
        let directory = tempfile::tempdir().unwrap();
        let owner = fs::metadata(directory.path()).unwrap().uid();
        assert_eq!(effective_user(), Some(owner));
    }

    #[test]
    fn a_boot_has_an_id() {
        assert_eq!(boot_id().len(), "00000000-0000-0000-0000-000000000000".len());
    }
}
