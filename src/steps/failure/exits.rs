//! What a run ends with, failure by failure.

use super::{Begun, Failure, WayBack};
use crate::{
    cluster::health::NotNow,
    error::{Designed, Exit},
};

/// The exit code of a failure.
pub(super) fn exit(failure: &Failure) -> Exit {
    match failure {
        // What only looks leaves nothing open: a lost answer is a host that is away.
        Failure::Look { source, .. } | Failure::Canary { source, .. } => match source.exit() {
            Exit::Unknown => Exit::Unreachable,
            other => other,
        },
        Failure::Act { source, .. }
        | Failure::NotOurs { source, .. }
        | Failure::Away { source, .. } => source.exit(),
        Failure::Silent { .. }
        | Failure::MembershipMismatch(_)
        | Failure::Outside(_)
        | Failure::NoMember { .. }
        | Failure::Unfit { .. }
        | Failure::Refused(_)
        | Failure::NoTls { .. }
        | Failure::Rehearsal { .. }
        | Failure::Restarted { .. } => Exit::Refused,
        Failure::WindowCloses { begun: Begun::No, .. } => Exit::Locked,
        Failure::Wanted { source, .. } => source.exit(),
        Failure::NotNow { why, begun, .. } => not_now(why, *begun),
        // Who sits at that address now is the graver question.
        Failure::Unknown { source, .. } if source.exit() == Exit::HostKey => Exit::HostKey,
        Failure::Unknown { .. } => Exit::Unknown,
        Failure::NotBack { way_back, .. }
        | Failure::NotProved { way_back, .. }
        | Failure::Overruled { way_back, .. }
        | Failure::LeftOver { way_back, .. } => match way_back {
            WayBack::Verified(_) => Exit::PutBack,
            WayBack::NotVerified(_) | WayBack::NotTried(_) => Exit::Person,
        },
        Failure::Held(held) => held.exit(),
        Failure::Limited(_)
        | Failure::StaysPrimary { .. }
        | Failure::Stopped { .. }
        | Failure::WindowCloses { .. } => Exit::PartWay,
    }
}

fn not_now(why: &NotNow, begun: Begun) -> Exit {
    match (why, begun) {
        (NotNow::Lag { .. }, Begun::Yes | Begun::Unproved) => Exit::PartWay,
        (NotNow::NoPrimary, Begun::Yes | Begun::Unproved) => Exit::Person,
        _ => Exit::Refused,
    }
}
