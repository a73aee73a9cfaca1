//! `[window]`: when something may be started. Checked here, and refused as long as it would be
//! ignored: a window that does not close is worse than none.

use jiff::{civil::Date, civil::Time, tz::TimeZone};
use toml::de::DeValue;

use super::plan_file::Unbuilt;
use crate::plan::{entry::Entry, fault::Fault, reader::Reader, words::quoted};

/// The days as the plan writes them.
const DAYS: [(&str, ()); 7] =
    [("mon", ()), ("tue", ()), ("wed", ()), ("thu", ()), ("fri", ()), ("sat", ()), ("sun", ())];

/// Checks the window and hands back its refusal.
pub(crate) fn read(entry: Entry<'_>) -> Unbuilt {
    if let Some(mut table) = entry.table("`[window]`") {
        let zone = table.need("time_zone", "name it: `time_zone = \"Europe/Berlin\"`");
        zone.map(|entry| entry.parsed(time_zone));
        let help = "say when: `open = [{ from = \"01:00\", for = \"3h\" }]`";
        read_open(table.need("open", help));
        let except = table.take("except").and_then(|entry| entry.list("dates"));
        for day in except.unwrap_or_default() {
            read_date(day);
        }
        table.finish();
    }
    let help = "take `[window]` out and let cron start the run when the window opens";
    Unbuilt { what: "maintenance windows are".to_owned(), span: entry.key_span(), help }
}

fn time_zone(name: &str) -> Result<(), Fault> {
    if TimeZone::get(name).is_ok() {
        return Ok(());
    }
    let message = format!("{} is not a time zone known here", quoted(name));
    let fault = Fault::new(message, "not in the time zone database");
    Err(fault.help("names are written like \"Europe/Berlin\" or \"UTC\""))
}

fn read_open(entry: Option<Entry<'_>>) {
    let Some(entry) = entry else { return };
    let Some(times) = entry.list("tables") else { return };
    if times.is_empty() {
        entry.fault(Fault::new("this window never opens", "empty"));
    }
    for time in times {
        if let Some(mut table) = time.table("an entry of `open`") {
            read_times(&mut table);
            table.finish();
        }
    }
}

fn read_times(table: &mut Reader<'_>) {
    let days = table.take("days").and_then(|entry| {
        let days = entry.list("days")?;
        if days.is_empty() {
            entry.fault(Fault::new("no day is named", "leave `days` out for every day"));
        }
        Some(days)
    });
    for day in days.unwrap_or_default() {
        day.choice(&DAYS);
    }
    let from = table.need("from", "say when it opens: `from = \"01:00\"`");
    if let Some(from) = from
        && !matches!(from.value(), DeValue::Datetime(_))
    {
        from.parsed(clock);
    }
    let length = table.need("for", "say how long it stays open: `for = \"3h\"`");
    length.map(Entry::some_time);
}

/// A time of day.
fn clock(text: &str) -> Result<(), Fault> {
    let shaped = text.len() == 5 && text.get(2..3) == Some(":");
    if shaped && text.parse::<Time>().is_ok() {
        return Ok(());
    }
    let fault = Fault::new(format!("{} is not a time of day", quoted(text)), "not understood");
    Err(fault.help("a time is written like \"01:00\", from \"00:00\" to \"23:59\""))
}

fn read_date(entry: Entry<'_>) {
    let date = match entry.value() {
        DeValue::Datetime(datetime) => datetime.to_string(),
        DeValue::String(text) => text.to_string(),
        _ => return entry.unfit("a date").unwrap_or_default(),
    };
    if date.len() != 10 || date.parse::<Date>().is_err() {
        let fault = Fault::new(format!("{} is not a date", quoted(&date)), "not understood");
        entry.fault(fault.help("a date is written like \"2026-12-26\""));
    }
}
