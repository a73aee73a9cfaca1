//! `[[steps]]`: what is to be done, in order; each step has exactly one action.

use std::time::Duration;

use toml::de::DeValue;

use super::{
    clients::{self, ClientsSection},
    plan_file::Unbuilt,
    unbuilt,
};
use crate::{
    cluster::mode::{Spelling, TlsMode},
    plan::{
        entry::{Entry, Spanned},
        message::{all_of, alternatives, did_you_mean, quoted},
        model::Via,
        reader::Reader,
        rule,
        selector::Selector,
        violation::Violation,
    },
};

/// Every kind of step, by its key.
pub(crate) const KINDS: [&str; 10] = [
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
    pub(crate) hosts: Option<Spanned<Vec<Spanned<Selector>>>>,
    pub(crate) timeout: Option<Duration>,
    /// The key and the mode of a `tls_mode` step; `None` for every other kind.
    pub(crate) tls_mode: Option<Spanned<TlsMode>>,
    pub(crate) via: Option<Spanned<Via>>,
    /// What a `clients` step asks for; `None` for every other kind.
    pub(crate) clients: Option<ClientsSection>,
}

/// Reads the steps, in the order of the file.
pub(crate) fn read(entry: Entry<'_>, unbuilt: &mut Vec<Unbuilt>) -> Vec<StepSection> {
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
    numbered.filter_map(|(step, number)| read_step(step, number, unbuilt)).collect()
}

fn read_step(entry: Entry<'_>, number: usize, unbuilt: &mut Vec<Unbuilt>) -> Option<StepSection> {
    let mut table = entry.table(format!("step {number}"))?;
    let name = table.take("name").and_then(|entry| entry.parsed(rule::name::title));
    let hosts = table.take("hosts").and_then(read_hosts);
    let timeout = table.take("timeout").and_then(Entry::positive_duration);
    let serial = table.take("serial");
    let verify = table.take("verify");
    let via = table.take("via");
    let actions: Vec<Entry<'_>> = KINDS.iter().filter_map(|kind| table.take(kind)).collect();
    check_count(&table, &actions);
    let is_mode = actions.iter().any(|action| action.key() == "tls_mode");
    let (mut tls_mode, mut clients) = (None, None);
    for action in actions {
        match action.key() {
            "tls_mode" => tls_mode = read_mode(action),
            "clients" => clients = clients::read(action),
            _ => unbuilt.push(unbuilt::read(action)),
        }
    }
    if let Some(via) = via.filter(|_| !is_mode) {
        let violation = Violation::new("`via` belongs to a `tls_mode` step", "no use here");
        table.diagnostics().report(via.key_span(), violation);
    }
    refuse_serial(serial, is_mode, unbuilt);
    if let Some(verify) = verify {
        let what = "`verify` is".to_owned();
        let help = "take it out: what a step does is verified in any case";
        unbuilt.push(Unbuilt { what, span: verify.key_span(), help });
    }
    table.finish();
    let via = via.filter(|_| is_mode).and_then(read_via);
    let timeout = timeout.map(|timeout| timeout.value);
    Some(StepSection { name, hosts, timeout, tls_mode, via, clients })
}

/// A step has one action: names those that are too many, and says what could have been meant.
fn check_count(table: &Reader<'_>, actions: &[Entry<'_>]) {
    match actions {
        [_] => {}
        [] => {
            let meant = |meant: &&str| KINDS.contains(meant);
            let unknown_keys = table.unknown_keys();
            if !unknown_keys
                .iter()
                .filter_map(|unknown_key| unknown_key.resembles.as_ref())
                .any(meant)
            {
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
fn read_hosts(entry: Entry<'_>) -> Option<Spanned<Vec<Spanned<Selector>>>> {
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
    Some(Spanned { value, span: entry.span() })
}

fn read_mode(entry: Entry<'_>) -> Option<Spanned<TlsMode>> {
    let names = || TlsMode::ALL.into_iter().map(|mode| mode.spelled(Spelling::Tls));
    entry.parsed(|text| {
        text.parse().map_err(|_| {
            let old = TlsMode::ALL.into_iter().map(|mode| mode.spelled(Spelling::Ssl));
            let meant = did_you_mean(text, names().chain(old))
                .or_else(|| did_you_mean(&format!("{text}TLS"), names()));
            Violation::new(
                format!("{} is not a TLS mode", quoted(text)),
                format!("expected {}", alternatives(names())),
            )
            .maybe_help(meant)
        })
    })
}

fn read_via(entry: Entry<'_>) -> Option<Spanned<Via>> {
    let choices = [("restart", Via::Restart), ("set_parameter", Via::SetParameter)];
    entry.choice(&choices)
}

/// `serial` is checked for its shape before it is refused.
fn refuse_serial(serial: Option<Entry<'_>>, is_mode: bool, unbuilt: &mut Vec<Unbuilt>) {
    let Some(serial) = serial else { return };
    match serial.value() {
        DeValue::Integer(_) => drop(serial.number(1, 1_000_000)),
        DeValue::String(_) => drop(serial.parsed(percentage)),
        _ => serial.wrong_type("a whole number or a percentage like \"25%\"").unwrap_or_default(),
    }
    if is_mode {
        let message = "`serial` has no meaning for `tls_mode`";
        let violation = Violation::new(message, "the order is not yours to choose");
        let help = "members restart one at a time; parameters are set on one, then on the others";
        serial.diagnostics().report(serial.key_span(), violation.help(help));
        return;
    }
    let what = "`serial` is".to_owned();
    unbuilt.push(Unbuilt { what, span: serial.key_span(), help: "take it out" });
}

fn percentage(text: &str) -> Result<(), Violation> {
    let number = text.strip_suffix('%').and_then(|number| number.parse::<u8>().ok());
    match number {
        Some(1..=100) => Ok(()),
        _ => Err(Violation::new(
            format!("{} is not a percentage", quoted(text)),
            "expected \"1%\" to \"100%\"",
        )),
    }
}
