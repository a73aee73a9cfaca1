//! The `clients` step: what it says arrives, and what is wrong with it is told.

use std::time::Duration;

use super::loading::{REST, assert_one, complaints, load_text};
use crate::{
    cluster::{clients::Allowed, config::HandshakeLogging},
    plan::model::Action,
};

fn step(line: &str) -> String {
    format!("{REST}[[steps]]\n{line}\n")
}

#[test]
fn what_a_gate_says_arrives() {
    let text = step(
        "clients = { plaintext_free_for = \"10m\", allow = [\"10.0.9.0/24\", \"fd00::7\", { application = \"exporter\" }] }\ntimeout = \"1h\"",
    );
    let plan = load_text(text).unwrap();
    let gate = &plan.steps[1];
    let Action::Clients(wants) = &gate.action else { panic!("{gate:?}") };
    assert_eq!(gate.name, "every client speaks TLS");
    assert_eq!(gate.timeout, Some(Duration::from_secs(3600)));
    assert_eq!(wants.plaintext_free_for, Duration::from_secs(600));
    assert_eq!(
        wants.allow,
        [
            Allowed::Network("10.0.9.0/24".parse().unwrap()),
            Allowed::Network("fd00::7/128".parse().unwrap()),
            Allowed::Application("exporter".into()),
        ]
    );
    assert_eq!(plan.handshake_logging(), HandshakeLogging::Needed);
    assert_eq!(load_text(REST).unwrap().handshake_logging(), HandshakeLogging::NotNeeded);
}

#[test]
fn what_is_wrong_with_a_gate_is_told() {
    for (line, expected) in [
        ("clients = {}", "5:11 `clients` has no `plaintext_free_for`"),
        ("clients = \"10m\"", "5:11 `clients` has to be a table"),
        ("clients = { plaintext_free_for = \"0s\" }", "5:34 `plaintext_free_for` cannot be zero"),
        ("clients = { plaintext_free_for = \"10\" }", "5:34 `10` has no unit"),
        (
            "clients = { plaintext_free_for = \"1m\", allow = [\"x\"] }",
            "5:49 `x` is not a network | write a network like",
        ),
        (
            "clients = { plaintext_free_for = \"1m\", allow = [\"10.0.0.0/33\"] }",
            "5:49 `10.0.0.0/33` is not a network",
        ),
        (
            "clients = { plaintext_free_for = \"1m\", allow = [{ app = \"x\" }] }",
            "5:51 unknown key `app` in an entry of `allow`",
        ),
        (
            "clients = { plaintext_free_for = \"1m\", allow = [{ application = \" \" }] }",
            "5:65 an application without a name",
        ),
    ] {
        let found = complaints(&step(line));
        assert!(found.iter().any(|one| one.starts_with(expected)), "{line}: {found:#?}");
    }
    assert_one(
        &step("clients = { plaintext_free_for = \"1m\" }\nvia = \"restart\""),
        "6:1 `via` belongs to a `tls_mode` step",
    );
}

#[test]
fn a_gate_is_for_the_whole_cluster() {
    let text = "[hosts.db1]\n[hosts.db2]\n[[steps]]\nclients = { plaintext_free_for = \"1m\" }\nhosts = \"db1\"\n";
    assert_one(text, "5:9 a `clients` step is for the whole cluster, this one leaves out `db2`");
}
