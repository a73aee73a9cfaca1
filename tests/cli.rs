//! The program itself: exact standard output, standard error and exit code.

use std::{fs, io::Read, process::Stdio};

mod program;

use program::Test;

#[test]
fn the_version_goes_to_stdout() {
    let version = format!("tlsplan {}\n", env!("CARGO_PKG_VERSION"));
    Test::new(&["--version"]).stdout(&version).exits(0);
}

#[test]
fn help_is_short() {
    let (short, stderr, status) = Test::new(&["-h"]).run();
    assert_eq!((stderr.as_str(), status), ("", Some(0)));
    insta::assert_snapshot!(short, @r"
    Move a running MongoDB cluster from plaintext to TLS only, over SSH, without an outage

    Usage: tlsplan [OPTIONS] <COMMAND>

    Commands:
      check     Check a plan without connecting to anything
      plan      Show what `apply` would do, and change nothing
      apply     Bring the cluster to what the plan says
      rollback  Go back to the files that were there before the first change
      confirm   Say yes to a question of the plan
      status    Show where every host is
      explain   Say what a server's words about TLS mean, and what to do about them
      help      Print this message or the help of the given subcommand(s)

    Options:
          --state-dir <DIR>  Where the journals of runs are
      -h, --help             Print help (see more with '--help')
      -V, --version          Print version

    Output:
          --format <FORMAT>  The form of the output [default: text] [possible values: text, json]
      -v, --verbose          Say more: what is being done and what is seen meanwhile
      -q, --quiet            Say nothing on success, and one line otherwise
          --color <WHEN>     When to use colours [default: auto] [possible values: auto, always, never]

    Examples:
      tlsplan check plans/prod.toml                  is the plan sound?
      tlsplan plan plans/prod.toml                   what would be done?
      tlsplan apply plans/prod.toml                  do it, after a question
      tlsplan apply plans/prod.toml --yes --quiet    the same from cron
      tlsplan status plans/prod.toml --limit 'db*'   where are we?
      tlsplan rollback plans/prod.toml               back to the files of before
      tlsplan explain 23256                          what does a server's line about TLS mean?
    ");
}

#[test]
fn help_is_long_where_it_is_asked_for_in_full() {
    let (long, _, status) = Test::new(&["--help"]).run();
    assert_eq!(status, Some(0));
    insta::assert_snapshot!(long, @r"
    Move a running MongoDB cluster from plaintext to TLS only, over SSH, without an outage

    A plan is a TOML file that lists hosts and steps. tlsplan brings the hosts to what the plan says,
    one member at a time, and verifies every change from elsewhere before it touches the next member. It
    can be stopped at any moment and run again: the hosts themselves say what is left to do.

    Usage: tlsplan [OPTIONS] <COMMAND>

    Commands:
      check     Check a plan without connecting to anything
      plan      Show what `apply` would do, and change nothing
      apply     Bring the cluster to what the plan says
      rollback  Go back to the files that were there before the first change
      confirm   Say yes to a question of the plan
      status    Show where every host is
      explain   Say what a server's words about TLS mean, and what to do about them
      help      Print this message or the help of the given subcommand(s)

    Options:
          --state-dir <DIR>
              Where the journals of runs are
              
              Every run of `apply` writes one: what it is about to do and what came of it. `status`
              reads them. Without this option they are in `$XDG_STATE_HOME/tlsplan`, or else in
              `~/.local/state/tlsplan`, and for root without a `HOME` in `/var/lib/tlsplan`. It has to
              be a real directory of yours to which nobody else can write.

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Output:
          --format <FORMAT>
              The form of the output

              Possible values:
              - text: Lines for people
              - json: One JSON object per line
              
              [default: text]

      -v, --verbose
              Say more: what is being done and what is seen meanwhile

      -q, --quiet
              Say nothing on success, and one line otherwise

          --color <WHEN>
              When to use colours

              Possible values:
              - auto:   On a terminal, unless `NO_COLOR` is set
              - always: Also into pipes and files
              - never:  Not at all
              
              [default: auto]

    Examples:
      tlsplan check plans/prod.toml                  is the plan sound?
      tlsplan plan plans/prod.toml                   what would be done?
      tlsplan apply plans/prod.toml                  do it, after a question
      tlsplan apply plans/prod.toml --yes --quiet    the same from cron
      tlsplan status plans/prod.toml --limit 'db*'   where are we?
      tlsplan rollback plans/prod.toml               back to the files of before
      tlsplan explain 23256                          what does a server's line about TLS mean?

    Exit codes:
       0  converged, also when nothing had to be done
      20  stopped safely part-way: run again
      21  a step failed; the host was put back and that was verified
      22  a person is needed: a member is down, or a way back could not be verified
      23  the outcome is not known: `tlsplan status`, then run again
      64  the command line is wrong
      65  the plan is wrong
      69  a host cannot be reached
      70  a bug of tlsplan
      73  the journal or the output cannot be written, or the journal is damaged
      75  locked by another run, or outside the window: nothing was started
      76  a host key is unknown, changed or revoked
      77  permission: sudo, authentication or file modes stand in the way
      78  refused: quorum, lag, certificate, a forgotten member
    The most severe wins: 22, 23, 21, 76, 73, 70, 77, 78, 69, 20, 75.
    ");
}

#[test]
fn help_of_a_command_has_an_example() {
    for command in ["check", "plan", "apply", "status"] {
        let (help, _, status) = Test::new(&[command, "--help"]).run();
        assert_eq!(status, Some(0));
        assert!(help.contains(&format!("\n  tlsplan {command} plans/prod.toml")), "{help}");
    }
}

#[test]
fn a_wrong_command_line_exits_with_64() {
    Test::new(&["aply", "plan.toml"])
        .stderr(
            "error: unrecognized subcommand 'aply'\n\n  tip: a similar subcommand exists: 'apply'\n\n\
             Usage: tlsplan [OPTIONS] <COMMAND>\n\nFor more information, try '--help'.\n",
        )
        .exits(64);
    Test::new(&["check"])
        .stderr(
            "error: the following required arguments were not provided:\n  <PLAN>\n\n\
             Usage: tlsplan check <PLAN>\n\nFor more information, try '--help'.\n",
        )
        .exits(64);
    Test::new(&["check", "plan.toml", "--quiet", "--verbose"])
        .stderr(
            "error: the argument '--quiet' cannot be used with '--verbose'; \
             `tlsplan --help` says how it is meant\n",
        )
        .exits(64);
}

#[test]
fn no_command_shows_the_help_and_exits_with_64() {
    let (stdout, stderr, status) = Test::new(&[]).run();
    assert_eq!((stdout.as_str(), status), ("", Some(64)));
    assert!(stderr.contains("Usage: tlsplan [OPTIONS] <COMMAND>"), "{stderr}");
}

#[test]
fn a_missing_plan_is_an_invalid_plan() {
    for command in ["check", "plan", "apply", "status"] {
        let (stdout, stderr, status) = Test::new(&[command, "missing.toml"]).run();
        assert_eq!((stdout.as_str(), status), ("", Some(65)), "{stderr}");
        assert!(stderr.starts_with("error: ") && stderr.contains("missing.toml"), "{stderr}");
    }
}

#[test]
fn a_line_of_a_server_is_explained() {
    let line = "SSL peer certificate validation failed: certificate has expired";
    let (stdout, stderr, status) = Test::new(&["explain", line]).run();
    assert_eq!((stderr.as_str(), status), ("", Some(0)));
    insta::assert_snapshot!(stdout, @r"
     Says  certificate has expired
    Means  the certificate at the other end is past its last day, by the clock of the server that says so
    To do  replace it: on 5.0 and newer db.adminCommand({rotateCertificates: 1}) takes it without a restart. Connections that stand live on until they are opened anew
    ");
    let words: Vec<_> = ["explain"].into_iter().chain(line.split(' ')).collect();
    assert_eq!(Test::new(&words).run().0, stdout);
    let (stdout, _, status) = Test::new(&["explain", "23256", "--format", "json"]).run();
    let told: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(
        (&told["event"], &told["ids"][0], status),
        (&"explained".into(), &23256.into(), Some(0))
    );
    let (stdout, stderr, status) = Test::new(&["explain", "1"]).run();
    assert_eq!((stdout.as_str(), status), ("", Some(64)));
    assert!(stderr.starts_with("error: nothing is known of this line"), "{stderr}");
}

#[test]
fn quiet_has_one_line_for_an_error() {
    let (stdout, stderr, status) = Test::new(&["apply", "missing.toml", "--quiet"]).run();
    assert_eq!((stdout.as_str(), status), ("", Some(65)));
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
}

#[test]
fn programs_get_the_error_on_stdout() {
    let (stdout, stderr, status) = Test::new(&["check", "missing.toml", "--format", "json"]).run();
    assert_eq!((stderr.as_str(), status), ("", Some(65)));
    let last: serde_json::Value = serde_json::from_str(stdout.lines().last().unwrap()).unwrap();
    assert_eq!((&last["event"], &last["exit"]), (&"error".into(), &65.into()));
}

#[test]
fn colour_is_there_only_when_it_is_asked_for() {
    let said = |arguments: &[&str], variable: Option<&str>| {
        let test = Test::new(arguments);
        let output = test.command().envs(variable.map(|name| (name, "1"))).output().unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    let plain = said(&["check", "missing.toml"], None);
    assert!(!plain.contains('\u{1b}'));
    assert_eq!(said(&["check", "missing.toml", "--color", "never"], Some("CLICOLOR_FORCE")), plain);
    let painted = said(&["check", "missing.toml", "--color", "always"], Some("NO_COLOR"));
    assert!(painted.contains('\u{1b}'));
    assert_eq!(console::strip_ansi_codes(&painted), plain);
}

#[test]
fn a_closed_stdout_is_no_panic() {
    for arguments in [&["--help"][..], &["check", "missing.toml", "--format", "json"]] {
        let test = Test::new(arguments);
        let mut child =
            test.command().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        let status = child.wait().unwrap();
        assert_eq!(stderr, "");
        assert!(matches!(status.code(), Some(0 | 65)), "{status}");
    }
}

#[test]
fn a_full_disk_is_told_on_stderr() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let test = Test::new(&["check", "missing.toml", "--format", "json"]);
    let output = test.command().stdout(full).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("a part of the output is lost"), "{stderr}");
    assert_eq!(output.status.code(), Some(65));
}

#[test]
fn a_limit_that_hits_no_host_is_refused() {
    Test::new(&["check", "good.toml", "--limit", "db9"])
        .file("good.toml", "[hosts.db1]\n[[steps]]\ntls_mode = \"allowTLS\"\n")
        .stderr("error: no host is called `db9`\nhint: did you mean `db1`?\n")
        .exits(64);
}

/// Outside the window nothing is begun: there is no host at that address, and it is not looked for.
#[test]
fn a_closed_window_ends_the_run_before_it_begins() {
    let plan = "[hosts.db1]\naddress = \"192.0.2.1\"\n[[steps]]\ntls_mode = \"allowTLS\"\n\
        [mongodb.tls]\ncertificate_key_file = \"/s.pem\"\n\
        [window]\ntime_zone = \"UTC\"\nopen = [{ days = [\"mon\"], from = \"00:00\", for = \"1s\" }]\n";
    let (stdout, stderr, status) =
        Test::new(&["apply", "plan.toml", "--yes"]).file("plan.toml", plan).run();
    assert_eq!((stdout.as_str(), status), ("", Some(75)), "{stderr}");
    let lines: Vec<&str> = stderr.lines().collect();
    let [error, opens, ignore, safe] = lines[..] else { panic!("{stderr}") };
    assert_eq!(error, "error: the maintenance window of the plan is closed");
    assert!(opens.starts_with("hint: it opens Mon ") && opens.ends_with(" 00:00 UTC"), "{opens}");
    assert_eq!(ignore, "hint: `--ignore-window` begins now all the same");
    assert_eq!(safe, "hint: nothing was touched on any host");
}
