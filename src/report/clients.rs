//! The clients under the table of `status`: who speaks what, to whom, since when.

use jiff::Timestamp;

use super::{
    layout::Layout,
    line::{Line, Tone},
    messages::{and, count},
    table::{Cell, Column, Need, Table},
};
use crate::{
    cluster::clients::{ClientSummary, Encryption, ObservedClient, VisibilityGap, summarize},
    name::HostName,
};

/// More rows than these are counted, those with TLS first.
const MOST: usize = 40;

/// The table, and beneath it which servers do not tell.
pub(super) fn render(
    clients: &[ObservedClient],
    blind: &[(HostName, VisibilityGap)],
    layout: &Layout,
) -> String {
    let rows = summarize(clients);
    let mut text = String::new();
    if rows.is_empty() && blind.is_empty() {
        text.push_str(&layout.line(&Line::new(Tone::Plain, "Clients", "nobody is connected"), 0));
    }
    if !rows.is_empty() {
        let mut table = Table::new(columns());
        for row in rows.iter().take(MOST) {
            table.push(cells(row));
        }
        text.push_str(&table.render(layout).text);
    }
    if rows.len() > MOST {
        let fact =
            format!("and {}; `--format json` has all", count(rows.len() - MOST, "more client"));
        text.push_str(&layout.line(&Line::new(Tone::Plain, "Note", fact), 0));
    }
    let width = blind.iter().map(|(host, _)| host.as_str().len()).max().unwrap_or(0);
    for (host, why) in blind {
        let line = Line::new(Tone::Caution, "Blind", why.to_string()).on([host]);
        text.push_str(&layout.line(&line, width));
    }
    text
}

fn columns() -> Vec<Column> {
    use Need::{Always, WhenRoom, Wraps};
    [
        ("Client", Always),
        ("Address", Always),
        ("Speaks", Always),
        ("Open", Always),
        ("To", Wraps),
        ("Since", WhenRoom),
        ("Last heard", WhenRoom),
        ("Driver", WhenRoom),
    ]
    .map(|(title, need)| Column { title, need })
    .into()
}

fn cells(row: &ClientSummary<'_>) -> Vec<Cell> {
    let plain = |text: String| Cell::new(Tone::Plain, text);
    let at = |time: Option<Timestamp>| {
        plain(time.map_or_else(|| "-".to_owned(), |it| it.strftime("%m-%d %H:%M:%S").to_string()))
    };
    let speaks = match row.encryption {
        Encryption::Plaintext => Cell::new(Tone::Bad, "plaintext"),
        Encryption::Unknown => Cell::new(Tone::Caution, "unknown"),
        Encryption::Tls => Cell::new(Tone::Plain, "TLS"),
    };
    vec![
        plain(row.application.unwrap_or("-").to_owned()),
        plain(row.address.to_owned()),
        speaks,
        plain(row.open.to_string()),
        plain(and(row.hosts.iter().map(ToString::to_string))),
        at(row.since),
        at(row.last),
        plain(row.driver.to_owned()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cluster::clients::Client, report::layout::Width};

    fn seen(host: &str, encryption: Encryption, open: usize) -> ObservedClient {
        let client = Client {
            address: "10.0.0.9".into(),
            application: Some("billing".into()),
            driver: "nodejs 6.3.0".into(),
            encryption,
            connections: open,
            open,
            since: "2026-11-26T20:00:05Z".parse().ok(),
            last: "2026-11-26T20:04:11.25Z".parse().ok(),
        };
        ObservedClient { host: HostName::new(host), client }
    }

    #[test]
    fn a_client_is_one_row_however_many_servers_it_speaks_to() {
        let layout =
            Layout { palette: super::super::palette::Palette::default(), width: Width::Endless };
        let clients = [
            seen("db1", Encryption::Plaintext, 2),
            seen("db2", Encryption::Plaintext, 1),
            seen("db1", Encryption::Tls, 0),
        ];
        let blind = [(HostName::new("db3"), VisibilityGap::Quiet)];
        insta::assert_snapshot!(render(&clients, &blind, &layout), @r"
        Client   Address   Speaks     Open  To           Since           Last heard      Driver
        billing  10.0.0.9  plaintext  3     db1 and db2  11-26 20:00:05  11-26 20:04:11  nodejs 6.3.0
        billing  10.0.0.9  TLS        0     db1          11-26 20:00:05  11-26 20:04:11  nodejs 6.3.0
           Blind  db3  its log does not show connections, because `systemLog.quiet` is set
        ");
        assert!(render(&[], &[], &layout).contains("nobody is connected"));
    }
}
