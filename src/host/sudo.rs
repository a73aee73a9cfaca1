//! Becoming root: sudo's prompt, and what its refusals mean.
//!
//! sudo's exit status is 1 for every failure, so its messages decide. They are in English because it
//! runs under `LC_ALL=C`. The password is sent once, to the prompt of this very call, and to nothing
//! else: a host that never asks never gets it.

use super::frame::find;
use crate::{sanitise::sanitise_line, secret::Secret};

/// Why sudo did not give root, with sudo's own line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SudoError {
    /// sudo wants a password and the plan has none.
    #[error("sudo asks for a password and the plan has none (`{said}`)")]
    Asks {
        /// sudo's line.
        said: String,
    },
    /// The password is wrong.
    #[error("sudo does not accept the password (`{said}`)")]
    WrongPassword {
        /// sudo's line.
        said: String,
    },
    /// The user may not use sudo, or not for this.
    #[error("sudo does not let this user become root (`{said}`)")]
    NotAllowed {
        /// sudo's line.
        said: String,
    },
    /// The sudoers file asks for a terminal.
    #[error("sudo works only on a terminal here (`{said}`)")]
    RequiresTty {
        /// sudo's line.
        said: String,
    },
    /// There is no sudo.
    #[error("there is no sudo (`{said}`)")]
    Missing {
        /// The line that says so.
        said: String,
    },
    /// sudo gave up for a reason of its own.
    #[error("sudo failed (`{said}`)")]
    Other {
        /// sudo's line.
        said: String,
    },
}

impl SudoError {
    /// Reads the standard error of a sudo that ran nothing; `None` where no line is sudo's.
    #[must_use]
    pub fn classify(stderr: &[u8]) -> Option<Self> {
        type Make = fn(String) -> SudoError;
        let table: [(&str, Make); 11] = [
            ("you must have a tty to run sudo", |said| Self::RequiresTty { said }),
            ("Sorry, try again", |said| Self::WrongPassword { said }),
            ("incorrect password attempt", |said| Self::WrongPassword { said }),
            ("is not in the sudoers file", |said| Self::NotAllowed { said }),
            ("is not allowed to", |said| Self::NotAllowed { said }),
            ("may not run sudo", |said| Self::NotAllowed { said }),
            ("you are not permitted to", |said| Self::NotAllowed { said }),
            ("a password is required", |said| Self::Asks { said }),
            ("no password was provided", |said| Self::WrongPassword { said }),
            ("sudo: No such file or directory", |said| Self::Missing { said }),
            ("\u{2018}sudo\u{2019}: No such file", |said| Self::Missing { said }),
        ];
        let lines: Vec<&[u8]> = stderr.split(|&byte| byte == b'\n').collect();
        let line_with = |words: &str| {
            lines
                .iter()
                .find(|line| find(line, words.as_bytes()).is_some())
                .map(|line| sanitise_line(without_prompt(line)))
        };
        let known = table.iter().find_map(|(words, make)| line_with(words).map(make));
        let missing = || line_with("'sudo': No such file").map(|said| Self::Missing { said });
        let other = || {
            let own = lines.iter().rev().find(|line| line.starts_with(b"sudo: "));
            own.map(|line| Self::Other { said: sanitise_line(line) })
        };
        known.or_else(missing).or_else(other)
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Asks { .. } => {
                "set `become_password` under `[ssh]`, or give the user a line in /etc/sudoers.d: `USER ALL=(root) NOPASSWD: ALL`"
            }
            Self::WrongPassword { .. } => {
                "check where `become_password` comes from; it was tried once and will not be tried again, as accounts get locked"
            }
            Self::NotAllowed { .. } => {
                "give the user a line in /etc/sudoers.d: `USER ALL=(root) NOPASSWD: ALL`"
            }
            Self::RequiresTty { .. } => {
                "lift it for this user in /etc/sudoers.d: `Defaults:USER !requiretty`"
            }
            Self::Missing { .. } => {
                "install sudo on the host, or log in as root with `become = \"none\"`"
            }
            Self::Other { .. } => "run `sudo -v` on the host as this user and see what it says",
        }
    }
}

/// sudo complains on the line of its prompt, which is ours and means nothing to a user.
fn without_prompt(line: &[u8]) -> &[u8] {
    let after = |rest: &[u8]| find(rest, b": ").map(|at| at + 2);
    match line.strip_prefix(PROMPT.as_bytes()).and_then(after) {
        Some(at) => line.get(PROMPT.len() + at..).unwrap_or(line),
        None => line,
    }
}

