//! The dead-man's switch around a restart: armed before, confirmed after, and believed in between.
//!
//! Whatever the host decides is what happened. The run confirms only what it has proved, and where
//! the host was faster, it proves what the host has done instead.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{armed::Armed, previous::previous, round::Round, sent::MOST_UNSENT, set_run::SetRun};
use crate::{
    error::{
        Designed, Exit,
        node_error::{NodeError, Outcome},
    },
    event::{Task, Warning},
    host::deadman::{RevertOutcome, SettleAction, SettleReport, SwitchId},
    instance::{
        Instance,
        look::{Arm, FileNow, Look},
    },
    name::HostName,
    plan::model::Rollback,
    steps::error::{ActError, Failure},
};

/// What a proof and the calls around it may take, beside the start.
const PROOF: Duration = Duration::from_secs(60);
/// What is said of it where it fails.
const ARMING: &str = "arming the way back";
/// Between two attempts to have a switch settled.
const AGAIN: Duration = Duration::from_millis(500);

/// Whether a host will help itself.
pub(super) enum Armament {
    /// It will.
    Armed(Armed),
    /// The plan does without.
    Without,
    /// It was asked, its answer was lost, and the switch was taken away again.
    Lost,
}

/// Arms the host for a restart.
pub(super) async fn arm<N: Instance>(
    set: &SetRun<'_, '_, N>,
    round: &Round,
    host: &HostName,
) -> Result<Armament, Failure> {
    let (Some(node), Some(look)) = (set.run.node(host), round.survey.look(host)) else {
        return Ok(Armament::Without);
    };
    if set.run.plan.rules.rollback == Rollback::ControllerOnly {
        return Ok(Armament::Without);
    }
    let usual = set.run.start_timeout(host) + PROOF;
    let arm = Arm {
        id: SwitchId::new(&set.run.options.run, set.run.next_switch()),
        in_place: look.file.digest,
        old: to_go_back_to(set, round, host, look).await,
        new: round.wanted.change(host).map_or(&look.file.text, |change| &change.text).clone(),
        within: node.settings().confirm_within.unwrap_or(usual),
        start: set.run.start_timeout(host),
    };
    let armed = Armed {
        host: host.clone(),
        id: arm.id.clone(),
        back_to: arm.old.digest,
        since: Instant::now(),
        within: arm.within,
    };
    let detail = format!("its way back, within {}s", arm.within.as_secs());
    match set.run.begin(host, "arm", detail, node.arm(&arm)).await {
        Ok(()) => Ok(Armament::Armed(armed)),
        // The host may be armed although nobody heard of it; nothing was changed in any case.
        Err(error) if error.outcome == Outcome::Unknown => {
            match settle(set, &armed, SettleAction::Disarm).await {
                Ok(_) if set.state.resends < MOST_UNSENT => Ok(Armament::Lost),
                Ok(_) => Err(ActError::new(host, ARMING, error).into()),
                Err(error) => Err(ActError::new(host, ARMING, error).into()),
            }
        }
        Err(error) => Err(ActError::new(host, ARMING, error).into()),
    }
}

/// The file in place; where only a restart comes, that is the new one already, and what it replaced is
/// what the member may need back.
async fn to_go_back_to<N: Instance>(
    set: &SetRun<'_, '_, N>,
    round: &Round,
    host: &HostName,
    look: &Look,
) -> FileNow {
    let changes = round.wanted.change(host).is_some();
    let earlier = if changes { None } else { previous(set, round, host).await };
    earlier.map_or_else(|| look.file.clone(), |earlier| FileNow::new(earlier.text))
}

/// Takes the switch of a restart away that did not come. Where that fails, the next act waits for its end:
/// the gate lets nobody pass while a host is armed.
pub(super) async fn disarm<N: Instance>(set: &mut SetRun<'_, '_, N>) {
    let Some(armed) = set.state.armed.take() else { return };
    if let Err(error) = settle(set, &armed, SettleAction::Disarm).await {
        set.run.warn_of(&armed.host, Warning::SwitchStillArmed { error: error.chain() });
    }
}

/// Confirms a member that was proved. The error is a host that decided otherwise, or that cannot be
/// asked: then it will have decided by the end of its time.
pub(super) async fn confirm<N: Instance>(set: &mut SetRun<'_, '_, N>) -> Result<(), Unconfirmed> {
    let Some(armed) = set.state.armed.take() else { return Ok(()) };
    set.run.working(&armed.host, Task::Confirming);
    match settle(set, &armed, SettleAction::Confirm).await {
        Ok(ended) if stays(ended.outcome) => Ok(()),
        Ok(ended) => Err(Unconfirmed::Overruled(ended)),
        Err(error) => {
            set.state.armed = Some(armed);
            Err(Unconfirmed::Unheard(error))
        }
    }
}

/// Why a proved member was not confirmed.
pub(super) enum Unconfirmed {
    /// The host was faster.
    Overruled(SettleReport),
    /// Nobody heard what it decided.
    Unheard(NodeError),
}

/// Whether the new file is the one that stays. A host that lost power before its file was changed has
/// ended the switch as one that nobody needed, and the member was proved since.
fn stays(end: RevertOutcome) -> bool {
    matches!(
        end,
        RevertOutcome::Confirmed | RevertOutcome::UnconfirmedHealthy | RevertOutcome::Unused
    )
}

/// Asks the host until it has answered and come to an end, as long as its switch has time.
pub(super) async fn settle<N: Instance>(
    set: &SetRun<'_, '_, N>,
    armed: &Armed,
    action: SettleAction,
) -> Result<SettleReport, NodeError> {
    let act = match action {
        SettleAction::Confirm => "confirm",
        SettleAction::Disarm => "disarm",
        SettleAction::Fire => "put back",
    };
    let detail = format!("switch {}", armed.id);
    set.run.end(&armed.host, act, detail, until_settled(set, armed, action)).await
}

async fn until_settled<N: Instance>(
    set: &SetRun<'_, '_, N>,
    armed: &Armed,
    action: SettleAction,
) -> Result<SettleReport, NodeError> {
    let Some(node) = set.run.node(&armed.host) else {
        return Ok(SettleReport { outcome: RevertOutcome::Gone, reason: String::new() });
    };
    let started = Instant::now();
    let time = match action {
        SettleAction::Fire => armed.left().max(set.run.start_timeout(&armed.host)),
        SettleAction::Confirm | SettleAction::Disarm => armed.left(),
    };
    loop {
        let settled = node.settle(&armed.id, action).await;
        let over = started.elapsed() >= time || set.run.lost(&armed.host).await.is_some();
        match settled {
            Ok(ended) if over || ended.outcome.is_final() => return Ok(ended),
            // A host that is deciding holds its gate meanwhile, and nobody else's hands are in it.
            Err(error) if over || !(error.passes() || error.exit() == Exit::Locked) => {
                return Err(error);
            }
            Ok(_) | Err(_) => sleep(AGAIN).await,
        }
    }
}
