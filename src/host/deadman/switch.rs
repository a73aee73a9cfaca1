//! A switch as its host knows it: its name, where it stands, and how it ended.

use std::fmt;

use crate::host::{digest::Digest, fields::Fields};

/// The name of one switch: the run that armed it and a number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SwitchId(String);

impl SwitchId {
    /// The `number`th switch of a run.
    #[must_use]
    pub fn new(run: &str, number: usize) -> Self {
        Self(format!("{run}-{number}"))
    }

    /// A name that a host told. It becomes part of paths and units there, so only what we would
    /// have given is taken.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        let fits = (1..=80).contains(&text.len()) && text.chars().all(plain);
        (fits && !text.starts_with('-')).then(|| Self(text.to_owned()))
    }

    /// The bare text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SwitchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A switch that has not come to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwitchStatus {
    /// Its name.
    pub id: SwitchId,
    /// Where it stands.
    pub phase: Phase,
    /// The sum of the file to go back to.
    pub old: Digest,
    /// The sum of the file that was to be confirmed.
    pub new: Digest,
    /// The life of the unit's process when the host was armed: `MainPID` and `InvocationID`.
    pub life: (u32, String),
}

/// Where a switch stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It waits for a confirmation.
    Armed,
    /// The host is putting its file back.
    Firing,
}

impl SwitchStatus {
    /// What `facts.sh` says of it; `None` where there is none.
    pub(crate) fn parse(fields: &Fields) -> Option<Self> {
        Some(Self {
            id: SwitchId::parse(fields.text("switch")?)?,
            phase: match fields.text("switch.phase")? {
                "armed" => Phase::Armed,
                _ => Phase::Firing,
            },
            old: fields.get("switch.old").ok()?,
            new: fields.get("switch.new").ok()?,
            life: life(fields.text("switch.life").unwrap_or_default()),
        })
    }
}

/// As systemd printed it: the id of a start may be missing.
fn life(text: &str) -> (u32, String) {
    let mut words = text.split_whitespace();
    let pid = words.next().and_then(|pid| pid.parse().ok()).unwrap_or_default();
    (pid, words.next().unwrap_or_default().to_owned())
}

/// How a switch ended, or that it has not, in the host's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevertOutcome {
    /// Not yet.
    Armed,
    /// The host is at it.
    Firing,
    /// The new file was confirmed.
    Confirmed,
    /// Nothing had been changed.
    Unused,
    /// The old file is in place again and the unit was restarted.
    RolledBack,
    /// The revert failed, or the service was not healthy afterwards.
    RollbackFailed,
    /// The file was neither the old nor the new one, and the host left it alone.
    Conflict,
    /// No confirmation came; the service was healthy on the new file, and the host left it alone.
    UnconfirmedHealthy,
    /// The host does not know it.
    Gone,
}

impl RevertOutcome {
    const WORDS: [(Self, &'static str); 8] = [
        (Self::Armed, "armed"),
        (Self::Firing, "firing"),
        (Self::Confirmed, "confirmed"),
        (Self::Unused, "unused"),
        (Self::RolledBack, "rolled-back"),
        (Self::RollbackFailed, "rollback-failed"),
        (Self::Conflict, "conflict"),
        (Self::UnconfirmedHealthy, "unconfirmed-healthy"),
    ];

    /// Whether the host is through with it.
    #[must_use]
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Armed | Self::Firing)
    }

    /// The outcome with this name on the host.
    #[must_use]
    pub fn from_name(word: &str) -> Self {
        Self::WORDS.iter().find(|(_, name)| *name == word).map_or(Self::Gone, |&(end, _)| end)
    }
}

/// What a host says of a switch when it is asked to settle it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettleReport {
    /// How it ended.
    pub outcome: RevertOutcome,
    /// The host's reason, made safe to print.
    pub reason: String,
}

impl SettleReport {
    /// The host's word for it and its reason, for a sentence.
    #[must_use]
    pub fn describe(&self) -> String {
        let word = RevertOutcome::WORDS.iter().find(|(outcome, _)| *outcome == self.outcome);
        let word = word.map_or("it does not know the switch", |(_, word)| *word);
        match self.reason.as_str() {
            "" => word.to_owned(),
            reason => format!("{word}: {reason}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_from_a_host_is_taken_only_where_it_could_be_ours() {
        let ours = SwitchId::new("20261126T134200Z-0a1b2c3d", 2);
        assert_eq!(SwitchId::parse(ours.as_str()), Some(ours));
        for strange in ["", "..", "a/b", "-x", "a b", "a\n", "a.timer", &"a".repeat(81)] {
            assert_eq!(SwitchId::parse(strange), None, "{strange:?}");
        }
    }

    #[test]
    fn every_end_has_a_word_and_a_strange_word_is_no_end() {
        for (end, word) in RevertOutcome::WORDS {
            assert_eq!(RevertOutcome::from_name(word), end);
        }
        assert_eq!(RevertOutcome::from_name("well"), RevertOutcome::Gone);
    }
}
