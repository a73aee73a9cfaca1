//! Settings of groups and hosts: which of them counts, and what is wrong with them is told.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::loading::{assert_one, load_text};
use crate::plan::model::{InstanceSettings, Plan};

const STEP: &str = "[[steps]]\ntls_mode = \"allowTLS\"\n";

/// The database of host `x`, which is in the groups `g` and `h`.
fn database(plan: &str, groups: [&str; 2], host: &str) -> Option<InstanceSettings> {
    let text = format!(
        "{plan}\n[groups.g]\n{}\n[groups.h]\n{}\n[hosts.other]\n[hosts.x]\n\
         groups = [\"g\", \"h\"]\n{host}\n{STEP}",
        groups[0], groups[1]
    );
    let plan: Plan = load_text(&text).unwrap_or_else(|problems| {
        panic!("{text}: {:#?}", problems.iter().map(|one| &one.message).collect::<Vec<_>>())
    });
    plan.hosts[1].instance.clone()
}

#[test]
fn a_host_stands_over_its_groups_and_those_over_the_plan_key_by_key() {
    let merged = database(
        "[mongodb]\nport = 1\nservice = \"a\"\nconfig_file = \"/a\"\nstart_timeout = \"1m\"\n\
         tls = { ca_file = \"/ca\", certificate_key_file = \"/a.pem\" }\nclient = { ca_file = \"ca.pem\" }",
        [
            "mongodb = { port = 2, service = \"b\", config_file = \"/b\" }",
            "mongodb = { port = 3, service = \"c\", tls = { certificate_key_file = \"/b.pem\" } }",
        ],
        "mongodb = { port = 4, client = { certificate_key_file = \"latin1.hbs\" } }",
    )
    .unwrap();
    assert_eq!((merged.port, merged.service.as_str()), (4, "c"));
    assert_eq!((merged.config_file.as_str(), merged.start_timeout.as_secs()), ("/b", 60));
    assert_eq!(merged.tls.ca_file.as_deref(), Some("/ca"));
    assert_eq!(merged.tls.certificate_key_file.as_deref(), Some("/b.pem"));
    let client = merged.client.unwrap();
    assert!(client.ca_file.ends_with("ca.pem"));
    assert!(client.certificate_key_file.unwrap().ends_with("latin1.hbs"));
}

#[test]
fn false_is_a_machine_without_a_database_and_a_table_of_the_host_takes_that_back() {
    let (on, off, unsaid) = ("mongodb = { port = 2 }", "mongodb = false", "");
    for (groups, host, port) in [
        ([unsaid, unsaid], unsaid, Some(1)),
        ([unsaid, unsaid], off, None),
        ([off, unsaid], unsaid, None),
        ([off, on], unsaid, None),
        ([on, off], unsaid, None),
        ([on, off], off, None),
        ([off, on], "mongodb = {}", Some(2)),
        ([off, off], "mongodb = {}", Some(1)),
        ([on, unsaid], "mongodb = { port = 3 }", Some(3)),
    ] {
        let database = database("mongodb = { port = 1 }", groups, host);
        assert_eq!(database.map(|it| it.port), port, "{groups:?} {host}");
    }
}

#[test]
fn a_login_is_judged_when_everything_is_merged() {
    let password = "password = { env = \"X\" }";
    let whole = |plan: &str, host: &str| {
        let database = database(&format!("[mongodb]\n{plan}"), ["", ""], host).unwrap();
        (database.username, database.password.is_some())
    };
    let admin = |user: &str| (Some(user.to_owned()), true);
    let both = format!("username = \"a\"\n{password}");
    assert_eq!(whole(&both, "mongodb = { username = \"b\" }"), admin("b"));
    assert_eq!(whole("", &format!("mongodb = {{ username = \"b\", {password} }}")), admin("b"));
    let hosts = "[hosts]\na = {}\nb = {}\n";
    // Told once, where it was written, however many hosts it is for.
    assert_one(
        &format!("mongodb.username = \"a\"\n{hosts}{STEP}"),
        "1:9 a database user without a password | add a reference",
    );
    assert_one(
        &format!("[hosts]\na = {{}}\nb = {{ mongodb = {{ {password} }} }}\n{STEP}"),
        "3:19 a database password without a user | add `username",
    );
    assert_one(
        &format!(
            "mongodb.username = \"a\"\n[hosts]\na = {{ mongodb = {{ {password} }} }}\nb = {{}}\n{STEP}"
        ),
        "1:9 a database user without a password",
    );
    assert!(
        load_text(format!(
            "mongodb.username = \"a\"\n[hosts]\na = {{ mongodb = {{ {password} }} }}\n\
             b = {{ mongodb = false }}\n{STEP}"
        ))
        .is_ok()
    );
}

