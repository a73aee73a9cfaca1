//! What does not stop a run but has to be known.

use crate::{cluster::check::CheckId, event::Warning, name::HostName, text};

/// What it is and why it matters, for a line that names the host already where there is one.
pub(super) fn warning(host: Option<&HostName>, warning: &Warning) -> String {
    let fixed = match warning {
        Warning::Finding(finding) if host.is_some() => return finding.describe(),
        Warning::Finding(finding) => return finding.to_string(),
        Warning::EarlierRunUnfinished => {
            "an earlier run was cut in mid-restart here; bringing that to its end first"
        }
        Warning::RestartNotConfirmed => {
            "a restart has not been confirmed here: the run that is at work will do it, or the next one; if none comes, the host puts its old file back unless its member is well"
        }
        Warning::HostReverting => "the host is putting its old file back by itself",
        Warning::StopRequested => "stopping as soon as what was begun is finished and proved",
        Warning::RemoteWords { words } => words,
        Warning::WritableSearchPath { directories } => {
            return format!(
                "users other than root can write to {}, where root looks for tools, and so decide what root runs: make these directories writable by root alone",
                text::list(directories)
            );
        }
        Warning::RunAtWork { owner } => return format!("a run is at work here: {owner}"),
        Warning::StopIsUrgent { after } => {
            return format!(
                "a member that is not back {}s after its stop gets its old file now; leaving it half done would help nobody",
                after.as_secs()
            );
        }
        Warning::JournalTorn { .. }
        | Warning::JournalSkipped { .. }
        | Warning::ClusterNotReadable { .. }
        | Warning::PeerTlsNotTried { .. }
        | Warning::StopSleepNotRestored { .. }
        | Warning::SwitchStillArmed { .. }
        | Warning::NoEvidence { .. } => return unavailable(warning),
        Warning::UnmanagedProcess { .. }
        | Warning::PeerTlsWaived { .. }
        | Warning::GateWaived { .. }
        | Warning::GateBlind { .. } => return waived(warning),
    };
    fixed.to_owned()
}

/// Something that could not be read or done.
fn unavailable(warning: &Warning) -> String {
    match warning {
        Warning::JournalTorn { journal } => {
            format!("the last line of {journal} was not written to its end and is left out")
        }
        Warning::JournalSkipped { journal, error } => {
            format!("{journal} is in format 1 and is left out: {error}")
        }
        Warning::ClusterNotReadable { error } => format!(
            "it belongs to a sharded cluster, and what else does cannot be read: {error}; a plan has to name every process"
        ),
        Warning::PeerTlsNotTried { error } => format!(
            "it cannot dial its peers by TLS: {error}; so whether its peers take its certificate shows at preferTLS only"
        ),
        Warning::StopSleepNotRestored { wanted, error } => format!(
            "shutdownTimeoutMillisForSignaledShutdown could not be put back to {} ms: {error}",
            wanted.as_millis()
        ),
        Warning::SwitchStillArmed { error } => format!("its switch stays armed: {error}"),
        Warning::NoEvidence { error } => {
            format!("no evidence of the end could be collected: {error}")
        }
        _ => String::new(),
    }
}

/// What the plan waives, or what cannot be checked yet.
fn waived(warning: &Warning) -> String {
    match warning {
        Warning::UnmanagedProcess { description, waived: None, .. } => description.clone(),
        Warning::UnmanagedProcess { description, waived: Some(reason), .. } => {
            format!("{description}; {} is waived: {reason}", CheckId::WholeCluster)
        }
        Warning::PeerTlsWaived { description, reason, .. } => {
            format!("{description}; {} is waived: {reason}", CheckId::PeerTls)
        }
        Warning::GateWaived { step, check, reason } => {
            format!("`{step}` is not held, by {check} under `[waive]`: {reason}")
        }
        Warning::GateBlind { step, why } => format!(
            "`{step}` is blind here: {why}; it is held again at preferTLS, before requireTLS"
        ),
        _ => String::new(),
    }
}
