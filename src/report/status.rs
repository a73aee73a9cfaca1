//! The table of `status`: a row per host, and notes beneath it.

use super::{
    duration,
    layout::Layout,
    line::{Line, Tone},
    messages::{self, and},
    table::{Cell, Column, Need, Table},
};
use crate::{
    cluster::topology::MemberState,
    event::{LeftOpen, StatusRow},
};

/// Fewer days than this are worth a colour.
const FEW_DAYS: i64 = 14;

/// The table with its notes beneath.
pub(super) fn render(rows: &[StatusRow], left: &[LeftOpen], layout: &Layout) -> String {
    let mut table = Table::new(columns());
    for row in rows {
        table.push(cells(row));
    }
    let rendered = table.render(layout);
    let notes = notes(rows, left, &rendered.left_out, layout);
    let gap = if notes.is_empty() { "" } else { "\n" };
    format!("{}{gap}{notes}", rendered.text)
}

/// What the cells have no room for: reasons, what earlier runs left open, and columns that are not
/// there.
fn notes(rows: &[StatusRow], left: &[LeftOpen], left_out: &[&str], layout: &Layout) -> String {
    let host_width = rows.iter().map(|row| row.host.as_str().len()).max().unwrap_or(0);
    let problems = rows.iter().filter_map(|row| {
        let problem = Line::new(Tone::Caution, "Problem", row.problem.as_ref()?);
        Some(layout.line(&problem.on([&row.host]), host_width))
    });
    let left = left.iter().map(|left| layout.line(&messages::left_open(left), host_width));
    let mut notes: String = problems.chain(left).collect();
    if !left_out.is_empty() {
        let titles = and(left_out.iter().map(|title| title.to_lowercase()));
        let note = format!("{titles} left out for want of room; `--format json` has all");
        notes.push_str(&layout.line(&Line::new(Tone::Plain, "Note", note), 0));
    }
    notes
}

fn columns() -> Vec<Column> {
    use Need::{Always, WhenRoom, Wraps};
    [
        ("Host", Always),
        ("Member", WhenRoom),
        ("Role", Always),
        ("Running", Always),
        ("File", Always),
        ("Lag", Always),
        ("Certificate", Always),
        ("Version", WhenRoom),
        ("Pending", Wraps),
    ]
    .map(|(title, need)| Column { title, need })
    .into()
}

fn cells(row: &StatusRow) -> Vec<Cell> {
    let plain = |text: Option<String>| match text {
        Some(text) => Cell::new(Tone::Plain, text),
        None => Cell::new(Tone::Caution, "?"),
    };
    // Nothing to do is a finding; a host that was not seen in full has none.
    let pending = match (row.pending, &row.problem) {
        (None, None) => Cell::new(Tone::Plain, "nothing"),
        (None, Some(_)) => plain(None),
        (Some(pending), _) => Cell::new(Tone::Plain, messages::pending(pending)),
    };
    vec![
        Cell::new(Tone::Plain, row.host.as_str()),
        plain(row.member.clone()),
        row.state.map_or_else(|| plain(None), role),
        plain(row.mode.map(|mode| mode.to_string())),
        plain(row.file_mode.map(|mode| mode.to_string())),
        lag(row),
        certificate(row),
        plain(row.version.clone()),
        pending,
    ]
}

fn role(state: MemberState) -> Cell {
    let tone = if state.in_service() { Tone::Plain } else { Tone::Bad };
    Cell::new(tone, state.to_string())
}

/// A primary and an arbiter have no lag; anybody else's may be unknown.
fn lag(row: &StatusRow) -> Cell {
    match (row.lag, row.state) {
        (Some(lag), _) => Cell::new(Tone::Plain, duration::words(lag)),
        (None, Some(MemberState::Primary | MemberState::Arbiter)) => Cell::new(Tone::Plain, "-"),
        (None, _) => Cell::new(Tone::Caution, "?"),
    }
}

fn certificate(row: &StatusRow) -> Cell {
    match (&row.certificate_expires, row.certificate_days) {
        (Some(date), Some(days)) if days < 0 => Cell::new(Tone::Bad, format!("{date}, expired")),
        (Some(date), Some(days)) if days < FEW_DAYS => {
            Cell::new(Tone::Caution, format!("{date}, {days}d"))
        }
        (Some(date), Some(days)) => Cell::new(Tone::Plain, format!("{date}, {days}d")),
        (Some(date), None) => Cell::new(Tone::Plain, date),
        (None, _) => Cell::new(Tone::Caution, "?"),
    }
}

#[cfg(test)]
mod tests;
