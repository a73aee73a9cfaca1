//! The order of the `tls_mode` steps: upward, one rung at a time.
//!
//! Members that are two rungs apart cannot open connections to each other, so a plan that skips a
//! rung would take the set apart while it works.

use crate::{
    cluster::mode::{RuntimeMove, TlsMode},
    plan::{entry::At, fault::Fault, file::steps::StepSection, model::Via, sheet::Sheet},
};

/// Judges the sequence and each step's way.
pub(crate) fn check(steps: &[StepSection], sheet: &Sheet) {
    let mut before: Option<&At<TlsMode>> = None;
    for step in steps {
        let Some(mode) = &step.tls_mode else { continue };
        if let Some(fault) = before.and_then(|before| between(before, mode)) {
            sheet.fault(mode.span.clone(), fault);
        }
        check_via(step, mode, sheet);
        before = Some(mode);
    }
}

/// What is wrong with two steps that follow each other.
fn between(before: &At<TlsMode>, mode: &At<TlsMode>) -> Option<Fault> {
    let (from, to) = (before.value, mode.value);
    let fault = if from == to {
        Fault::new(format!("`{to}` is asked for twice"), "nothing would be left to do")
            .help("take one of the two steps out")
    } else if to < from {
        let message = format!("`{to}` after `{from}` leads back down");
        Fault::new(message, "a plan only climbs").help("put the steps into the order of the ladder; the way back is `tlsplan rollback`, not a plan")
    } else if !from.talks_with(to) {
        let between = TlsMode::ALL.into_iter().find(|rung| *rung > from && *rung < to)?;
        let message = format!("`{to}` after `{from}` leaves `{between}` out");
        let help = format!(
            "members at `{from}` and at `{to}` cannot talk to each other: put a step with \
             `tls_mode = \"{between}\"` between the two"
        );
        Fault::new(message, "two rungs at once").help(help)
    } else {
        return None;
    };
    Some(fault.related(before.span.clone(), "the step before"))
}

/// A server takes only two moves at run time; into the lower modes only a restart leads.
fn check_via(step: &StepSection, mode: &At<TlsMode>, sheet: &Sheet) {
    let Some(via) = step.via.as_ref().filter(|via| via.value == Via::SetParameter) else { return };
    let to = mode.value;
    let legal = TlsMode::ALL.into_iter().any(|from| from.runtime_move(to) == RuntimeMove::Legal);
    if !legal {
        let message = format!("no server goes to `{to}` by `setParameter`");
        let fault = Fault::new(message, "impossible at run time")
            .related(mode.span.clone(), "only a restart gets here")
            .help("write `via = \"restart\"`, or leave `via` out");
        sheet.fault(via.span.clone(), fault);
    }
}
