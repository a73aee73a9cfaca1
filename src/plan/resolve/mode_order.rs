//! The order of the `tls_mode` steps: upward, one mode level at a time.
//!
//! Members two mode levels apart cannot open connections to each other, so a plan that skips a level
//! would split the set while it works.

use crate::{
    cluster::mode::{RuntimeMove, TlsMode},
    plan::{
        diagnostics::Diagnostics,
        entry::Spanned,
        file::steps::{ActionSection, KindSection, StepSection},
        model::Via,
        violation::Violation,
    },
};

/// Judges the sequence and each step's way.
pub(crate) fn check(steps: &[StepSection], diagnostics: &Diagnostics) {
    let mut before: Option<&Spanned<TlsMode>> = None;
    for step in steps {
        let Some(ActionSection { kind, .. }) = &step.action else { continue };
        let KindSection::TlsMode { mode, via } = kind else { continue };
        if let Some(violation) = before.and_then(|before| between(before, mode)) {
            diagnostics.report(mode.span.clone(), violation);
        }
        check_via(via.as_ref(), mode, diagnostics);
        before = Some(mode);
    }
}

/// What is wrong with two steps that follow each other.
fn between(before: &Spanned<TlsMode>, mode: &Spanned<TlsMode>) -> Option<Violation> {
    let (from, to) = (before.value, mode.value);
    let violation = if from == to {
        Violation::new(format!("`{to}` is asked for twice"), "nothing would be left to do")
            .help("take one of the two steps out")
    } else if to < from {
        let message = format!("`{to}` after `{from}` leads back down");
        Violation::new(message, "a plan only goes up").help("put the steps into the order of the modes; the way back is `tlsplan rollback`, not a plan")
    } else if !from.talks_with(to) {
        let between = TlsMode::ALL.into_iter().find(|level| *level > from && *level < to)?;
        let message = format!("`{to}` after `{from}` leaves `{between}` out");
        let help = format!(
            "members at `{from}` and at `{to}` cannot talk to each other: put a step with \
             `tls_mode = \"{between}\"` between the two"
        );
        Violation::new(message, "two mode levels at once").help(help)
    } else {
        return None;
    };
    Some(violation.related(before.span.clone(), "the step before"))
}

/// A server takes only two moves at run time; into the lower modes only a restart leads.
fn check_via(via: Option<&Spanned<Via>>, mode: &Spanned<TlsMode>, diagnostics: &Diagnostics) {
    let Some(via) = via.filter(|via| via.value == Via::SetParameter) else { return };
    let to = mode.value;
    let legal = TlsMode::ALL.into_iter().any(|from| from.runtime_move(to) == RuntimeMove::Legal);
    if !legal {
        let message = format!("no server goes to `{to}` by `setParameter`");
        let violation = Violation::new(message, "impossible at run time")
            .related(mode.span.clone(), "only a restart gets here")
            .help("write `via = \"restart\"`, or leave `via` out");
        diagnostics.report(via.span.clone(), violation);
    }
}
