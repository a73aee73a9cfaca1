//! The dead-man's switch around a restart: armed before, confirmed after, and believed in between.
//!
//! Whatever the host decides is what happened. The run confirms only what it has proved, and where
//! the host was faster, it proves what the host has done instead.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{armed::Armed, previous::previous, round::Round, sent::MOST_UNSENT};
use crate::{
    error::{
        Designed, Exit,
        node_error::{NodeError, Outcome},
    },
    host::deadman::{RevertOutcome, SettleAction, SettleReport, SwitchId},
    instance::node::{Arm, FileNow, Look, Node},
    name::HostName,
    plan::model::Rollback,
    steps::{context::Run, failure::Failure},
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
pub(super) async fn arm<N: Node>(
    run: &Run<'_, N>,
    round: &Round,
    host: &HostName,
) -> Result<Armament, Failure> {
    let (Some(node), Some(look)) = (run.node(host), round.survey.look(host)) else {
        return Ok(Armament::Without);
    };
    if run.plan.mongodb.rollback == Rollback::ControllerOnly {
        return Ok(Armament::Without);
    }
    let usual = run.start_timeout() + PROOF;
    let arm = Arm {
        id: SwitchId::new(&run.orders.run, run.switches),
        in_place: look.file.digest,
        old: to_go_back_to(run, round, host, look).await,
        new: round.wanted.change(host).map_or(&look.file.text, |change| &change.text).clone(),
        within: run.plan.mongodb.confirm_within.unwrap_or(usual),
        start: run.start_timeout(),
    };
    let armed = Armed {
        host: host.clone(),
        id: arm.id.clone(),
        back_to: arm.old.digest,
        since: Instant::now(),
        within: arm.within,
    };
    let detail = format!("its way back, within {}s", arm.within.as_secs());
    match run.begin(host, "arm", detail, node.arm(&arm)).await {
        Ok(()) => Ok(Armament::Armed(armed)),
        // The host may be armed although nobody heard of it; nothing was changed in any case.
        Err(error) if error.outcome == Outcome::Unknown => {
            match settle(run, &armed, SettleAction::Disarm).await {
                Ok(_) if run.unsent < MOST_UNSENT => Ok(Armament::Lost),
                Ok(_) => Err(Failure::of_act(host, ARMING, run.begun(), error)),
                Err(error) => Err(Failure::of_act(host, ARMING, run.begun(), error)),
            }
        }
        Err(error) => Err(Failure::of_act(host, ARMING, run.begun(), error)),
    }
}

/// The file in place; where only a restart comes, that is the new one already, and what it replaced is
/// what the member may need back.
async fn to_go_back_to<N: Node>(
    run: &Run<'_, N>,
    round: &Round,
    host: &HostName,
    look: &Look,
) -> FileNow {
    let changes = round.wanted.change(host).is_some();
    let earlier = if changes { None } else { previous(run, round, host).await };
    earlier.map_or_else(|| look.file.clone(), |earlier| FileNow::new(earlier.text))
}

/// Takes the switch of a restart away that did not come. Where that fails, the next act waits for its end:
/// the gate lets nobody pass while a host is armed.
pub(super) async fn disarm<N: Node>(run: &mut Run<'_, N>) {
    let Some(armed) = run.armed.take() else { return };
    if let Err(error) = settle(run, &armed, SettleAction::Disarm).await {
        run.warn_of(&armed.host, format!("its switch stays armed: {}", error.chain()));
    }
}

/// Confirms a member that was proved. The error is a host that decided otherwise, or that cannot be
/// asked: then it will have decided by the end of its time.
pub(super) async fn confirm<N: Node>(run: &mut Run<'_, N>) -> Result<(), Unconfirmed> {
    let Some(armed) = run.armed.take() else { return Ok(()) };
    run.working(&armed.host, "confirming it over a new connection");
    match settle(run, &armed, SettleAction::Confirm).await {
        Ok(ended) if stays(ended.outcome) => Ok(()),
        Ok(ended) => Err(Unconfirmed::Overruled(ended)),
        Err(error) => {
            run.armed = Some(armed);
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
pub(super) async fn settle<N: Node>(
    run: &Run<'_, N>,
    armed: &Armed,
    action: SettleAction,
) -> Result<SettleReport, NodeError> {
    let act = match action {
        SettleAction::Confirm => "confirm",
        SettleAction::Disarm => "disarm",
        SettleAction::Fire => "put back",
    };
    let detail = format!("switch {}", armed.id);
    run.end(&armed.host, act, detail, until_settled(run, armed, action)).await
}

async fn until_settled<N: Node>(
    run: &Run<'_, N>,
    armed: &Armed,
    action: SettleAction,
) -> Result<SettleReport, NodeError> {
    let Some(node) = run.node(&armed.host) else {
        return Ok(SettleReport { outcome: RevertOutcome::Gone, reason: String::new() });
    };
    let started = Instant::now();
    let time = match action {
        SettleAction::Fire => armed.left().max(run.start_timeout()),
        SettleAction::Confirm | SettleAction::Disarm => armed.left(),
    };
    loop {
        let settled = node.settle(&armed.id, action).await;
        let over = started.elapsed() >= time || run.lost(&armed.host).await.is_some();
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
