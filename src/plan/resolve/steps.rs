//! Steps with their hosts found and their names made.

use std::time::Duration;

use super::{
    step_hosts::{Selection, StepHosts},
    step_name::name_of,
};
use crate::plan::{
    diagnostics::Diagnostics,
    entry::Spanned,
    file::steps::{ActionSection, KindSection, StepSection},
    message::quoted,
    model::{Action, Direction, PlanHost, Step, TlsModeStep, Wait},
    violation::Violation,
};

/// The deadline of a `wait` or `confirm` step that names none.
const TIMEOUT: Duration = Duration::from_secs(300);

/// The steps that can be made out; what cannot has been reported.
pub(crate) fn resolve(
    steps: Vec<StepSection>,
    hosts: &[PlanHost],
    diagnostics: &Diagnostics,
) -> Vec<Step> {
    check_names(&steps, diagnostics);
    let hosts = StepHosts { hosts, diagnostics };
    steps.into_iter().filter_map(|step| resolve_one(step, &hosts)).collect()
}

fn resolve_one(step: StepSection, hosts: &StepHosts<'_>) -> Option<Step> {
    let selected = match &step.hosts {
        None => Selection::All,
        Some(section) => hosts.select(section)?,
    };
    let ActionSection { key_span, kind } = step.action?;
    let action = action(kind);
    let selected =
        hosts.of(&Spanned { value: &action, span: key_span }, &selected, step.hosts.as_ref());
    let name = step.name.map_or_else(|| name_of(&action), |name| name.value);
    let timeout = timeout(&action, step.timeout, hosts.diagnostics);
    Some(Step { name, hosts: selected, timeout, action })
}

fn action(kind: KindSection) -> Action {
    match kind {
        KindSection::TlsMode { mode, via } => Action::TlsMode(TlsModeStep {
            mode: mode.value,
            direction: Direction::Up,
            via: via.map(|via| via.value),
        }),
        KindSection::Clients(gate) => Action::Clients(gate),
        KindSection::Wait(wait) => Action::Wait(wait),
        KindSection::Confirm(confirm) => Action::Confirm(confirm),
    }
}

/// The deadline of a step.
fn timeout(
    action: &Action,
    given: Option<Spanned<Duration>>,
    diagnostics: &Diagnostics,
) -> Option<Duration> {
    let shortest = match action {
        Action::TlsMode(_) | Action::Clients(_) => {
            return given.map(|given| given.value);
        }
        Action::Wait(Wait::For(length)) => *length,
        Action::Wait(_) | Action::Confirm(_) => Duration::ZERO,
    };
    let Some(given) = given else { return Some(TIMEOUT.max(shortest)) };
    if given.value < shortest {
        let violation = Violation::new("`timeout` is shorter than the time to wait", "too short");
        diagnostics.report(given.span, violation.help("take it out, or make it longer"));
    }
    Some(given.value)
}

/// A name that the user gave stands for one step.
fn check_names(steps: &[StepSection], diagnostics: &Diagnostics) {
    let names: Vec<&Spanned<String>> = steps.iter().filter_map(|step| step.name.as_ref()).collect();
    for (index, name) in names.iter().enumerate() {
        if let Some(first) = names.iter().take(index).find(|other| other.value == name.value) {
            let message = format!("two steps are called {}", quoted(&name.value));
            let violation = Violation::new(message, "again").related(first.span.clone(), "first");
            diagnostics
                .report(name.span.clone(), violation.help("give each step a name of its own"));
        }
    }
}
