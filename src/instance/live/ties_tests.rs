//! Which plans do not fit which processes.

use std::time::Duration;

use mongodb::bson::doc;

use super::*;
use crate::{
    client::settings::TlsFiles,
    error::{Designed, Exit},
    name::{HostName, UnitName},
};

const FILE: &str = "/etc/mongod.conf";

fn plan() -> InstanceSettings {
    InstanceSettings {
        service: UnitName::new("mongod"),
        config_file: FILE.to_owned(),
        template: None,
        port: 27017,
        username: None,
        password: None,
        drain: Duration::ZERO,
        confirm_within: None,
        start_timeout: Duration::from_secs(60),
        tls: TlsFiles::default(),
        client: None,
        read_with: None,
        certificate_days_left: 14,
    }
}

fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

fn line(argv: &str, config_file: Option<&str>) -> CommandLine {
    CommandLine { argv: words(argv), config_file: config_file.map(str::to_owned), parsed: doc! {} }
}

fn well(line: &CommandLine) -> Seen<'_> {
    Seen {
        file_port: Some(27017),
        command_line: Some(line),
        argv: None,
        answering: Some(312),
        main_pid: 312,
        reload: Reload::UpToDate,
        not_replaceable: None,
        helpless: None,
    }
}

#[test]
fn a_command_line_has_to_leave_the_word_to_the_plans_file() {
    let option = |name: &str| Tie::TlsOption { option: name.to_owned() };
    let other = |path: &str| Tie::OtherFile { path: path.to_owned() };
    for (argv, file, expected) in [
        ("mongod --config /etc/mongod.conf", Some(FILE), vec![]),
        ("mongod -f /etc//mongod.conf", Some("/etc//mongod.conf"), vec![]),
        ("mongod -f /etc/mongod.conf --setParameter tlsUseSystemCA=1", Some(FILE), vec![]),
        ("mongod --config=/etc/b.conf", Some("/etc/b.conf"), vec![other("/etc/b.conf")]),
        ("mongod -f mongod.conf", Some("mongod.conf"), vec![other("mongod.conf")]),
        ("mongod --port 27017", None, vec![Tie::NoFile]),
        ("mongod -f /etc/mongod.conf -f/b", Some(FILE), vec![Tie::SecondFile]),
        ("mongod --config=/etc/mongod.conf --config /b", Some(FILE), vec![Tie::SecondFile]),
        (
            "mongod -f /etc/mongod.conf --tlsMode allowTLS --sslPEMKeyPassword=hunter2",
            Some(FILE),
            vec![option("--tlsMode"), option("--sslPEMKeyPassword")],
        ),
        ("mongod --sslOnNormalPorts", None, vec![Tie::NoFile, option("--sslOnNormalPorts")]),
    ] {
        let line = line(argv, file);
        assert_eq!(loose(&plan(), &well(&line)), expected, "{argv}");
    }
}

#[test]
fn port_process_unit_and_folder_are_tied_too_and_all_is_told_at_once() {
    let line = line("mongod -f /etc/mongod.conf", Some(FILE));
    let all = Seen {
        file_port: Some(27018),
        answering: Some(99),
        reload: Reload::Needed,
        not_replaceable: Some("Read-only file system"),
        helpless: Some("it has no bash"),
        ..well(&line)
    };
    let expected = [
        Tie::FilePort { port: 27018 },
        Tie::OtherProcess { answering: 99, main_pid: 312 },
        Tie::NotReloaded,
        Tie::NotReplaceable { reason: "Read-only file system".to_owned() },
        Tie::Helpless { reason: "it has no bash".to_owned() },
    ];
    assert_eq!(loose(&plan(), &all), expected);
    let alone = Seen { helpless: None, ..all };
    assert_eq!(loose(&plan(), &alone), expected[..4]);
    let stopped = Seen { main_pid: 0, ..well(&line) };
    let orphan = Tie::OtherProcess { answering: 312, main_pid: 0 };
    assert_eq!(loose(&plan(), &stopped), [orphan]);
}

#[test]
fn a_silent_server_is_held_to_what_its_host_shows() {
    let argv = words("mongod --tlsMode=requireTLS");
    let down = |argv| Seen { command_line: None, answering: None, main_pid: 0, argv, ..nothing() };
    assert_eq!(loose(&plan(), &down(None)), []);
    let option = Tie::TlsOption { option: "--tlsMode".to_owned() };
    assert_eq!(loose(&plan(), &down(Some(&argv))), [option]);
    let elsewhere = Seen { file_port: Some(1), ..nothing() };
    assert_eq!(loose(&plan(), &elsewhere), [Tie::FilePort { port: 1 }]);
}

fn nothing() -> Seen<'static> {
    Seen {
        file_port: None,
        command_line: None,
        argv: None,
        answering: None,
        main_pid: 0,
        reload: Reload::UpToDate,
        not_replaceable: None,
        helpless: None,
    }
}

#[test]
fn every_loose_tie_is_a_refusal_with_one_sentence_and_a_way_out() {
    let text = |text: &str| text.to_owned();
    for (tie, sentence) in [
        (Tie::NoFile, "the server on `db1` was started without a configuration file"),
        (
            Tie::OtherFile { path: text("/b") },
            "the server on `db1` reads `/b`, not the plan's `/etc/mongod.conf`",
        ),
        (Tie::SecondFile, "the server on `db1` has two configuration files on its command line"),
        (
            Tie::TlsOption { option: text("--tlsMode") },
            "the server on `db1` has `--tlsMode` on its command line, which wins over `/etc/mongod.conf`",
        ),
        (
            Tie::FilePort { port: 1 },
            "`/etc/mongod.conf` on `db1` says port 1, and the plan says port 27017",
        ),
        (
            Tie::OtherProcess { answering: 9, main_pid: 7 },
            "at port 27017 of `db1` process 9 answers, and the unit `mongod` runs process 7",
        ),
        (
            Tie::OtherProcess { answering: 9, main_pid: 0 },
            "at port 27017 of `db1` process 9 answers, and the unit `mongod` does not run",
        ),
        (
            Tie::NotReloaded,
            "the files of the unit `mongod` on `db1` changed, and systemd has not read them",
        ),
        (
            Tie::NotReplaceable { reason: text("No space left on device") },
            "`/etc/mongod.conf` on `db1` cannot be replaced: No space left on device",
        ),
    ] {
        let error = Untied { host: HostName::new("db1"), plan: plan(), tie };
        assert_eq!(error.to_string(), sentence);
        assert_eq!((error.exit(), error.hints().len()), (Exit::Refused, 1));
    }
}
