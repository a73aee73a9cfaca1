//! Hosts on one machine: what they share, and what they cannot share.

use super::loading::{assert_one, complaints, load_text};

const STEP: &str = "[[steps]]\ntls_mode = \"allowTLS\"\n";

/// Each host with its machine.
fn machines(hosts: &str) -> Vec<String> {
    let plan = load_text(format!("[hosts]\n{hosts}\n{STEP}")).unwrap();
    assert!(plan.hosts.iter().all(|host| plan.machine_of(host).is_some()), "{hosts}");
    let mut named: Vec<_> = plan.hosts.iter().map(|host| host.machine.clone()).collect();
    named.dedup();
    assert_eq!(named.len(), plan.machines.len(), "{hosts}");
    plan.hosts.iter().map(|host| format!("{} on {}", host.name, host.machine)).collect()
}

#[test]
fn hosts_with_one_address_and_port_are_on_one_machine() {
    let other = "service = \"b\", config_file = \"/b\", port = 2";
    for (hosts, expected) in [
        (format!("a = {{}}\nb = {{ address = \"A\", mongodb = {{ {other} }} }}"), "a"),
        ("a = {}\nb = { address = \"a\", mongodb = false }".to_owned(), "a"),
        ("a = { mongodb = false }\nb = { address = \"a\" }".to_owned(), "a"),
        ("a = {}\nb = { address = \"a\", port = 2222 }".to_owned(), "b"),
        (
            format!(
                "a = {{ address = \"fd00::1\" }}\nb = {{ address = \"FD00:0::1\", mongodb = {{ {other} }} }}"
            ),
            "a",
        ),
        ("a = {}\nb = {}".to_owned(), "b"),
    ] {
        assert_eq!(machines(&hosts)[1], format!("b on {expected}"), "{hosts}");
    }
}

#[test]
fn what_only_one_database_of_a_machine_can_have_is_told() {
    let all = ["service = \"b\"", "config_file = \"/b\"", "port = 2"];
    for (left_out, keys) in [("service", 0), ("config_file", 1), ("port", 2)] {
        let own: Vec<_> =
            all.iter().enumerate().filter(|(at, _)| *at != keys).map(|(_, key)| *key).collect();
        let text = format!(
            "[hosts]\na = {{}}\nb = {{ address = \"a\", mongodb = {{ {} }} }}\n{STEP}",
            own.join(", ")
        );
        let expected =
            format!("3:17 hosts `a` and `b` have one address, and the same `{left_out}`");
        assert_one(&text, &expected);
    }
    for (own, keys) in [
        ("service = \"mongod.service\"", "`service`, `config_file` and `port`"),
        ("port = 2", "`service` and `config_file`"),
    ] {
        assert_one(
            &format!("[hosts]\na = {{}}\nb = {{ address = \"a\", mongodb = {{ {own} }} }}\n{STEP}"),
            &format!(
                "3:17 hosts `a` and `b` have one address, and the same {keys} | give each host"
            ),
        );
    }
    // The third meets the second, not the first.
    assert_one(
        &format!(
            "[hosts]\na = {{}}\n\
             b = {{ address = \"a\", mongodb = {{ service = \"b\", config_file = \"/b\", port = 2 }} }}\n\
             c = {{ address = \"a\", mongodb = {{ service = \"c\", config_file = \"/c\", port = 2 }} }}\n{STEP}"
        ),
        "4:17 hosts `b` and `c` have one address, and the same `port`",
    );
}

#[test]
fn a_wrong_value_is_not_taken_for_the_default() {
    let text = format!(
        "[hosts]\na = {{}}\n\
         b = {{ address = \"a\", mongodb = {{ service = \"b\", config_file = \"/b\", port = 0 }} }}\n{STEP}"
    );
    assert_one(&text, "3:76 `port` is out of range");
}

#[test]
fn a_machine_is_reached_in_one_way() {
    let text = format!(
        "[hosts]\na = {{ ssh = {{ user = \"x\" }} }}\nb = {{ address = \"a\", mongodb = false }}\n\
         c = {{ address = \"a\", mongodb = false, ssh = {{ user = \"x\" }} }}\n{STEP}"
    );
    let found = complaints(&text);
    assert_eq!(found.len(), 2, "{found:#?}");
    let start = |host: &str, place: &str| {
        format!("{place} hosts {host} have one address, and other keys in `ssh`")
    };
    assert!(found[0].starts_with(&start("`a` and `b`", "3:17")), "{found:#?}");
    assert!(found[1].starts_with(&start("`b` and `c`", "4:39")), "{found:#?}");
    assert_one(
        &format!(
            "[hosts]\na = {{ port = 22 }}\nb = {{ address = \"a\", mongodb = false }}\n{STEP}"
        ),
        "3:17 hosts `a` and `b` have one address, and only one of them names its `port`",
    );
}
