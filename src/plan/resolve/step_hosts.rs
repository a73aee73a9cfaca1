//! The hosts of a step: what it selects, and what its kind is about.

use crate::{
    name::HostName,
    plan::{
        diagnostics::Diagnostics,
        entry::Spanned,
        file::steps::HostsSection,
        message::all_of,
        model::{Action, PlanHost, Wait},
        selector::{Selector, SelectorError},
        violation::Violation,
    },
};

/// The hosts that a step of a plan can be for.
pub(crate) struct StepHosts<'a> {
    pub(crate) hosts: &'a [PlanHost],
    pub(crate) diagnostics: &'a Diagnostics,
}

/// What `hosts` of a step selects.
pub(crate) enum Selection {
    /// The step has no selector.
    All,
    /// These hosts.
    Some(Vec<HostName>),
}

/// What a kind of step is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    /// Every database of the plan.
    Databases,
    /// The hosts that it selects.
    Hosts,
    /// The run.
    Run,
}

impl Target {
    const fn of(action: &Action) -> Self {
        match action {
            Action::TlsMode(_) | Action::Clients(_) | Action::Wait(Wait::Healthy) => {
                Self::Databases
            }
            Action::Wait(Wait::For(_)) | Action::Confirm(_) => Self::Run,
            Action::Wait(Wait::Port { .. } | Wait::Command { .. }) => Self::Hosts,
        }
    }
}

impl StepHosts<'_> {
    /// Follows the selectors, each problem told where its selector stands.
    pub(crate) fn select(&self, section: &HostsSection) -> Option<Selection> {
        let violation = |error: &SelectorError, label| {
            Violation::new(error.to_string(), label).maybe_help(error.help().map(str::to_owned))
        };
        let selectors = &section.selectors;
        let mut sound = !selectors.value.is_empty();
        for selector in &selectors.value {
            if let Err(error) = selector.value.check(self.hosts) {
                sound = false;
                let violation = violation(&error, "hits nothing");
                self.diagnostics.report_missing(selector.span.clone(), violation);
            }
        }
        if !sound {
            return None;
        }
        let selected = Selector::joined(selectors.value.iter().map(|selector| &selector.value))
            .select(self.hosts);
        let refuse = |error| {
            let violation = violation(&error, "nothing is left");
            self.diagnostics.report(selectors.span.clone(), violation);
        };
        selected.map_err(refuse).ok().map(Selection::Some)
    }

    /// The hosts of an action, in the order of the plan.
    pub(crate) fn of(
        &self,
        action: &Spanned<&Action>,
        selected: &Selection,
        written: Option<&HostsSection>,
    ) -> Vec<HostName> {
        let target = Target::of(action.value);
        if let Some(written) = written {
            self.check_selector(action.value, selected, written);
        }
        let wanted = |host: &&PlanHost| match (target, selected) {
            (Target::Databases, _) => host.instance.is_some(),
            (Target::Hosts, Selection::Some(selected)) => selected.contains(&host.name),
            (Target::Hosts, Selection::All) | (Target::Run, _) => true,
        };
        let hosts: Vec<_> =
            self.hosts.iter().filter(wanted).map(|host| host.name.clone()).collect();
        if hosts.is_empty() && !self.hosts.is_empty() {
            let key = action.value.key();
            let message = format!("no host has a database for this `{key}` step");
            let violation = Violation::new(message, "every host has `mongodb = false`");
            let help = "give a host its database back with `mongodb = {}`, or take the step out";
            self.diagnostics.report(action.span.clone(), violation.help(help));
        }
        hosts
    }

    /// Refuses a selector where the kind of step leaves no choice.
    fn check_selector(&self, action: &Action, selected: &Selection, written: &HostsSection) {
        let is_wait = matches!(action, Action::Wait(_));
        match Target::of(action) {
            Target::Hosts => {}
            Target::Databases if !is_wait => self.check_whole(action, selected, written),
            Target::Databases | Target::Run => {
                let message = format!("`hosts` has no use in this `{}` step", action.key());
                let violation = Violation::new(message, "the step is for the whole run");
                let help = "take it out";
                self.diagnostics.report(written.key_span.clone(), violation.help(help));
            }
        }
    }

    /// A mode is a matter of the whole cluster: the next step's barrier counts every member.
    fn check_whole(&self, action: &Action, selected: &Selection, written: &HostsSection) {
        let Selection::Some(selected) = selected else { return };
        let left_out = self
            .hosts
            .iter()
            .filter(|host| host.instance.is_some() && !selected.contains(&host.name));
        let left_out: Vec<&str> = left_out.map(|host| host.name.as_str()).collect();
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
        self.diagnostics.report(written.selectors.span.clone(), violation);
    }
}
