//! The status table as a person sees it.

use std::time::Duration;

use super::*;
use crate::{cluster::mode::TlsMode, event::Pending, name::HostName, report::layout::Width};

fn rows() -> Vec<StatusRow> {
    let row = |host: &str, state, pending| StatusRow {
        host: HostName::new(host),
        member: Some(format!("{host}.lab.test:27017")),
        state: Some(state),
        mode: Some(TlsMode::Allow),
        file_mode: Some(TlsMode::Prefer),
        lag: (state == MemberState::Secondary).then_some(Duration::from_secs(0)),
        certificate_expires: Some("2027-11-24".into()),
        certificate_days: Some(364),
        version: Some("6.0.5".into()),
        pending,
        problem: None,
    };
    let mut unknown = row("db3", MemberState::Down, None);
    unknown.member = None;
    unknown.mode = None;
    unknown.lag = None;
    unknown.version = None;
    unknown.certificate_days = Some(3);
    unknown.certificate_expires = Some("2026-11-27".into());
    unknown.problem = Some("mongod does not answer: connection refused".into());
    vec![
        row(
            "db1",
            MemberState::Primary,
            Some(Pending::RestartWouldCutOff { file_mode: TlsMode::Prefer }),
        ),
        row("db2", MemberState::Secondary, None),
        unknown,
    ]
}

fn left() -> Vec<LeftOpen> {
    let open = LeftOpen {
        run: "20261126T010000Z-0a1b2c3d".into(),
        begun: "2026-11-26T01:00:07.123Z".into(),
        host: Some(HostName::new("db3")),
        what: "restart mongod".into(),
        reason: None,
    };
    let unknown = LeftOpen {
        host: Some(HostName::new("db2")),
        what: "set tlsMode preferTLS".into(),
        reason: Some("the connection broke".into()),
        ..open.clone()
    };
    vec![open, unknown]
}

fn at(width: Width) -> String {
    render(&rows(), &[], &Layout { width, ..Layout::default() })
}

#[test]
fn a_pipe_gets_the_whole_table() {
    insta::assert_snapshot!(at(Width::Endless), @r"
    Host  Member              Role       Running   File       Lag  Certificate       Version  Pending
    db1   db1.lab.test:27017  PRIMARY    allowTLS  preferTLS  -    2027-11-24, 364d  6.0.5    the file says preferTLS: a restart would cut it off
    db2   db2.lab.test:27017  SECONDARY  allowTLS  preferTLS  0s   2027-11-24, 364d  6.0.5    nothing
    db3   ?                   DOWN       ?         preferTLS  ?    2026-11-27, 3d    ?        ?

     Problem  db3  mongod does not answer: connection refused
    ");
}

#[test]
fn a_wide_terminal_wraps_what_is_pending() {
    insta::assert_snapshot!(at(Width::Columns(120)), @r"
    Host  Member              Role       Running   File       Lag  Certificate       Version  Pending
    db1   db1.lab.test:27017  PRIMARY    allowTLS  preferTLS  -    2027-11-24, 364d  6.0.5    the file says preferTLS: a
                                                                                              restart would cut it off
    db2   db2.lab.test:27017  SECONDARY  allowTLS  preferTLS  0s   2027-11-24, 364d  6.0.5    nothing
    db3   ?                   DOWN       ?         preferTLS  ?    2026-11-27, 3d    ?        ?

     Problem  db3  mongod does not answer: connection refused
    ");
}

#[test]
fn eighty_columns_leave_out_what_is_not_needed_and_say_so() {
    insta::assert_snapshot!(at(Width::Columns(80)), @r"
    Host  Role       Running   File       Lag  Certificate       Pending
    db1   PRIMARY    allowTLS  preferTLS  -    2027-11-24, 364d  the file says
                                                                 preferTLS: a
                                                                 restart would cut
                                                                 it off
    db2   SECONDARY  allowTLS  preferTLS  0s   2027-11-24, 364d  nothing
    db3   DOWN       ?         preferTLS  ?    2026-11-27, 3d    ?

     Problem  db3  mongod does not answer: connection refused
        Note  member and version left out for want of room; `--format json` has all
    ");
}

#[test]
fn a_narrow_terminal_gets_blocks() {
    insta::assert_snapshot!(at(Width::Columns(50)), @r"
    Host         db1
    Member       db1.lab.test:27017
    Role         PRIMARY
    Running      allowTLS
    File         preferTLS
    Lag          -
    Certificate  2027-11-24, 364d
    Version      6.0.5
    Pending      the file says preferTLS: a restart
                 would cut it off

    Host         db2
    Member       db2.lab.test:27017
    Role         SECONDARY
    Running      allowTLS
    File         preferTLS
    Lag          0s
    Certificate  2027-11-24, 364d
    Version      6.0.5
    Pending      nothing

    Host         db3
    Member       ?
    Role         DOWN
    Running      ?
    File         preferTLS
    Lag          ?
    Certificate  2026-11-27, 3d
    Version      ?
    Pending      ?

     Problem  db3  mongod does not answer: connection
                   refused
    ");
}

#[test]
fn what_earlier_runs_left_open_is_under_the_table() {
    let layout = Layout { width: Width::Columns(80), ..Layout::default() };
    let text = render(&rows()[..2], &left(), &layout);
    insta::assert_snapshot!(text, @r"
    Host  Role       Running   File       Lag  Certificate       Pending
    db1   PRIMARY    allowTLS  preferTLS  -    2027-11-24, 364d  the file says
                                                                 preferTLS: a
                                                                 restart would cut
                                                                 it off
    db2   SECONDARY  allowTLS  preferTLS  0s   2027-11-24, 364d  nothing

    Left open db3  restart mongod, begun 2026-11-26 01:00:07 UTC: the run ended
                   before its outcome; the host itself says what became of it
    Left open db2  set tlsMode preferTLS, begun 2026-11-26 01:00:07 UTC: the
                   connection broke; the host itself says what became of it
        Note  member and version left out for want of room; `--format json` has all
    ");
}

#[test]
fn no_width_cuts_anything_off() {
    for columns in 1..140 {
        let text = at(Width::Columns(columns));
        for word in ["db1", "PRIMARY", "DOWN", "allowTLS", "preferTLS", "364d", "refused"] {
            assert!(text.contains(word), "`{word}` at {columns} columns:\n{text}");
        }
    }
}

#[test]
fn programs_get_seconds_and_null() {
    let rows = rows();
    assert_eq!(
        serde_json::to_value(&rows[1]).unwrap(),
        serde_json::json!({
            "host": "db2", "member": "db2.lab.test:27017", "state": "SECONDARY",
            "mode": "allowTLS", "file_mode": "preferTLS", "lag_seconds": 0.0,
            "certificate_expires": "2027-11-24", "certificate_days": 364, "version": "6.0.5",
            "pending": null, "problem": null,
        })
    );
    assert_eq!(serde_json::to_value(&rows[2]).unwrap()["lag_seconds"], serde_json::Value::Null);
}
