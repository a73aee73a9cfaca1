//! `[[steps]]`: what is to be done, in order; each step has exactly one action.

use std::{ops::Range, time::Duration};

use toml::de::DeValue;

use super::{clients, confirm, unsupported, wait};
use crate::{
    cluster::mode::{OptionNames, TlsMode},
    plan::{
        entry::{Entry, Spanned},
        message::{all_of, alternatives, did_you_mean, quoted},
        model::{ClientsGate, Confirm, Via, Wait},
        reader::Reader,
        rule,
        selector::Selector,
        violation::Violation,
    },
};

/// Every kind of step, by its key.
const KINDS: [&str; 10] = [
    "tls_mode",
    "template",
    "copy",
    "command",
    "service",
    "mongosh",
    "set_parameter",
    "clients",
    "confirm",
    "wait",
];

/// The most steps of a plan.
const MOST: usize = 1000;

/// One step as it was written.
pub(crate) struct StepSection {
    pub(crate) name: Option<Spanned<String>>,
    /// The selectors, each with its place; `None` means all hosts.
    pub(crate) hosts: Option<HostsSection>,
    pub(crate) timeout: Option<Spanned<Duration>>,
    /// What it does; `None` where that could not be made out.
    pub(crate) action: Option<ActionSection>,
}

/// `hosts` of a step as it was written.
pub(crate) struct HostsSection {
    pub(crate) key_span: Range<usize>,
    pub(crate) selectors: Spanned<Vec<Spanned<Selector>>>,
}

/// The action of a step as it was written, with the place of its key.
pub(crate) struct ActionSection {
    pub(crate) key_span: Range<usize>,
    pub(crate) kind: KindSection,
}

/// The kinds of actions that are supported.
pub(crate) enum KindSection {
    /// `tls_mode` and `via`.
    TlsMode { mode: Spanned<TlsMode>, via: Option<Spanned<Via>> },
    /// `clients`.
    Clients(ClientsGate),
    /// `wait`.
    Wait(Wait),
    /// `confirm`.
    Confirm(Confirm),
}

/// Reads the steps, in the order of the file.
pub(crate) fn read(entry: Entry<'_>) -> Vec<StepSection> {
    if matches!(entry.value(), DeValue::Table(_)) {
        let violation = Violation::new("`steps` has to be a list of tables", "this is one table");
        let help = "a step begins with `[[steps]]`, with two brackets";
        entry.diagnostics().report(entry.key_span(), violation.help(help));
        return Vec::new();
    }
    let Some(steps) = entry.list("tables, each beginning with `[[steps]]`") else {
        return Vec::new();
    };
    if steps.is_empty() {
        let violation = Violation::new("the plan has no steps", "empty");
        entry.report(violation.help("add a `[[steps]]` for each step"));
    }
    if steps.len() > MOST {
        let message = format!("the plan has {} steps, {MOST} is the most", steps.len());
        entry.diagnostics().report(entry.key_span(), Violation::new(message, "too many"));
        return Vec::new();
    }
    let numbered = steps.into_iter().zip(1..);
    numbered.filter_map(|(step, number)| read_step(step, number)).collect()
}

fn read_step(entry: Entry<'_>, number: usize) -> Option<StepSection> {
    let mut table = entry.table(format!("step {number}"))?;
    let name = table.take("name").and_then(|entry| entry.parsed(rule::name::title));
    let hosts = table.take("hosts").and_then(read_hosts);
    let timeout = table.take("timeout").and_then(Entry::positive_duration);
    let via = table.take("via");
    let actions: Vec<Entry<'_>> = KINDS.iter().filter_map(|kind| table.take(kind)).collect();
    check_count(&table, &actions);
    let is_mode = actions.iter().any(|action| action.key() == "tls_mode");
    if let Some(via) = via.filter(|_| !is_mode) {
        let violation = Violation::new("`via` belongs to a `tls_mode` step", "no use here");
        table.diagnostics().report(via.key_span(), violation);
    }
    for key in unsupported::STEP_KEYS {
        match table.take(key) {
            Some(serial) if key == "serial" && is_mode => refuse_serial(serial),
            Some(entry) => unsupported::refuse_key(entry),
            None => {}
        }
    }
    let via = via.filter(|_| is_mode).and_then(read_via);
    // All are read, so that every mistake is found.
    let actions: Vec<_> =
        actions.into_iter().map(|action| read_action(action, via.as_ref())).collect();
    table.finish();
    Some(StepSection { name, hosts, timeout, action: actions.into_iter().next().flatten() })
}

