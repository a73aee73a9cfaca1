//! The file that a host had before: what this run replaced, or an earlier one.

use super::{config_files::Previous, round::Round, set_run::SetRun};
use crate::{cluster::mode::TlsMode, instance::Instance, name::HostName};

/// What to go back to; `None` where nothing older is known.
pub(super) async fn previous<N: Instance>(
    set: &SetRun<'_, '_, N>,
    round: &Round,
    host: &HostName,
) -> Option<Previous> {
    match set.state.previous.get(host) {
        Some(previous) => Some(previous.clone()),
        None => earlier(set, round, host).await,
    }
}

/// What an earlier run replaced: the newest version of the rung below. The barrier has kept everybody
/// else within reach of that.
async fn earlier<N: Instance>(
    set: &SetRun<'_, '_, N>,
    round: &Round,
    host: &HostName,
) -> Option<Previous> {
    let in_place = &round.survey.look(host)?.file.text;
    let now = set.run.files.mode_of(in_place).ok()?;
    let below = TlsMode::ALL.into_iter().rfind(|&mode| mode < now)?;
    let kept = set.run.node(host)?.kept().await.ok()?;
    let text =
        kept.into_iter().find(|text| set.run.files.mode_of(text).is_ok_and(|it| it == below))?;
    Some(Previous { text, mode: below, replaced_by: in_place.clone() })
}
