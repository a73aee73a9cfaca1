//! A fault at an exact moment: a program that a run calls with the name of each of its points.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::Command,
    time::{Duration, SystemTime},
};

use crate::{lab::Lab, site::Site};

/// Does one thing once, when a run comes to one point.
pub(crate) struct Hook {
    point: String,
    program: PathBuf,
    done: PathBuf,
    log: PathBuf,
}

impl Hook {
    /// `deed` is shell text, in which `lab` is the lab's command. The run waits for its end.
    pub(crate) fn at(lab: &Lab, site: &Site, point: &str, deed: &str) -> Self {
        let [program, done, log] = ["hook", "hook.done", "hook.log"].map(|name| site.path(name));
        for old in [&done, &log] {
            fs::remove_file(old).ok();
        }
        fs::write(
            &program,
            format!(
                "#!/bin/sh
[ \"$1\" = '{point}' ] && [ ! -e '{done}' ] || exit 0
exec > '{log}' 2>&1
{}
set -e
{deed}
date +%s%N > '{done}.new'
mv '{done}.new' '{done}'
",
                prelude(lab),
                done = done.display(),
                log = log.display(),
            ),
        )
        .unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        Self { point: point.to_owned(), program, done, log }
    }

    /// What a run needs in its environment.
    pub(crate) fn variable(&self) -> (&str, &str) {
        ("TLSPLAN_TEST_HOOK", self.program.to_str().unwrap())
    }

    /// How long ago its deed was over. The error is a run that never came to its point, or a deed
    /// that failed.
    pub(crate) fn ago(&self) -> Result<Duration, String> {
        let words = fs::read_to_string(&self.log).unwrap_or_default();
        let done = fs::read_to_string(&self.done)
            .map_err(|_| format!("nothing was done at {}: {words}", self.point))?;
        let at = SystemTime::UNIX_EPOCH + Duration::from_nanos(done.trim().parse().unwrap());
        Ok(at.elapsed().unwrap())
    }
}

/// Runs the same kind of text now.
pub(crate) fn now(lab: &Lab, deed: &str) {
    let text = format!("{}\nset -e\n{deed}", prelude(lab));
    let done = Command::new("sh").args(["-c", &text]).output().unwrap();
    assert!(done.status.success(), "{deed}: {done:?}");
}

fn prelude(lab: &Lab) -> String {
    let state = std::env::var("TLSPLAN_LAB_STATE");
    let state = state.map(|state| format!("export TLSPLAN_LAB_STATE='{state}'\n"));
    format!(
        "unset LD_PRELOAD\nexport TLSPLAN_LAB='{}'\n{}lab() {{ '{}/lab/lab' \"$@\"; }}",
        lab.variable("TLSPLAN_LAB"),
        state.unwrap_or_default(),
        env!("CARGO_MANIFEST_DIR"),
    )
}
