//! What a remote call came to: the end of its conversation turned into an answer or an error.

use std::time::Duration;

use super::{
    Host,
    call::{Call, Output},
    call_error::{CallError, Lost},
    exchange::{Exchange, ExchangeEnd},
    frame::{Framed, find},
    privilege::Become,
    quote::NulByte,
    sudo::SudoError,
    transport::{Status, TransportError},
};
use crate::{name::HostName, sanitise::sanitise_line};

/// Turns the end of a conversation into an answer or an error, in one place.
pub(super) struct Classifier<'a> {
    pub(super) host: &'a Host,
    pub(super) call: &'a Call,
}

impl Classifier<'_> {
    pub(super) fn classify(
        &self,
        end: Option<ExchangeEnd>,
        exchange: Exchange,
        nonce: String,
    ) -> Result<Output, CallError> {
        let stderr = exchange.stderr.bytes();
        let begun = exchange.stdout.has_begun();
        match (end, exchange.status) {
            (Some(ExchangeEnd::PasswordRefused), _) => Err(self.wrong_password(&stderr)),
            (None, None) => Err(self.deadline(&stderr)),
            (_, None) => Err(self.unknown(Lost::Connection)),
            (_, Some(Status::Signalled(signal))) => {
                Err(self.unknown(Lost::Signal(sanitise_line(signal.as_bytes()))))
            }
            (_, Some(Status::Exited(status))) if !begun => Err(self.not_begun(status, &stderr)),
            (_, Some(Status::Exited(0))) => match exchange.stdout.finish() {
                Framed::Whole(body) => Ok(Output { body, nonce }),
                Framed::TooMuch => Err(self.too_much()),
                Framed::Unfinished => Err(self.garbled()),
            },
            // By convention of all shells; our scripts also end so when a signal stops them.
            (_, Some(Status::Exited(status @ 129..=192))) => {
                Err(self.unknown(Lost::Signal(format!("status {status}"))))
            }
            (_, Some(Status::Exited(status))) => Err(self.failed(status, &nonce, &stderr)),
        }
    }

    fn names(&self) -> (HostName, String) {
        (self.host.name().clone(), self.call.doing().to_owned())
    }

    fn unknown(&self, why: Lost) -> CallError {
        let (host, doing) = self.names();
        CallError::Unknown { host, doing, why }
    }

    pub(super) fn deadline(&self, stderr: &[u8]) -> CallError {
        let after: Duration = self.call.time();
        self.unknown(Lost::Deadline { after, said: last_line(stderr) })
    }

    pub(super) fn argument(&self, source: NulByte) -> CallError {
        let (host, doing) = self.names();
        CallError::Argument { host, doing, source }
    }

    pub(super) fn not_sent(&self, source: TransportError) -> CallError {
        let (host, doing) = self.names();
        CallError::NotSent { host, doing, source }
    }

    fn wrong_password(&self, stderr: &[u8]) -> CallError {
        let (host, doing) = self.names();
        let said = || last_line(stderr);
        let source = match SudoError::classify(stderr) {
            Some(error @ SudoError::WrongPassword { .. }) => error,
            _ => SudoError::WrongPassword { said: said() },
        };
        CallError::Sudo { host, doing, source }
    }

    fn not_begun(&self, status: u32, stderr: &[u8]) -> CallError {
        let (host, doing) = self.names();
        let sudo = || SudoError::classify(stderr);
        match (self.host.r#become, sudo()) {
            (Become::Sudo, Some(source)) => CallError::Sudo { host, doing, source },
            _ => CallError::Login { host, doing, status, said: last_line(stderr) },
        }
    }

    fn failed(&self, status: u32, nonce: &str, stderr: &[u8]) -> CallError {
        let (host, doing) = self.names();
        let mark = format!("{nonce}: ");
        let reason = match find(stderr, mark.as_bytes()) {
            Some(at) => stderr.get(at + mark.len()..).unwrap_or_default().trim_ascii(),
            None => stderr,
        };
        let reason =
            if reason.len() == stderr.len() { last_line(stderr) } else { sanitise_line(reason) };
        CallError::Failed { host, doing, status, reason }
    }

    fn too_much(&self) -> CallError {
        let (host, doing) = self.names();
        CallError::TooMuch { host, doing, cap: self.call.cap() }
    }

    fn garbled(&self) -> CallError {
        let (host, doing) = self.names();
        CallError::Garbled { host, doing }
    }
}

fn last_line(stderr: &[u8]) -> String {
    let mut lines = stderr.split(|&byte| byte == b'\n').rev().map(<[u8]>::trim_ascii);
    sanitise_line(lines.find(|line| !line.is_empty()).unwrap_or_default())
}
