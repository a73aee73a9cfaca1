//! Whole runs as they are printed: what a person reads, what a pipe gets, what cron gets.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails the test")]

use std::io::{self, Write};

use tlsplan::{
    cluster::check::{self, Assessment, CheckId, Subject},
    engine::progress::Progress,
    error::Exit,
    event::{Event, Problem, ProblemSeverity, Sink, Warning},
    name::HostName,
    report::{
        Reporter, Settings,
        settings::{Color, Format, Verbosity},
    },
    steps::{error::StepError, tls_mode::preflight::Checked},
};

mod captured;
mod recording;

use captured::reporter;

/// Plays a run and gives both streams.
fn play(beats: Vec<recording::Beat>, settings: Settings, columns: Option<usize>) -> [String; 2] {
    let (report, out, err) = reporter(settings, columns);
    let exit = beats.iter().find_map(|(event, _)| match event {
        Event::Finished { exit, .. } => Some(*exit),
        _ => None,
    });
    for (event, _) in beats {
        report.emit(event);
    }
    if exit == Some(Exit::PutBack) {
        report.error(&recording::NotBack(recording::LastSeen));
    }
    assert_eq!(Some(report.finish(exit.unwrap())), exit);
    [out.text(), err.text()]
}

fn with(verbosity: Verbosity) -> Settings {
    Settings { verbosity, ..Settings::default() }
}

