//! An act that an earlier run left open, as a note under the table of `status` or a JSON object.

use serde::Serialize;

use super::line::{Line, Tone};
use crate::name::HostName;

/// An act of which an earlier run did not say what became of it.
#[derive(Clone, Debug, Serialize)]
pub struct LeftOpen {
    /// The run.
    pub run: String,
    /// When it was about to be begun, in UTC.
    pub begun: String,
    /// The host; `None` for several at once.
    pub host: Option<HostName>,
    /// What was to be done.
    pub what: String,
    /// Why the outcome was not known; `None` where the run ended without a word.
    pub reason: Option<String>,
}

impl LeftOpen {
    /// The note. The host is asked in any case: its row says where it is.
    pub(super) fn line(&self) -> Line {
        let Self { what, host, .. } = self;
        let begun = self.begun.split('.').next().unwrap_or_default().replace('T', " ");
        let reason = self.reason.as_deref().unwrap_or("the run ended before its outcome");
        let who = if host.is_some() { "the host itself says" } else { "the hosts themselves say" };
        let fact = format!("{what}, begun {begun} UTC: {reason}; {who} what became of it");
        Line::new(Tone::Caution, "Left open", fact).on(host)
    }
}
