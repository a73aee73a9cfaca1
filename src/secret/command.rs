//! Secrets from a command on the controller, like a client of a vault.
//!
//! It is started without a shell, its standard output is read up to a limit, and its standard error
//! is dropped, because it cannot be known whether it holds a part of the secret.

use std::{
    io::Read,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use super::{SecretError, load::LONGEST};

/// How long the command may take: a person may have to touch a token.
const DEADLINE: Duration = Duration::from_secs(60);
/// How often the end of the command is asked for once its output has ended.
const POLL: Duration = Duration::from_millis(5);

/// Runs the command and returns what it printed.
pub(super) fn run(words: &[String]) -> Result<Vec<u8>, SecretError> {
    run_within(words, DEADLINE)
}

fn run_within(words: &[String], limit: Duration) -> Result<Vec<u8>, SecretError> {
    let deadline = Instant::now() + limit;
    let (program, arguments) =
        words.split_first().map_or(("", words), |(first, rest)| (first, rest));
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|source| SecretError::NotStarted { program: program.to_owned(), source })?;
    let output = output_of(&mut child).recv_timeout(limit).ok();
    let status = output.as_ref().and_then(|_| status_until(&mut child, deadline));
    match (output, status) {
        (Some(output), Some(status)) if status.success() => Ok(output),
        (Some(_), Some(status)) => {
            Err(SecretError::Failed { program: program.to_owned(), status: status.to_string() })
        }
        _ => {
            // It may have ended meanwhile; then there is nothing to kill, which is as good.
            let _ = child.kill();
            let _ = child.wait();
            Err(SecretError::Late { program: program.to_owned(), seconds: limit.as_secs() })
        }
    }
}

/// The output, read by a thread of its own so that waiting for it can end.
fn output_of(child: &mut Child) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    let stdout = child.stdout.take();
    thread::spawn(move || {
        let mut bytes = Vec::with_capacity(1024);
        if let Some(stdout) = stdout {
            // What could be read before an error is judged like any other output.
            let _ = stdout.take(LONGEST as u64 + 1).read_to_end(&mut bytes);
        }
        // Nobody listens any more after the deadline.
        let _ = sender.send(bytes);
    });
    receiver
}

fn status_until(child: &mut Child, deadline: Instant) -> Option<ExitStatus> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if Instant::now() < deadline => thread::sleep(POLL),
            Ok(None) | Err(_) => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        error::{Designed, Exit},
        secret::{SecretRef, load},
    };

    fn shell(script: &str) -> Vec<String> {
        ["/bin/sh", "-c", script].map(str::to_owned).to_vec()
    }

    #[test]
    fn the_output_of_a_command_is_the_secret() {
        let secret = load(&SecretRef::Command(shell("echo hunter2"))).unwrap();
        assert_eq!(secret.expose(), "hunter2");
    }

    #[test]
    fn a_failure_shows_neither_output_nor_arguments() {
        let error =
            load(&SecretRef::Command(shell("echo hunter2; echo hunter2 >&2; exit 3"))).unwrap_err();
        let text = format!("{error} {error:?} {:?}", error.hints());
        assert!(text.contains("exit status: 3") && !text.contains("hunter2"), "{text}");
        assert_eq!(error.exit(), Exit::Plan);
    }

    #[test]
    fn a_command_that_hangs_is_ended() {
        for script in ["exec sleep 60", "exec >&-; exec sleep 60"] {
            let start = Instant::now();
            let error = run_within(&shell(script), Duration::from_millis(200)).unwrap_err();
            assert!(matches!(error, SecretError::Late { .. }), "{error}");
            assert!(start.elapsed() < Duration::from_secs(10));
        }
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let error = load(&SecretRef::Command(vec!["/nowhere/vault".into()])).unwrap_err();
        assert_eq!(error.to_string(), "the secret command `/nowhere/vault` could not be started");
    }
}