fn read_action(entry: Entry<'_>, via: Option<&Spanned<Via>>) -> Option<ActionSection> {
    let kind = match entry.key() {
        "tls_mode" => KindSection::TlsMode { mode: read_mode(entry)?, via: via.cloned() },
        "clients" => KindSection::Clients(clients::read(entry)?),
        "wait" => KindSection::Wait(wait::read(entry)?),
        "confirm" => KindSection::Confirm(confirm::read(entry)?),
        _ => {
            unsupported::refuse_kind(entry);
            return None;
        }
    };
    Some(ActionSection { key_span: entry.key_span(), kind })
}

/// A step has one action: names those that are too many, and says what could have been meant.
fn check_count(table: &Reader<'_>, actions: &[Entry<'_>]) {
    match actions {
        [_] => {}
        [] => {
            let is_kind = |key: &str| KINDS.contains(&key);
            let unknown_keys = table.unknown_keys();
            if !unknown_keys.iter().filter_map(|key| key.resembles).any(is_kind) {
                let message = format!("{} does nothing", table.name());
                let help = format!("add one of {}", alternatives(KINDS));
                let violation = Violation::new(message, "no action in this step").help(help);
                table.diagnostics().report_missing(table.span(), violation);
            }
        }
        [first, second, ..] => {
            let keys = actions.iter().map(Entry::key);
            let message =
                format!("{} has {} actions: {}", table.name(), actions.len(), all_of(keys));
            let (first, second) = if first.key_span().start < second.key_span().start {
                (first, second)
            } else {
                (second, first)
            };
            let violation = Violation::new(message, "a step does one thing")
                .related(first.key_span(), "the first one")
                .help("make a step of each");
            table.diagnostics().report(second.key_span(), violation);
        }
    }
}

/// The selectors of a step: one text, or a list of them.
fn read_hosts(entry: Entry<'_>) -> Option<HostsSection> {
    let parse = |entry: Entry<'_>| {
        entry.parsed(|text| {
            Selector::parse(text).map_err(|error| Violation::new(error.to_string(), "no host"))
        })
    };
    let value = match entry.value() {
        DeValue::String(_) => parse(entry).into_iter().collect(),
        DeValue::Array(array) if array.is_empty() => {
            let violation = Violation::new("no host is selected", "empty");
            entry.report(violation.help("leave `hosts` out for all hosts"));
            return None;
        }
        DeValue::Array(_) => entry.list("selectors")?.into_iter().filter_map(parse).collect(),
        _ => return entry.wrong_type("a text or a list of texts that select hosts"),
    };
    let selectors = Spanned { value, span: entry.span() };
    Some(HostsSection { key_span: entry.key_span(), selectors })
}

fn read_mode(entry: Entry<'_>) -> Option<Spanned<TlsMode>> {
    let names = || TlsMode::ALL.into_iter().map(|mode| mode.name_in(OptionNames::Tls));
    entry.parsed(|text| {
        text.parse().map_err(|_| {
            let old = TlsMode::ALL.into_iter().map(|mode| mode.name_in(OptionNames::Ssl));
            let likely = did_you_mean(text, names().chain(old))
                .or_else(|| did_you_mean(&format!("{text}TLS"), names()));
            Violation::new(
                format!("{} is not a TLS mode", quoted(text)),
                format!("expected {}", alternatives(names())),
            )
            .maybe_help(likely)
        })
    })
}

fn read_via(entry: Entry<'_>) -> Option<Spanned<Via>> {
    let choices = [("restart", Via::Restart), ("set_parameter", Via::SetParameter)];
    entry.choice(&choices)
}

/// The order of a step about modes is a matter of safety.
fn refuse_serial(serial: Entry<'_>) {
    let message = "`serial` has no meaning for `tls_mode`";
    let violation = Violation::new(message, "the order is not yours to choose");
    let help = "members restart one at a time; parameters are set on one, then on the others";
    serial.diagnostics().report(serial.key_span(), violation.help(help));
}
