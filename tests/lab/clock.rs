//! Another wall clock for the controller, by libfaketime; time that passes is left as it is.

use std::{fs, path::PathBuf, process::Command};

use crate::site::Site;

/// A clock that a test can set, also while a run looks at it.
pub(crate) struct Clock {
    file: PathBuf,
}

impl Clock {
    /// Beside a plan. It shows the true time.
    pub(crate) fn new(site: &Site) -> Self {
        let clock = Self { file: site.path("clock") };
        clock.set("+0");
        clock
    }

    /// Sets it: `@2027-03-28 00:30:00` is the time, in UTC, at which a program that is started now
    /// begins, and `+2h` is ahead of the true time.
    pub(crate) fn set(&self, to: &str) {
        fs::write(&self.file, to).unwrap();
    }

    /// The shell's words for the same.
    pub(crate) fn setting(&self, to: &str) -> String {
        format!(
            "printf '%s' '{to}' > '{file}.new'; mv '{file}.new' '{file}'",
            file = self.file.display()
        )
    }

    /// Lets a program look at it.
    pub(crate) fn shown_to(&self, command: &mut Command) {
        command
            .env("LD_PRELOAD", library())
            .env("TZ", "UTC")
            .env("FAKETIME_TIMESTAMP_FILE", &self.file)
            .env("FAKETIME_NO_CACHE", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    }
}

fn library() -> PathBuf {
    let folders = fs::read_dir("/usr/lib").unwrap().flatten();
    let mut found = folders.map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"));
    let found = found.find(|path| path.exists());
    found.unwrap_or_else(|| panic!("no libfaketime: scripts/setup installs it"))
}
