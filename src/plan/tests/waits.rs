//! The steps `wait` and `confirm`: what they say arrives, and what is wrong with them is told.

use std::time::Duration;

use super::loading::{REST, assert_one, load_text};
use crate::plan::model::{Action, Confirm, Step, Wait};

fn step(lines: &str) -> Step {
    let plan = load_text(format!("{REST}[[steps]]\n{lines}\n")).unwrap_or_else(|problems| {
        panic!("{lines}: {:#?}", problems.iter().map(|one| &one.message).collect::<Vec<_>>())
    });
    plan.steps.into_iter().nth(1).unwrap()
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn what_a_wait_says_arrives_with_a_name_and_a_deadline() {
    let port = |address: &str, port| Wait::Port { address: address.to_owned(), port };
    let command = |argv: &[&str], every| Wait::Command {
        argv: words(argv),
        every: Duration::from_secs(every),
    };
    for (value, wait, name) in [
        ("{ healthy = true }", Wait::Healthy, "wait until every member is healthy"),
        ("{ for = \"30s\" }", Wait::For(Duration::from_secs(30)), "wait for 30s"),
        ("{ for = \"1m30s\" }", Wait::For(Duration::from_secs(90)), "wait for 1m 30s"),
        ("{ port = 27017 }", port("127.0.0.1", 27017), "wait for port 27017"),
        ("{ port = 1, address = \"::1\" }", port("::1", 1), "wait for port 1"),
        ("{ command = \"uptime\" }", command(&["uptime"], 5), "wait for `uptime`"),
        (
            "{ command = \"test -f '/tmp/a b'\", every = \"1m\" }",
            command(&["test", "-f", "/tmp/a b"], 60),
            "wait for `test`",
        ),
        (
            "{ command = [\"sh\", \"-c\", \"a | b\"] }",
            command(&["sh", "-c", "a | b"], 5),
            "wait for `sh`",
        ),
    ] {
        let step = step(&format!("wait = {value}"));
        assert_eq!((step.name.as_str(), &step.action), (name, &Action::Wait(wait)), "{value}");
        assert_eq!(step.timeout, Some(Duration::from_secs(300)), "{value}");
    }
    let named = step("wait = { for = \"1h\" }\nname = \"x\"");
    assert_eq!((named.name.as_str(), named.timeout), ("x", Some(Duration::from_secs(3600))));
}

#[test]
fn a_question_arrives_with_a_name_that_fits_a_line() {
    let question = format!("Has the import gone over to TLS{}?", " now".repeat(20));
    let asked = step(&format!("confirm = \"{question}\"\ntimeout = \"1h\""));
    assert_eq!(asked.action, Action::Confirm(Confirm { question: question.clone() }));
    assert_eq!(asked.timeout, Some(Duration::from_secs(3600)));
    assert_eq!(asked.name.chars().count(), 60, "{}", asked.name);
    assert!(asked.name.starts_with("confirm: Has the import") && asked.name.ends_with("..."));
    let short = step("confirm = \"Sure?\"");
    assert_eq!(short.name, "confirm: Sure?");
    assert_eq!(short.timeout, Some(Duration::from_secs(300)));
}

#[test]
fn what_is_wrong_with_a_wait_is_told() {
    for (lines, expected) in [
        ("wait = \"30s\"", "5:8 `wait` has to be a table"),
        ("wait = {}", "5:8 `wait` does not say what it waits for | add one of `healthy`"),
        (
            "wait = { helthy = true }",
            "5:10 unknown key `helthy` in `wait` | did you mean `healthy`?",
        ),
        (
            "wait = { healthy = true, for = \"30s\" }",
            "5:26 `wait` has `healthy` and `for` | make a step of each",
        ),
        ("wait = { healthy = false }", "5:20 `healthy` can only be waited for"),
        ("wait = { healthy = 1 }", "5:20 `healthy` has to be `true` or `false`"),
        ("wait = { for = \"30\" }", "5:16 `30` has no unit"),
        ("wait = { for = \"0s\" }", "5:16 `for` cannot be zero"),
        ("wait = { port = 0 }", "5:17 `port` is out of range"),
        ("wait = { port = 1, address = \"a b\" }", "5:30 `a b` is not an address"),
        ("wait = { for = \"1s\", address = \"a\" }", "5:22 `address` belongs to `port`"),
        ("wait = { port = 1, every = \"1s\" }", "5:20 `every` belongs to `command`"),
        ("wait = { command = \"x\", every = \"0s\" }", "5:33 `every` cannot be zero"),
        ("wait = { command = 1 }", "5:20 `command` has to be a text or a list of words"),
        ("wait = { command = \" \" }", "5:20 this command is empty"),
        ("wait = { command = [] }", "5:20 `command` names no program"),
        ("wait = { command = [\"a\", 1] }", "5:26 `command` has to be a text"),
        ("wait = { command = \"a 'b\" }", "5:20 a quote in the command is not closed"),
        (
            "wait = { command = \"a | b\" }",
            "5:20 a command cannot hold `|` | no shell reads it; write a list",
        ),
        ("wait = { command = \"a # b\" }", "5:20 a command cannot hold a comment"),
        (
            "wait = { command = [\"a\", { env = \"PASSWORD\" }] }",
            "5:26 `command` cannot hold a secret | let the command read the secret from a file",
        ),
        ("wait = { command = { env = \"PASSWORD\" } }", "5:20 `command` cannot hold a secret"),
        (
            "wait = { healthy = true }\nhosts = \"db1\"",
            "6:1 `hosts` has no use in this `wait` step | take it out",
        ),
        ("wait = { for = \"1s\" }\nhosts = \"db1\"", "6:1 `hosts` has no use in this `wait` step"),
        ("wait = { for = \"1h\" }\ntimeout = \"1m\"", "6:11 `timeout` is shorter than the time"),
        ("confirm = \"\"", "5:11 this text is empty"),
        ("confirm = \"a\\nb\"", "5:11 this text cannot hold `\\n`"),
        ("confirm = 1", "5:11 `confirm` has to be a text"),
        ("confirm = \"x\"\nhosts = \"db1\"", "6:1 `hosts` has no use in this `confirm` step"),
        ("confirm = \"x\"\nvia = \"restart\"", "6:1 `via` belongs to a `tls_mode` step"),
    ] {
        assert_one(&format!("{REST}[[steps]]\n{lines}\n"), expected);
    }
}

#[test]
fn a_port_and_a_command_are_waited_for_on_the_selected_hosts() {
    let text = "[hosts]\na = { groups = [\"g\"] }\nb = { mongodb = false, groups = [\"g\"] }\nc = {}\n\
                [[steps]]\nwait = { port = 1 }\nhosts = \"@g\"\n[[steps]]\nwait = { command = \"x\" }\n\
                [[steps]]\nwait = { healthy = true }\n";
    let plan = load_text(text).unwrap();
    let hosts =
        |step: usize| plan.steps[step].hosts.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!([hosts(0), hosts(1)], [vec!["a", "b"], vec!["a", "b", "c"]]);
    assert_eq!(hosts(2), ["a", "c"]);
}
