//! The program itself: what it has to say on both streams, and its exit code.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails the test")]

use std::{
    fs,
    process::{Command, Stdio},
};

use tempfile::TempDir;

/// One run of the program in a directory of its own, with everything that it shall say.
#[must_use]
pub(crate) struct Test {
    directory: TempDir,
    arguments: Vec<String>,
    stdout: String,
    stderr: String,
}

impl Test {
    pub(crate) fn new(arguments: &[&str]) -> Self {
        Self {
            directory: TempDir::new().unwrap(),
            arguments: arguments.iter().map(ToString::to_string).collect(),
            stdout: String::new(),
            stderr: String::new(),
        }
    }

    /// Puts a file into the directory.
    pub(crate) fn file(self, name: &str, text: &str) -> Self {
        fs::write(self.directory.path().join(name), text).unwrap();
        self
    }

    /// The whole standard output.
    pub(crate) fn stdout(self, text: &str) -> Self {
        Self { stdout: text.into(), ..self }
    }

    /// The whole standard error.
    pub(crate) fn stderr(self, text: &str) -> Self {
        Self { stderr: text.into(), ..self }
    }

    /// Runs it: all three have to be exact.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) {
        let (stdout, stderr, status) = self.run();
        assert_eq!(stdout, self.stdout, "standard output");
        assert_eq!(stderr, self.stderr, "standard error");
        assert_eq!(status, Some(code), "exit code");
    }

    pub(crate) fn run(&self) -> (String, String, Option<i32>) {
        let output = self.command().output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (text(output.stdout), text(output.stderr), output.status.code())
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tlsplan"));
        command.args(&self.arguments).current_dir(self.directory.path());
        command.env_clear().env("TERM", "xterm").stdin(Stdio::null());
        command.env("XDG_STATE_HOME", self.directory.path().join("home"));
        command
    }
}
