//! What a failure says of the run beside its cause: what is changed, what was seen last, and what became
//! of the host in hand.

use std::time::Duration;

/// Whether a run had changed anything when it stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// Nothing was touched.
    No,
    /// Something was changed, and verified.
    Yes,
    /// Something was changed, and the last of it is not verified.
    Unproved,
}

/// Whether another failure of the same kind follows: what holds for all is said with the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// Another one follows.
    More,
    /// It is the last.
    Last,
}

/// The last observation of a wait that ran out.
#[derive(Clone, Debug, thiserror::Error)]
#[error("last seen after {}s: {words}", .after.as_secs())]
pub struct LastSeen {
    /// When it was seen, from the start of the wait.
    pub after: Duration,
    /// What was seen.
    pub words: String,
}

/// What became of a host that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WayBack {
    /// On its old file, and back by every proof.
    Verified(String),
    /// Tried, and not proved.
    NotVerified(String),
    /// Not tried, with the reason.
    NotTried(String),
}

impl Begun {
    /// What is safe now, for the last hint.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::No => "nothing was touched on any host".to_owned(),
            Self::Yes => {
                "what was changed before is verified; run again to go on from there".to_owned()
            }
            Self::Unproved => {
                "what was changed last is not proved yet; the next run looks at every host first"
                    .to_owned()
            }
        }
    }
}
