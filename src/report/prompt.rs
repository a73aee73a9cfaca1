//! Questions to the person at the terminal.

use std::{
    io::{self, BufRead, Write},
    sync::MutexGuard,
};

use super::{clean, reporter::Reporter};
use crate::secret::Secret;

/// An open question. It has the terminal for itself until it is dropped.
///
/// The methods block on the keyboard: call them where blocking is allowed, as in
/// `tokio::task::block_in_place`.
pub struct Prompt<'a> {
    report: &'a Reporter,
    _turn: MutexGuard<'a, ()>,
}

/// An answer to a question that has two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Answer {
    /// Go on.
    Yes,
    /// Anything else, the end of input included.
    No,
}

impl<'a> Prompt<'a> {
    pub(super) fn begin(report: &'a Reporter, turn: MutexGuard<'a, ()>) -> Self {
        report.output().pause();
        Self { report, _turn: turn }
    }

    /// Asks for a yes, as in "Apply this to 3 hosts? [y/N]"; no answer is a no.
    pub fn confirm(&self, question: &str) -> Answer {
        ask(question, &mut io::stderr(), &mut io::stdin().lock()).unwrap_or(Answer::No)
    }

    /// Asks for a secret without showing it, as in "Passphrase for `id_ed25519`".
    ///
    /// It is read from the terminal itself, whatever standard input is.
    pub fn secret(&self, what: &str) -> io::Result<Secret> {
        rpassword::prompt_password(format!("{}: ", clean::text(what))).map(Secret::new)
    }
}

impl Drop for Prompt<'_> {
    fn drop(&mut self) {
        self.report.output().resume();
    }
}

fn ask(question: &str, to: &mut impl Write, from: &mut impl BufRead) -> io::Result<Answer> {
    write!(to, "{} [y/N] ", clean::text(question))?;
    to.flush()?;
    let mut line = String::new();
    if from.read_line(&mut line)? == 0 {
        // End of input leaves the cursor behind the question.
        writeln!(to)?;
    }
    Ok(match line.trim().to_lowercase().as_str() {
        "y" | "yes" => Answer::Yes,
        _ => Answer::No,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_a_yes() {
        for (typed, answer) in [
            ("y\n", Answer::Yes),
            (" YES \n", Answer::Yes),
            ("\n", Answer::No),
            ("n\n", Answer::No),
            ("yep\n", Answer::No),
            ("", Answer::No),
        ] {
            let mut shown = Vec::new();
            let given = ask("Apply this to 3 hosts?", &mut shown, &mut typed.as_bytes()).unwrap();
            assert_eq!(given, answer, "{typed:?}");
            assert!(shown.starts_with(b"Apply this to 3 hosts? [y/N] "));
        }
    }
}
