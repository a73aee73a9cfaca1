//! One remote call: a constant script, its arguments, its input, and how long it may take.

use std::time::Duration;

use super::{
    digest::Digest,
    fields::Fields,
    quote::{NulByte, quote},
    script::Script,
};

/// What is asked of a host.
#[derive(Clone, Debug)]
pub struct Call {
    script: &'static Script,
    doing: String,
    arguments: Vec<String>,
    payload: Vec<u8>,
    deadline: Duration,
    reply_cap: usize,
}

impl Call {
    /// Time for a script that only looks or writes a small file.
    const DEADLINE: Duration = Duration::from_secs(20);
    /// Room for a configuration file of the largest size that is read, and what goes with it.
    const REPLY_CAP: usize = 2 * 1024 * 1024;

    /// A call of `script`; `doing` completes "the connection was lost while …".
    #[must_use]
    pub fn new(script: &'static Script, doing: impl Into<String>) -> Self {
        Self {
            script,
            doing: doing.into(),
            arguments: Vec::new(),
            payload: Vec::new(),
            deadline: Self::DEADLINE,
            reply_cap: Self::REPLY_CAP,
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, value: impl Into<String>) -> Self {
        self.arguments.push(value.into());
        self
    }

    /// Sets what the script gets on its standard input.
    #[must_use]
    pub fn payload(mut self, bytes: Vec<u8>) -> Self {
        self.payload = bytes;
        self
    }

    /// Sets how long the whole call may take.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Sets how large the reply may be.
    #[must_use]
    pub fn reply_cap(mut self, bytes: usize) -> Self {
        self.reply_cap = bytes;
        self
    }

    pub(crate) fn doing(&self) -> &str {
        &self.doing
    }

    pub(crate) fn input(&self) -> &[u8] {
        &self.payload
    }

    pub(crate) fn time(&self) -> Duration {
        self.deadline
    }

    pub(crate) fn cap(&self) -> usize {
        self.reply_cap
    }

    /// The words that start the script: interpreter, text, and arguments, each quoted.
    pub(crate) fn shell_words(
        &self,
        nonce: &str,
        search_path: &str,
    ) -> Result<Vec<String>, NulByte> {
        let length = self.payload.len().to_string();
        let sum = Digest::from_content(&self.payload).to_string();
        ["/bin/sh", "-c", self.script.text, "tlsplan", nonce, search_path, &length, &sum]
            .into_iter()
            .chain(self.arguments.iter().map(String::as_str))
            .map(quote)
            .collect()
    }
}

/// What a script answered between its markers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The bytes as they came.
    pub body: Vec<u8>,
    /// The nonce of the call, which also marks the blocks of the answer.
    pub(crate) nonce: String,
}

impl Output {
    /// The answer taken apart.
    #[must_use]
    pub fn fields(&self) -> Fields {
        Fields::parse(&self.body, &self.nonce)
    }
}
