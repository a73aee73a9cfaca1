//! A file system of its own for a test, where the test may have one.

use std::{
    io::{self, Write},
    path::Path,
    process::Command,
};

use tempfile::TempDir;

/// Unmounted when dropped.
pub(crate) struct Mounted(TempDir);

impl Mounted {
    /// A tmpfs with these options; `None`, said aloud, where it may not be mounted.
    pub(crate) fn tmpfs(options: &str) -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        let options = format!("{options},mode=0700");
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tlsplan-test"])
            .arg(directory.path())
            .output();
        match mount {
            Ok(output) if output.status.success() => Some(Self(directory)),
            other => {
                writeln!(io::stderr(), "skipped: no tmpfs may be mounted: {other:?}").unwrap();
                None
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        Command::new("umount").arg(self.0.path()).status().ok();
    }
}
