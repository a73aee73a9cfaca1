//! Readiness of a member after a change (promise A4): its own view, the primary's view and the oplog
//! must all confirm it.
//!
//! No single view is enough. A primary shows a member as healthy that reaches no peer and replicates
//! nothing: its heartbeats arrive while the member's own connections fail. So each side is asked.

use std::time::Duration;

use super::{
    health::{lag, said},
    mode::TlsMode,
    topology::{MemberState, MemberView, OpTime, Reach, ServerView},
};
use crate::name::MemberName;

/// A member that is ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ready {
    /// The state it is in.
    pub state: MemberState,
    /// How far behind the primary it is.
    pub lag: Duration,
}

/// What is still missing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotReady {
    /// The server runs in another mode than it was brought to.
    #[error("runs in {seen}, not in {wanted}")]
    Mode {
        /// By getParameter.
        seen: TlsMode,
        /// What was meant.
        wanted: TlsMode,
    },
    /// It reports a state in which it is not in service.
    #[error("{0} by its own report")]
    State(MemberState),
    /// It does not reach a peer.
    #[error("it does not reach `{peer}`{}", said(.message.as_deref()))]
    Peer {
        /// The peer.
        peer: MemberName,
        /// The server's words.
        message: Option<String>,
    },
    /// Nothing was heard of a peer since the change.
    #[error("it has not heard of `{0}` since the change")]
    Unheard(MemberName),
    /// The primary has not heard of it since the change.
    #[error("the primary has not heard of it since the change")]
    UnheardByPrimary,
    /// It has no sync source.
    #[error("{0} without a sync source")]
    NoSyncSource(MemberState),
    /// The primary does not see it in service.
    #[error("the primary sees it {state}{}", said(.message.as_deref()))]
    Primary {
        /// What the primary sees.
        state: MemberState,
        /// The server's words.
        message: Option<String>,
    },
    /// It has not applied what the primary wrote after the change.
    #[error("{state}, and it has not yet applied what was written after the change (lag {}s)", .lag.as_secs())]
    Behind {
        /// Its state.
        state: MemberState,
        /// How far behind.
        lag: Duration,
    },
}

/// What a member must meet to count as ready.
#[derive(Clone, Copy, Debug)]
pub struct Criteria {
    /// The mode it has to run in.
    pub mode: TlsMode,
    /// An operation written on the primary after the member was changed.
    pub marker: OpTime,
    /// Connections count only if a heartbeat has crossed them within this time.
    pub heard_within: Option<Duration>,
}

/// Whether the member behind `own` is ready, given what the primary sees at the same moment.
pub fn check_ready(
    own: &ServerView,
    primary: &ServerView,
    criteria: Criteria,
) -> Result<Ready, NotReady> {
    if own.mode != criteria.mode {
        return Err(NotReady::Mode { seen: own.mode, wanted: criteria.mode });
    }
    let Some(me) = own.status.own().filter(|me| me.state.in_service()) else {
        let state = own.status.own().map_or(MemberState::Unknown, |me| me.state);
        return Err(NotReady::State(state));
    };
    let peers = own.status.members.iter().filter(|peer| peer.name != own.status.me);
    for peer in peers {
        match heard(peer, criteria) {
            Heard::Well => {}
            Heard::NotYet => return Err(NotReady::Unheard(peer.name.clone())),
            Heard::Badly => {
                let (peer, message) = (peer.name.clone(), peer.message.clone());
                return Err(NotReady::Peer { peer, message });
            }
        }
    }
    if me.state == MemberState::Secondary && me.sync_source.is_none() {
        return Err(NotReady::NoSyncSource(me.state));
    }
    seen_by_primary(own, primary, criteria)?;
    let lag = lag(own, primary);
    // A delayed member has what was written after the change only when its delay is over.
    let prompt = own.config.delay(&own.status.me).is_zero();
    if me.state == MemberState::Secondary && prompt && me.applied < criteria.marker {
        return Err(NotReady::Behind { state: me.state, lag });
    }
    let lag = if me.state == MemberState::Secondary { lag } else { Duration::ZERO };
    Ok(Ready { state: me.state, lag })
}

/// The primary's side; the primary itself needs no second view of itself, its peers are its view.
fn seen_by_primary(
    own: &ServerView,
    primary: &ServerView,
    criteria: Criteria,
) -> Result<(), NotReady> {
    if own.status.me == primary.status.me {
        return Ok(());
    }
    let Some(seen) = primary.status.member(&own.status.me) else {
        return Err(NotReady::Primary { state: MemberState::Removed, message: None });
    };
    match heard(seen, criteria) {
        Heard::Well => Ok(()),
        Heard::NotYet => Err(NotReady::UnheardByPrimary),
        Heard::Badly => Err(NotReady::Primary { state: seen.state, message: seen.message.clone() }),
    }
}

/// What one member hears of another.
enum Heard {
    Well,
    /// The last word is from before the change.
    NotYet,
    Badly,
}

fn heard(peer: &MemberView, criteria: Criteria) -> Heard {
    let fresh = match (criteria.heard_within, peer.heartbeat_age) {
        (None, _) => true,
        (Some(limit), Some(age)) => age <= limit,
        (Some(_), None) => false,
    };
    match (peer.reach == Reach::Up && peer.state.in_service(), fresh) {
        (false, _) => Heard::Badly,
        (true, false) => Heard::NotYet,
        (true, true) => Heard::Well,
    }
}

#[cfg(test)]
#[path = "readiness_tests.rs"]
mod tests;
