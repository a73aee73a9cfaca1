//! Keys of `[mongodb]` that hold for all sets of a plan.

use crate::{
    cluster::health::WriteOutage,
    plan::{
        entry::Entry,
        model::{Rollback, SetRules},
        reader::Reader,
        violation::Violation,
    },
};

/// Takes the keys out of `[mongodb]`.
pub(crate) fn read(table: &mut Reader<'_>) -> SetRules {
    let default = SetRules::default();
    let outage = table.take("accept_write_outage").and_then(Entry::boolean);
    let max_lag = table.take("max_lag").and_then(Entry::positive_duration);
    let choices = [("host", Rollback::Host), ("controller-only", Rollback::ControllerOnly)];
    let rollback = table.take("rollback").and_then(|entry| entry.choice(&choices));
    SetRules {
        write_outage: if outage == Some(true) {
            WriteOutage::Accepted
        } else {
            WriteOutage::Refused
        },
        max_lag: max_lag.map_or(default.max_lag, |max_lag| max_lag.value),
        rollback: rollback.map_or(default.rollback, |rollback| rollback.value),
    }
}

/// Refuses the keys in a table of a group or a host.
pub(crate) fn refuse(table: &mut Reader<'_>) {
    for (key, reason) in [
        ("accept_write_outage", "an outage for writes is one of the whole set"),
        ("max_lag", "the health of a set is judged for all its members alike"),
        ("rollback", "a run puts back all members in the same way"),
    ] {
        let Some(entry) = table.take(key) else { continue };
        let message = format!("`{key}` is for the plan alone");
        let help = "set it in `[mongodb]`";
        table.diagnostics().report(entry.key_span(), Violation::new(message, reason).help(help));
    }
}
