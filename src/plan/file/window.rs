//! `[window]`: when something may be begun.

use jiff::{
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};
use toml::de::DeValue;

use crate::plan::{
    entry::Entry,
    message::quoted,
    reader::Reader,
    violation::Violation,
    window::{Opening, Window},
};

/// The days as the plan writes them.
const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

/// Reads the window; whatever is wrong with it has been told, and then there is none.
pub(crate) fn read(entry: Entry<'_>) -> Option<Window> {
    let mut table = entry.table("`[window]`")?;
    let zone = table.need("time_zone", "name it: `time_zone = \"Europe/Berlin\"`");
    let zone = zone.and_then(|entry| entry.parsed(time_zone));
    let help = "say when: `open = [{ from = \"01:00\", for = \"3h\" }]`";
    let open = table.need("open", help).and_then(read_open);
    let except = table.take("except").and_then(|entry| entry.list("dates"));
    let except = except.unwrap_or_default().into_iter().filter_map(read_date).collect();
    table.finish();
    Some(Window { zone: zone?.value, open: open?, except })
}

fn time_zone(name: &str) -> Result<TimeZone, Violation> {
    TimeZone::get(name).map_err(|_| {
        let message = format!("{} is not a time zone known here", quoted(name));
        let violation = Violation::new(message, "not in the time zone database");
        violation.help("names are written like \"Europe/Berlin\" or \"UTC\"")
    })
}

fn read_open(entry: Entry<'_>) -> Option<Vec<Opening>> {
    let times = entry.list("tables")?;
    if times.is_empty() {
        entry.report(Violation::new("this window never opens", "empty"));
    }
    let opening = |time: Entry<'_>| {
        let mut table = time.table("an entry of `open`")?;
        let opening = read_times(&mut table);
        table.finish();
        opening
    };
    Some(times.into_iter().filter_map(opening).collect())
}

fn read_times(table: &mut Reader<'_>) -> Option<Opening> {
    let days = table.take("days").and_then(|entry| {
        let days = entry.list("days")?;
        if days.is_empty() {
            entry.report(Violation::new("no day is named", "leave `days` out for every day"));
        }
        Some(days)
    });
    let days = days.unwrap_or_default().into_iter().filter_map(|day| day.choice(&DAYS));
    let days = days.map(|day| day.value).collect();
    let from = table.need("from", "say when it opens: `from = \"01:00\"`");
    let from = from.and_then(|from| match from.value() {
        DeValue::Datetime(time) => {
            clock(&time.to_string()).map_err(|violation| from.report(violation)).ok()
        }
        _ => from.parsed(clock).map(|from| from.value),
    });
    let length = table.need("for", "say how long it stays open: `for = \"3h\"`");
    let length = length.and_then(Entry::positive_duration);
    Some(Opening { days, from: from?, length: length?.value })
}

/// A time of day.
fn clock(text: &str) -> Result<Time, Violation> {
    // TOML's own times have seconds, and they are always zero here.
    let text = text.strip_suffix(":00").filter(|rest| rest.len() == 5).unwrap_or(text);
    let shaped = text.len() == 5 && text.get(2..3) == Some(":");
    let time = text.parse::<Time>().ok().filter(|_| shaped);
    time.ok_or_else(|| {
        let violation =
            Violation::new(format!("{} is not a time of day", quoted(text)), "not understood");
        violation.help("a time is written like \"01:00\", from \"00:00\" to \"23:59\"")
    })
}

fn read_date(entry: Entry<'_>) -> Option<Date> {
    let date = match entry.value() {
        DeValue::Datetime(datetime) => datetime.to_string(),
        DeValue::String(text) => text.to_string(),
        _ => return entry.wrong_type("a date"),
    };
    let day = date.parse::<Date>().ok().filter(|_| date.len() == 10);
    if day.is_none() {
        let violation =
            Violation::new(format!("{} is not a date", quoted(&date)), "not understood");
        entry.report(violation.help("a date is written like \"2026-12-26\""));
    }
    day
}
