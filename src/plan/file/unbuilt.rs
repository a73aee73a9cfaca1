//! Kinds of steps that the format has and this version does not do yet.
//!
//! Their shapes are checked all the same: a mistake in them is told now, not with the version that
//! builds them.

use super::{plan_file::Unbuilt, secret_ref};
use crate::plan::{
    duration,
    entry::Entry,
    message::{all_of, quoted},
    reader::Reader,
    rule,
    violation::Violation,
};

/// Checks the shape of an action and hands back its refusal.
pub(crate) fn read(entry: Entry<'_>) -> Unbuilt {
    match entry.key() {
        "template" | "copy" => in_table(entry, file),
        "command" => command(entry),
        "service" => in_table(entry, service),
        "mongosh" => in_table(entry, mongosh),
        "set_parameter" => set_parameter(entry),
        "confirm" => drop(entry.parsed(rule::name::title)),
        _ => in_table(entry, wait),
    }
    let what = format!("steps of the kind `{}` are", entry.key());
    let help = match entry.key() {
        "confirm" | "wait" => {
            "split the plan here: apply the first half, look for yourself, then apply the second"
        }
        _ => "take the step out and do it by other means",
    };
    Unbuilt { what, span: entry.key_span(), help }
}

fn in_table(entry: Entry<'_>, read: fn(&mut Reader<'_>)) {
    if let Some(mut table) = entry.table(format!("`{}`", entry.key())) {
        read(&mut table);
        table.finish();
    }
}

fn text(entry: Entry<'_>) {
    entry.text();
}

fn file(table: &mut Reader<'_>) {
    let src = table.need("src", "name the file on this machine: `src = \"...\"`");
    src.map(|entry| entry.parsed(rule::path::local));
    let dest = table.need("dest", "name the file on the host: `dest = \"/etc/...\"`");
    dest.map(|entry| entry.parsed(rule::path::remote));
    table.take("owner").map(|entry| entry.parsed(rule::name::login));
    table.take("group").map(|entry| entry.parsed(rule::name::login));
    table.take("mode").map(|entry| entry.parsed(mode));
}

/// A file mode, in quotes because TOML would read a bare one as decimal.
fn mode(text: &str) -> Result<(), Violation> {
    let octal = (3..=4).contains(&text.len()) && u32::from_str_radix(text, 8).is_ok();
    if octal && !text.starts_with('+') {
        return Ok(());
    }
    let violation = Violation::new(format!("{} is not a file mode", quoted(text)), "not octal");
    Err(violation.help("a mode is written like \"0640\""))
}

fn command(entry: Entry<'_>) {
    if entry.value().is_str() {
        drop(entry.parsed(rule::name::title));
        return;
    }
    in_table(entry, |table| {
        let argv = table.need("argv", "give the words: `argv = [\"systemctl\", \"status\"]`");
        argv.map(secret_ref::words);
        table.take("unless").map(text);
        table.take("creates").map(|entry| entry.parsed(rule::path::remote));
        if let Some(mut expect) = table.take("expect").and_then(|entry| entry.table("`expect`")) {
            expect.take("status").map(|entry| entry.number(0, 255));
            expect.take("stdout").map(text);
            expect.finish();
        }
    });
}

fn service(table: &mut Reader<'_>) {
    let name = table.need("name", "name the unit: `name = \"mongod\"`");
    name.map(|entry| entry.parsed(rule::unit::service));
    let states = [("restarted", ()), ("started", ()), ("stopped", ())];
    let state = table.need("state", "say what it shall be: `state = \"restarted\"`");
    state.map(|entry| entry.choice(&states));
}

fn mongosh(table: &mut Reader<'_>) {
    exactly_one(table, ["js", "file"]);
    table.take("js").map(text);
    table.take("file").map(|entry| entry.parsed(rule::path::local));
    table.take("expect");
}

fn set_parameter(entry: Entry<'_>) {
    let Some(table) = entry.table("`set_parameter`") else { return };
    if table.is_empty() {
        entry.report(Violation::new("`set_parameter` sets nothing", "no parameter"));
    }
    for parameter in table.entries() {
        let value = parameter.value();
        if value.is_array() || value.is_table() || value.is_datetime() {
            parameter.wrong_type::<()>("a text, a number or a boolean");
        }
    }
}

fn wait(table: &mut Reader<'_>) {
    exactly_one(table, ["healthy", "for"]);
    if let Some(entry) = table.take("healthy")
        && entry.boolean() == Some(false)
    {
        entry.report(Violation::new("`healthy` can only be waited for", "expected `true`"));
    }
    table.take("for").map(|entry| entry.parsed(duration::parse));
}

fn exactly_one(table: &mut Reader<'_>, keys: [&'static str; 2]) {
    let given: Vec<_> = keys.into_iter().filter_map(|key| table.take(key)).collect();
    let both = all_of(keys);
    let (message, label) = match given.len() {
        1 => return,
        0 => (format!("{} needs one of {both}", table.name()), "neither is here"),
        _ => (format!("{} has {both}", table.name()), "only one of them can be meant"),
    };
    table.diagnostics().report_missing(table.span(), Violation::new(message, label));
}