/// What our prompts begin with.
pub(super) const PROMPT: &str = "tlsplan-";

/// The conversation with a sudo that may ask.
#[derive(Debug)]
pub(crate) struct Login {
    prompt: Vec<u8>,
    password: Secret,
    unread: Vec<u8>,
    sent: bool,
}

/// What sudo wrote.
#[derive(Debug)]
pub(crate) enum PromptEvent {
    /// Nothing that needs an answer.
    None,
    /// It asked for the password: send this line, once.
    PasswordRequested(Secret),
    /// It did not accept the password.
    PasswordRejected,
}

impl Login {
    pub(crate) fn new(prompt: &str, password: Secret) -> Self {
        Self { prompt: prompt.into(), password, unread: Vec::new(), sent: false }
    }

    pub(crate) fn read(&mut self, bytes: &[u8]) -> PromptEvent {
        const SORRY: &[u8] = b"Sorry, try again";
        self.unread.extend_from_slice(bytes);
        if self.sent && find(&self.unread, SORRY).is_some() {
            return PromptEvent::PasswordRejected;
        }
        if let Some(at) = find(&self.unread, &self.prompt) {
            self.unread.drain(..at + self.prompt.len());
            if std::mem::replace(&mut self.sent, true) {
                return PromptEvent::PasswordRejected;
            }
            return PromptEvent::PasswordRequested(self.password.clone());
        }
        let longest = self.prompt.len().max(SORRY.len());
        self.unread.drain(..self.unread.len().saturating_sub(longest));
        PromptEvent::None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_is_read_from_sudos_own_words() {
        type Judge = fn(&SudoError) -> bool;
        let table: [(&str, Judge); 8] = [
            ("sudo: unable to resolve host db1\nsudo: a password is required\n", |e| {
                matches!(e, SudoError::Asks { .. })
            }),
            ("deploy is not in the sudoers file.\n", |e| matches!(e, SudoError::NotAllowed { .. })),
            ("Sorry, user deploy is not allowed to execute '/bin/sh' as root on db1.\n", |e| {
                matches!(e, SudoError::NotAllowed { .. })
            }),
            ("Sorry, user deploy may not run sudo on db1.\n", |e| {
                matches!(e, SudoError::NotAllowed { .. })
            }),
            ("sudo: sorry, you must have a tty to run sudo\n", |e| {
                matches!(e, SudoError::RequiresTty { .. })
            }),
            (
                "Sorry, try again.\nsudo: no password was provided\nsudo: a password is required",
                |e| matches!(e, SudoError::WrongPassword { .. }),
            ),
            ("/usr/bin/env: 'sudo': No such file or directory\n", |e| {
                matches!(e, SudoError::Missing { .. })
            }),
            ("sudo: /usr/bin/sudo must be owned by uid 0 and have the setuid bit set\n", |e| {
                matches!(e, SudoError::Other { .. })
            }),
        ];
        for (text, judge) in table {
            let error = SudoError::classify(text.as_bytes()).unwrap();
            assert!(judge(&error), "{text}: {error:?}");
        }
        assert_eq!(SudoError::classify(b"bash: no job control\n"), None);
    }

    #[test]
    fn the_line_is_quoted_without_its_escapes() {
        let error = SudoError::classify(b"sudo: \x1b[2Ja password is required").unwrap();
        assert!(error.to_string().contains(r"\x1b[2J"), "{error}");
    }

    #[test]
    fn our_own_prompt_is_left_out() {
        let error = SudoError::classify(b"tlsplan-0af3: Sorry, try again.\n").unwrap();
        assert_eq!(error, SudoError::WrongPassword { said: "Sorry, try again.".into() });
    }

    #[test]
    fn only_our_prompt_gets_the_password_and_only_once() {
        let mut login = Login::new("tlsplan-1: ", Secret::new("hunter2!".into()));
        for noise in ["[sudo] password for deploy: ", "tlsplan-0: ", "We trust you", "tlsplan-"] {
            assert!(matches!(login.read(noise.as_bytes()), PromptEvent::None), "{noise}");
        }
        assert!(matches!(login.read(b"1: "), PromptEvent::PasswordRequested(_)));
        assert!(matches!(login.read(b"tlsplan-1: "), PromptEvent::PasswordRejected));
    }
}
