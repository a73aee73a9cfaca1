//! Steps with their hosts found and their names made.

use crate::{
    name::HostName,
    plan::{
        diagnostics::Diagnostics,
        entry::Spanned,
        file::{clients::ClientsSection, steps::StepSection},
        message::{all_of, quoted},
        model::{Action, ClientsGate, PlanHost, Step, Via},
        selector::{Selector, SelectorError},
        violation::Violation,
    },
};

/// The steps that can be made out; what cannot has been reported.
pub(crate) fn resolve(
    steps: Vec<StepSection>,
    hosts: &[PlanHost],
    diagnostics: &Diagnostics,
) -> Vec<Step> {
    check_names(&steps, diagnostics);
    steps.into_iter().filter_map(|step| resolve_one(step, hosts, diagnostics)).collect()
}

fn resolve_one(step: StepSection, hosts: &[PlanHost], diagnostics: &Diagnostics) -> Option<Step> {
    let selected = match &step.hosts {
        None => hosts.iter().map(|host| host.name.clone()).collect(),
        Some(selectors) => select(selectors, hosts, diagnostics)?,
    };
    let via = step.via.map(|via| via.value);
    let action = match (step.tls_mode, step.clients) {
        (Some(mode), _) => Action::TlsMode { mode: mode.value, via },
        (None, Some(gate)) => {
            let ClientsSection { plaintext_free_for, allow } = gate;
            Action::Clients(ClientsGate { plaintext_free_for, allow })
        }
        (None, None) => return None,
    };
    if let Some(selectors) = &step.hosts {
        check_whole(selectors, &selected, (hosts, &action), diagnostics);
    }
    let name = step.name.map_or_else(|| name_of(&action), |name| name.value);
    Some(Step { name, hosts: selected, timeout: step.timeout, action })
}

/// The name of a step that the user gave none.
fn name_of(action: &Action) -> String {
    match action {
        Action::TlsMode { mode, via: None } | Action::Back { mode } => format!("reach {mode}"),
        Action::TlsMode { mode, via: Some(Via::Restart) } => format!("reach {mode} by restart"),
        Action::TlsMode { mode, via: Some(Via::SetParameter) } => {
            format!("reach {mode} by setParameter")
        }
        Action::Clients(_) => "every client speaks TLS".to_owned(),
    }
}

/// Follows the selectors, each problem told where its selector stands.
fn select(
    selectors: &Spanned<Vec<Spanned<Selector>>>,
    hosts: &[PlanHost],
    diagnostics: &Diagnostics,
) -> Option<Vec<HostName>> {
    let violation = |error: &SelectorError, label| {
        Violation::new(error.to_string(), label).maybe_help(error.help().map(str::to_owned))
    };
    let mut sound = !selectors.value.is_empty();
    for selector in &selectors.value {
        if let Err(error) = selector.value.check(hosts) {
            sound = false;
            diagnostics.report_missing(selector.span.clone(), violation(&error, "hits nothing"));
        }
    }
    if !sound {
        return None;
    }
    Selector::joined(selectors.value.iter().map(|selector| &selector.value))
        .select(hosts)
        .map_err(|error| {
            diagnostics.report(selectors.span.clone(), violation(&error, "nothing is left"))
        })
        .ok()
}

/// A mode is the whole cluster's affair: the next step's barrier counts every member.
fn check_whole(
    selectors: &Spanned<Vec<Spanned<Selector>>>,
    selected: &[HostName],
    (hosts, action): (&[PlanHost], &Action),
    diagnostics: &Diagnostics,
) {
    let left_out: Vec<&str> = hosts
        .iter()
        .filter(|host| !selected.contains(&host.name))
        .map(|host| host.name.as_str())
        .collect();
    if left_out.is_empty() {
        return;
    }
    let message = format!(
        "a `{}` step is for the whole cluster, this one leaves out {}",
        action.key(),
        all_of(left_out)
    );
    let help = match action {
        Action::Clients(_) => "take `hosts` out: a client may turn to any member",
        _ => {
            "take `hosts` out; to begin with a part of the members, run `tlsplan apply` with \
             `--limit`: the next mode then waits for the others"
        }
    };
    let violation = Violation::new(message, "a part of the cluster").help(help);
    diagnostics.report(selectors.span.clone(), violation);
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