#[test]
fn mistakes_in_settings_of_groups_and_hosts_are_told() {
    for (line, expected) in [
        ("mongodb = true", "3:11 `mongodb` has to be a table, or `false` for a machine without"),
        ("mongodb = \"mongod\"", "3:11 `mongodb` has to be a table, or `false`"),
        (
            "mongodb = { prot = 1 }",
            "3:13 unknown key `prot` in `mongodb` of host `x` | did you mean `port`?",
        ),
        (
            "mongodb = { tls = { ca = \"/x\" } }",
            "3:21 unknown key `ca` in `mongodb.tls` of host `x`",
        ),
        (
            "mongodb = { max_lag = \"1s\" }",
            "3:13 `max_lag` is for the plan alone | set it in `[mongodb]`",
        ),
        ("mongodb = { accept_write_outage = true }", "3:13 `accept_write_outage` is for the plan"),
        ("mongodb = { rollback = \"host\" }", "3:13 `rollback` is for the plan alone"),
        ("mongodb = { port = 0 }", "3:20 `port` is out of range"),
        ("mongodb = { template = \"x.hbs\" }", "3:24 `x.hbs` does not exist"),
        (
            "mongodb = { password = \"hunter2\", username = \"x\" }",
            "3:24 `password` holds a secret",
        ),
        (
            "mongodb = { client = {} }",
            "3:22 `mongodb.client` of host `x` has no `ca_file` | name the CA",
        ),
        (
            "mongodb = { client = { ca_fil = \"ca.pem\" } }",
            "3:24 unknown key `ca_fil` in `mongodb.client` of host `x` | did you mean `ca_file`?",
        ),
        (
            "service = \"x\"",
            "3:1 unknown key `service` in host `x` | `service` belongs in `[mongodb]`, or",
        ),
    ] {
        assert_one(&format!("[hosts.y]\n[hosts.x]\n{line}\n{STEP}"), expected);
    }
    assert_one(
        &format!("hosts.x.groups = [\"g\"]\n[groups.g]\nmongodb = {{ max_lag = \"1s\" }}\n{STEP}"),
        "3:13 `max_lag` is for the plan alone",
    );
}

#[test]
fn a_step_about_databases_needs_one() {
    let hosts = "mongodb = { port = 1 }\n[groups.g]\nmongodb = false\n[hosts.a]\ngroups = [\"g\"]\n[[steps]]\n";
    for (line, expected) in [
        ("tls_mode = \"allowTLS\"", Some("7:1 no host has a database for this `tls_mode` step")),
        ("clients = { plaintext_free_for = \"1m\" }", Some("7:1 no host has a database for this")),
        ("wait = { healthy = true }", Some("7:1 no host has a database for this `wait` step")),
        ("wait = { port = 22 }", None),
        ("wait = { for = \"1s\" }", None),
        ("confirm = \"x\"", None),
    ] {
        let text = format!("{hosts}{line}\n");
        match expected {
            Some(expected) => assert_one(&text, expected),
            None => assert!(load_text(&text).is_ok(), "{line}"),
        }
    }
    // A machine without a database is no part of the cluster.
    let text = format!("[hosts]\na = {{}}\nb = {{ mongodb = false }}\n{STEP}hosts = \"a\"\n");
    assert_eq!(load_text(text).unwrap().steps[0].hosts.len(), 1);
}

/// Keys with a value for each table that can have them.
const KEYS: [&str; 8] = [
    "port",
    "service",
    "config_file",
    "drain",
    "start_timeout",
    "certificate_days_left",
    "tls.ca_file",
    "tls.certificate_key_file",
];

/// The value of a key in the table of a rank, from `[mongodb]` up to the host's.
fn value(key: &str, rank: usize) -> String {
    match key {
        "port" | "certificate_days_left" => format!("{}", rank + 1),
        "service" => format!("\"s{rank}\""),
        "drain" | "start_timeout" => format!("\"{}s\"", rank + 1),
        _ => format!("\"/{rank}\""),
    }
}

/// The line of a key in a table that begins at this path.
fn lines(path: &str, rank: usize, keys: &[&str]) -> Vec<String> {
    keys.iter().map(|key| format!("{path}.{key} = {}", value(key, rank))).collect()
}

fn loaded(lines: &[String]) -> InstanceSettings {
    let text = format!(
        "hosts.x.groups = [\"g\", \"h\"]\n{}\n[groups.h.vars]\n[groups.g.vars]\n{STEP}",
        lines.join("\n")
    );
    load_text(&text).unwrap().hosts[0].instance.clone().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn merging_never_depends_on_the_order_of_keys(
        tables in prop::array::uniform4(prop::sample::subsequence(KEYS.to_vec(), 0..=KEYS.len())),
        order in Just((0..4 * KEYS.len()).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let paths = ["mongodb", "groups.g.mongodb", "groups.h.mongodb", "hosts.x.mongodb"];
        let tables = paths.into_iter().zip(0..).zip(&tables);
        let in_order: Vec<_> =
            tables.clone().flat_map(|((path, rank), keys)| lines(path, rank, keys)).collect();
        let shuffled: Vec<_> =
            order.iter().filter_map(|&at| in_order.get(at).cloned()).collect();
        let (one, other) = (loaded(&in_order), loaded(&shuffled));
        prop_assert_eq!(format!("{:?}", one), format!("{:?}", other));
        // The topmost table that has a key says its value.
        let mut top = BTreeMap::new();
        for ((_, rank), keys) in tables {
            top.extend(keys.iter().map(|key| (*key, value(key, rank))));
        }
        let quoted = |text: &str| Some(format!("\"{text}\""));
        let found = BTreeMap::from([
            ("port", Some(one.port.to_string())),
            ("service", quoted(one.service.as_str())),
            ("config_file", quoted(&one.config_file)),
            ("drain", Some(format!("\"{}s\"", one.drain.as_secs()))),
            ("start_timeout", Some(format!("\"{}s\"", one.start_timeout.as_secs()))),
            ("certificate_days_left", Some(one.certificate_days_left.to_string())),
            ("tls.ca_file", one.tls.ca_file.as_deref().and_then(quoted)),
            ("tls.certificate_key_file", one.tls.certificate_key_file.as_deref().and_then(quoted)),
        ]);
        for (key, expected) in top {
            prop_assert_eq!(found.get(key), Some(&Some(expected)), "{}", key);
        }
    }
}