#[test]
fn an_upgrade_is_one_line_per_fact() {
    let [out, err] = play(recording::upgrade(), Settings::default(), None);
    insta::assert_snapshot!(out, @r"
        Plan  rs0 to TLS: 3 steps on 3 hosts
     Checked  db1 db2 db3  certificates: chain, names, dates, keys
       Order  db3 and db2 first, primary db1 last
     Warning  10.0.9.4 (app `billing`) still speaks plaintext; no step waits for it
        Step  1/3  accept TLS beside plaintext
        Diff  db3  /etc/mongod.conf
        @@ -6,3 +6,6 @@
         net:
           port: 27017
        -  # tls: disabled
        +  tls:
        +    mode: allowTLS
        +    certificateKeyFile: /etc/ssl/mongodb/server.pem
     Changed  db3  mongod.conf: net.tls.mode disabled -> allowTLS
    Restarted db3  mongod, SECONDARY again after 3.1s, lag 0s
     Changed  db2  mongod.conf: net.tls.mode disabled -> allowTLS
    Restarted db2  mongod, SECONDARY again after 3.1s, lag 0s
     Elected  db2  primary 1.2s after `db1` was asked to step down
     Changed  db1  mongod.conf: net.tls.mode disabled -> allowTLS
    Restarted db1  mongod, SECONDARY again after 3.1s, lag 0s
     Reached  accept TLS beside plaintext: 6 changes in 21s
        Step  2/3  prefer TLS
        Diff  db1  /etc/mongod.conf
        @@ -6,3 +6,6 @@
         net:
           port: 27017
        -  # tls: allowTLS
        +  tls:
        +    mode: preferTLS
        +    certificateKeyFile: /etc/ssl/mongodb/server.pem
     Changed  db1  mongod.conf: net.tls.mode allowTLS -> preferTLS
     Changed  db2  mongod.conf: net.tls.mode allowTLS -> preferTLS
     Changed  db3  mongod.conf: net.tls.mode allowTLS -> preferTLS
     Changed  db2  tlsMode allowTLS -> preferTLS, set by mongosh, read by driver
     Changed  db3  tlsMode allowTLS -> preferTLS, set by mongosh, read by driver
     Changed  db1  tlsMode allowTLS -> preferTLS, set by mongosh, read by driver
     Reached  prefer TLS: 6 changes in 2s
        Step  3/3  require TLS
         Met  require TLS: nothing to change
        Done  the plan is met after 12 changes (1m 05s)
    ");
    assert_eq!(err, "");
}

#[test]
fn a_failure_tells_the_facts_on_stdout_and_the_error_on_stderr() {
    let [out, err] = play(recording::failure(), Settings::default(), None);
    insta::assert_snapshot!(out, @r"
        Plan  rs0 to TLS: 3 steps on 3 hosts
     Checked  db1 db2 db3  certificates: chain, names, dates, keys
       Order  db3 and db2 first, primary db1 last
     Warning  10.0.9.4 (app `billing`) still speaks plaintext; no step waits for it
        Step  1/3  accept TLS beside plaintext
        Diff  db3  /etc/mongod.conf
        @@ -6,3 +6,6 @@
         net:
           port: 27017
        -  # tls: disabled
        +  tls:
        +    mode: allowTLS
        +    certificateKeyFile: /etc/ssl/mongodb/server.pem
     Changed  db3  mongod.conf: net.tls.mode disabled -> allowTLS
    Restarted db3  mongod, SECONDARY again after 3.1s, lag 0s
     Changed  db2  mongod.conf: net.tls.mode disabled -> allowTLS
      Failed  db2  mongod in the new mode; putting it back
    Put back  db2  SECONDARY in disabled after 2.8s
     Stopped  3 changes were made (1m 24s)
    ");
    insta::assert_snapshot!(err, @r#"
    error: `db2` was not SECONDARY within 60s of the restart of `mongod`
      caused by: last seen after 58s: RECOVERING, lag 41s
    hint: db2 was put back on its old configuration and is SECONDARY; db1 was not touched
    hint: the mongod log says: "Failed to find member in config, waiting for heartbeat"
    hint: run `tlsplan apply plans/prod.toml` again when db2 has caught up
    "#);
}

#[test]
fn a_narrow_page_wraps_under_the_fact() {
    let [out, err] = play(recording::failure(), Settings::default(), Some(50));
    insta::assert_snapshot!(out, @r"
        Plan  rs0 to TLS: 3 steps on 3 hosts
     Checked  db1 db2 db3  certificates: chain, names,
                           dates, keys
       Order  db3 and db2 first, primary db1 last
     Warning  10.0.9.4 (app `billing`) still speaks
              plaintext; no step waits for it
        Step  1/3  accept TLS beside plaintext
        Diff  db3  /etc/mongod.conf
        @@ -6,3 +6,6 @@
         net:
           port: 27017
        -  # tls: disabled
        +  tls:
        +    mode: allowTLS
        +    certificateKeyFile: /etc/ssl/mongodb/server.pem
     Changed  db3  mongod.conf: net.tls.mode disabled
                   -> allowTLS
    Restarted db3  mongod, SECONDARY again after 3.1s,
                   lag 0s
     Changed  db2  mongod.conf: net.tls.mode disabled
                   -> allowTLS
      Failed  db2  mongod in the new mode; putting it
                   back
    Put back  db2  SECONDARY in disabled after 2.8s
     Stopped  3 changes were made (1m 24s)
    ");
    insta::assert_snapshot!(err, @r#"
    error: `db2` was not SECONDARY within 60s of the
           restart of `mongod`
      caused by: last seen after 58s: RECOVERING, lag
                 41s
    hint: db2 was put back on its old configuration
          and is SECONDARY; db1 was not touched
    hint: the mongod log says: "Failed to find member
          in config, waiting for heartbeat"
    hint: run `tlsplan apply plans/prod.toml` again
          when db2 has caught up
    "#);
}

#[test]
fn quiet_is_silent_on_success_and_one_line_otherwise() {
    assert_eq!(play(recording::upgrade(), with(Verbosity::Quiet), None), ["", ""]);
    let [out, err] = play(recording::failure(), with(Verbosity::Quiet), None);
    assert_eq!(out, "");
    insta::assert_snapshot!(err, @r#"
    error: `db2` was not SECONDARY within 60s of the restart of `mongod`: last seen after 58s: RECOVERING, lag 41s; hint: db2 was put back on its old configuration and is SECONDARY; db1 was not touched; hint: the mongod log says: "Failed to find member in config, waiting for heartbeat"; hint: run `tlsplan apply plans/prod.toml` again when db2 has caught up
    "#);
    assert_eq!(err.lines().count(), 1);
}

#[test]
fn quiet_says_one_line_also_for_a_stop_that_is_no_error() {
    let took = std::time::Duration::from_secs(9);
    let stopped = Event::Finished { exit: Exit::PartWay, changed: 3, took };
    let quiet = play(vec![(stopped, 0)], with(Verbosity::Quiet), None);
    assert_eq!(quiet, ["", "stopped: 3 changes were made (exit 20)\n"]);
}

#[test]
fn verbose_also_tells_what_is_being_done_and_seen() {
    let [normal, _] = play(recording::upgrade(), Settings::default(), None);
    let [verbose, _] = play(recording::upgrade(), with(Verbosity::Verbose), None);
    for line in [
        " Working  db3  waiting until it is back\n",
        "    Seen  db3  RECOVERING, lag 4s\n",
        "    Diff  db2  /etc/mongod.conf: as shown for `db3`\n",
    ] {
        assert!(verbose.contains(line) && !normal.contains(line), "{line}");
    }
}

#[test]
fn colour_adds_nothing_and_takes_nothing_away() {
    let coloured = Settings { color: Color::Always, ..Settings::default() };
    let plain = play(recording::failure(), Settings::default(), None);
    let painted = play(recording::failure(), coloured, None);
    assert_ne!(plain, painted);
    assert_eq!(plain, painted.map(|text| console::strip_ansi_codes(&text).into_owned()));
}

#[test]
fn nothing_but_text_reaches_a_pipe() {
    let (report, out, err) = reporter(Settings::default(), None);
    let evil = "x\u{1b}]0;pwn\u{7}\rOK\n[ok] db2 done\u{202e}";
    let warning = Warning::RemoteWords { words: evil.into() };
    report.emit(Event::Warning { host: Some(recording::host(evil)), warning });
    let (host, path, diff) = (recording::host(evil), evil.into(), format!("+{evil}"));
    report.emit(Event::Diff { host, path, diff });
    let problem = Problem {
        severity: ProblemSeverity::Error,
        message: evil.into(),
        place: None,
        help: Some(evil.into()),
    };
    report.emit(Event::Problems { problems: vec![problem] });
    for text in [out.text(), err.text()] {
        assert!(text.contains("pwn"));
        assert!(
            !text.contains(|c: char| (c.is_control() && c != '\n') || c == '\u{202e}'),
            "{text}"
        );
        assert!(!text.contains("\n[ok]"), "{text}");
    }
}

/// A stream that fails as the system would make it.
struct Broken(io::ErrorKind);

impl Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_that_goes_away_does_not_end_the_run() {
    for format in [Format::Text, Format::Json] {
        let settings = Settings { format, ..Settings::default() };
        let (_, _, err) = reporter(settings, None);
        let gone = Broken(io::ErrorKind::BrokenPipe);
        let report = Reporter::writing_to(settings, gone, err.clone(), None);
        for (event, _) in recording::upgrade() {
            report.emit(event);
        }
        assert_eq!(report.finish(Exit::Converged), Exit::Converged);
        assert_eq!(err.text(), "");
    }
}

#[test]
fn a_record_that_could_not_be_written_is_not_a_success() {
    let (_, _, err) = reporter(Settings::default(), None);
    let full = Broken(io::ErrorKind::StorageFull);
    let report = Reporter::writing_to(Settings::default(), full, err.clone(), None);
    for (event, _) in recording::upgrade() {
        report.emit(event);
    }
    assert_eq!(report.finish(Exit::Converged), Exit::State);
    assert!(err.text().starts_with("error: a part of the output is lost"), "{}", err.text());
}

/// What the checks found: on one host alone, on two alike, and one that a plan waives.
fn checked() -> Checked {
    let pem = || Subject::File("/etc/ssl/mongodb/server.pem".to_owned());
    let finding = |id, hosts: &[&str], subject, seen: &str, fix: &str| check::Finding {
        id,
        severity: check::Severity::Refusal,
        hosts: hosts.iter().map(|&host| HostName::new(host)).collect(),
        subject,
        seen: seen.to_owned(),
        fix: fix.to_owned(),
    };
    let (expired, renew) =
        ("it expired 23h ago by the host's clock", "put a valid one in its place");
    let (ahead, set) = ("it is 60m ahead of the clock of this machine", "set that clock right");
    let waived = "it expires in 2 days, the plan asks for 14 days; waived: booked for Friday";
    Checked {
        verdict: Assessment {
            refusals: vec![
                finding(CheckId::CertificateDates, &["db1", "db2"], pem(), expired, renew),
                finding(CheckId::CertificateDates, &["db3"], Subject::Clock, ahead, set),
            ],
            warnings: vec![
                finding(CheckId::CertificateExpiry, &["db3"], pem(), waived, ""),
                finding(CheckId::ClientCertificates, &["db1", "db2"], pem(), "it is so", ""),
            ],
        },
        sound: vec![HostName::new("db4")],
        locked: vec![HostName::new("db5")],
    }
}

fn told(settings: Settings) -> [String; 2] {
    let (report, out, err) = reporter(settings, None);
    let checked = checked();
    let (_, known) = checked.verdict.warnings.split_at(1);
    if settings.verbosity == Verbosity::Verbose {
        checked.tell(&report, &[]);
    } else {
        checked.tell(&report, known);
    }
    for failure in checked.refusals() {
        report.error(&StepError::new(failure, Progress::Untouched));
    }
    assert_eq!(report.finish(Exit::Refused), Exit::Refused);
    [out.text(), err.text()]
}

#[test]
fn what_the_checks_found_is_told_host_by_host_with_the_way_out_and_once_what_is_safe() {
    let [out, err] = told(Settings::default());
    insta::assert_snapshot!(out, @r"
    Checked  db4  certificates: chain, names, dates, keys
    Checked  db5  certificates: chain, names, dates; whether the pass phrase opens the key, the canary shows
    Warning  db3  P31: `/etc/ssl/mongodb/server.pem`: it expires in 2 days, the plan asks for 14 days; waived: booked for Friday
    ");
    insta::assert_snapshot!(err, @r#"
    error: P5: `/etc/ssl/mongodb/server.pem` on `db1` and `db2`: it expired 23h ago by the host's clock
    hint: why it matters: mongod does not start with a certificate outside its dates, and peers refuse it; the host's clock decides
    hint: put a valid one in its place
    hint: to go on in spite of it: `P5 = "the reason"` under `[waive]` in the plan
    error: P5: the clock of `db3`: it is 60m ahead of the clock of this machine
    hint: why it matters: mongod does not start with a certificate outside its dates, and peers refuse it; the host's clock decides
    hint: set that clock right
    hint: to go on in spite of it: `P5 = "the reason"` under `[waive]` in the plan
    hint: nothing was touched on any host
    "#);
}

#[test]
fn what_the_checks_found_is_one_line_for_cron_and_a_record_each_for_programs() {
    let [out, err] = told(with(Verbosity::Quiet));
    assert_eq!(out, "");
    insta::assert_snapshot!(err, @r#"
    error: P5: `/etc/ssl/mongodb/server.pem` on `db1` and `db2`: it expired 23h ago by the host's clock; hint: why it matters: mongod does not start with a certificate outside its dates, and peers refuse it; the host's clock decides; hint: put a valid one in its place; hint: to go on in spite of it: `P5 = "the reason"` under `[waive]` in the plan; also: P5: the clock of `db3`: it is 60m ahead of the clock of this machine
    "#);
    let json =
        Settings { format: Format::Json, verbosity: Verbosity::Verbose, ..Settings::default() };
    let [out, _] = told(json);
    let records = out.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let records = records.map(|record| {
        let text = ["text", "message"].iter().find_map(|key| record[key].as_str());
        let text = text.unwrap_or_default();
        format!("{} {} {text}", record["event"], record["machine"])
    });
    insta::assert_snapshot!(records.collect::<Vec<_>>().join("\n"), @r#"
    "checked" "db4" certificates: chain, names, dates, keys
    "checked" "db5" certificates: chain, names, dates; whether the pass phrase opens the key, the canary shows
    "warning" "db3" P31: `/etc/ssl/mongodb/server.pem`: it expires in 2 days, the plan asks for 14 days; waived: booked for Friday
    "warning" null P9: `/etc/ssl/mongodb/server.pem` on `db1` and `db2`: it is so
    "error" null P5: `/etc/ssl/mongodb/server.pem` on `db1` and `db2`: it expired 23h ago by the host's clock
    "error" null P5: the clock of `db3`: it is 60m ahead of the clock of this machine
    "#);
}
