//! Lines of both forms.

use crate::cluster::{
    clients::{ConnectionEvent, LogEvent, Remote},
    mode::TlsMode,
};

#[test]
fn both_forms_say_the_same() {
    let at = "2026-11-26T19:50:56.782Z".parse().unwrap();
    let client = ConnectionEvent::Client {
        connection: 7,
        application: Some("bil\\\"ling".to_owned()),
        driver: "nodejs 5.9.2".to_owned(),
    };
    let from = |address: &str| Remote { address: address.to_owned(), port: 36470 };
    for (line, what) in [
        (
            r#"{"t":{"$date":"2026-11-26T19:50:56.782+00:00"},"id":22943,"ctx":"listener","attr":{"remote":"10.0.0.9:36470","connectionId":7}}"#,
            ConnectionEvent::Accepted(7, from("10.0.0.9")),
        ),
        (
            "2026-11-26T20:50:56.782+0100 I  NETWORK  [listener] connection accepted from 10.0.0.9:36470 #7 (1 connection now open)",
            ConnectionEvent::Accepted(7, from("10.0.0.9")),
        ),
        (
            "2026-11-26T19:50:56.782+0000 I  NETWORK  [listener] connection accepted from [fd00::9]:36470 #7 (2 connections now open)",
            ConnectionEvent::Accepted(7, from("fd00::9")),
        ),
        (
            "2026-11-26T19:50:56.782+0000 I  NETWORK  [listener] connection accepted from anonymous unix socket #7 (2 connections now open)",
            ConnectionEvent::Accepted(
                7,
                Remote { address: "anonymous unix socket".to_owned(), port: 0 },
            ),
        ),
        (
            "2026-11-26T19:50:56.782+0000 I  NETWORK  [conn7] end connection 10.0.0.9:36470 (0 connections now open)",
            ConnectionEvent::Ended(7),
        ),
        (
            "2026-11-26T19:50:56.782+0000 I  NETWORK  [conn7] received client metadata from 10.0.0.9:36470 conn7: { application: { name: \"bil\\\"ling\" }, driver: { name: \"nodejs\", version: \"5.9.2\" } }",
            client,
        ),
        (
            "2026-11-26T19:50:56.782+0000 I  NETWORK  [conn7] Accepted connection with TLS Version 1.3 from connection 10.0.0.9:36470",
            ConnectionEvent::Handshake(7, from("10.0.0.9")),
        ),
        (
            r#"{"t":{"$date":"2026-11-26T19:50:56.782+00:00"},"id":4615611,"ctx":"initandlisten","msg":"MongoDB starting"}"#,
            ConnectionEvent::Started,
        ),
        (
            "2026-11-26T19:50:56.782+0000 I  CONTROL  [initandlisten] MongoDB starting : pid=18867 port=29114",
            ConnectionEvent::Started,
        ),
        (
            r#"{"t":{"$date":"2026-11-26T19:50:56.782+00:00"},"id":23435,"ctx":"conn4","attr":{"parameterName":"tlsMode","newValue":"\"preferTLS\"","oldValue":"\"allowTLS\""}}"#,
            ConnectionEvent::Mode(TlsMode::Prefer),
        ),
        (
            "2026-11-26T19:50:56.782Z I  NETWORK  [conn7] end connection 10.0.0.9:36470 (0 connections now open)",
            ConnectionEvent::Ended(7),
        ),
        (
            r#"2026-11-26T19:50:56.782+0000 I  COMMAND  [conn4] successfully set parameter tlsMode to "preferTLS" (was "allowTLS")"#,
            ConnectionEvent::Mode(TlsMode::Prefer),
        ),
        (
            r#"{"t":{"$date":"2026-11-26T19:50:56.782+00:00"},"id":23838,"ctx":"conn7","attr":{"connectionId":7,"remote":"10.0.0.9:36470"}}"#,
            ConnectionEvent::Plaintext(7),
        ),
    ] {
        assert_eq!(LogEvent::parse(line), Some(LogEvent { at, what }), "{line}");
    }
}

#[test]
fn handshakes_with_others_and_other_lines_are_none_of_ours() {
    for line in [
        r#"{"t":{"$date":"2026-11-26T19:50:56.782+00:00"},"id":23218,"ctx":"ReplNetwork","attr":{"tlsVersion":"1.3","remoteHost":"10.0.0.12:27017"}}"#,
        r#"{"t":{"$date":"2026-11-26T19:50:56.782+00:00"},"id":1,"ctx":"conn7"}"#,
        "2026-11-26T19:50:56.782+0000 I  NETWORK  [conn7] something else",
        "not a line of a log",
        "",
    ] {
        assert_eq!(LogEvent::parse(line), None, "{line}");
    }
}
