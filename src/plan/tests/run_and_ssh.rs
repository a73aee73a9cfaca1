//! `[run]`, and the way to a host that has keys of its own.

use super::loading::{REST, assert_one, load_text};
use crate::{
    host::{digest::Digest, privilege::Become},
    plan::model::{Parallelism, SshSettings},
    secret::SecretRef,
};

const STEP: &str = "[[steps]]\ntls_mode = \"allowTLS\"\n";

#[test]
fn how_much_is_done_at_once_arrives() {
    let parallelism = |text: &str| load_text(format!("{text}{REST}")).unwrap().parallelism;
    assert_eq!(parallelism(""), Parallelism { machines: 50, sets: 4 });
    assert_eq!(parallelism("[run]\nat_once = 1\n"), Parallelism { machines: 1, sets: 4 });
    let both = parallelism("run = { at_once = 100, sets_at_once = 2 }\n");
    assert_eq!(both, Parallelism { machines: 100, sets: 2 });
    for (lines, expected) in [
        ("run = 1", "1:7 `run` has to be a table"),
        ("[run]\nat_once = 0", "2:11 `at_once` is out of range"),
        ("[run]\nsets_at_once = \"1\"", "2:16 `sets_at_once` has to be a whole number"),
        ("[run]\nat_one = 1", "2:1 unknown key `at_one` in `[run]` | did you mean `at_once`?"),
        ("at_once = 1", "1:1 unknown key `at_once` in the plan | `at_once` belongs in `[run]`"),
    ] {
        assert_one(&format!("{lines}\n{REST}"), expected);
    }
}

#[test]
fn the_sum_of_a_plan_is_the_one_of_its_bytes() {
    let plan = load_text(REST).unwrap();
    assert_eq!(plan.sum.digest(), Digest::from_content(REST.as_bytes()));
    assert_ne!(plan.sum, load_text(format!("{REST}\n")).unwrap().sum);
}

fn ssh(plan: &str, host: &str) -> SshSettings {
    let text = format!("[ssh]\n{plan}\n[hosts.x]\nssh = {{ {host} }}\n{STEP}");
    load_text(text).unwrap().machines.remove(0).ssh
}

#[test]
fn the_keys_of_a_host_win_over_those_of_the_plan() {
    let plan = "user = \"deploy\"\nidentity_file = \"ca.pem\"\nidentity_passphrase = { env = \"P\" }\n\
                become_password = { env = \"A\" }";
    let secret = |name: &str| Some(SecretRef::Env(name.to_owned()));
    let same = ssh(plan, "");
    assert_eq!((same.user.as_deref(), &same.identity_passphrase), (Some("deploy"), &secret("P")));
    assert_eq!((same.r#become, same.become_password), (Become::Sudo, secret("A")));
    let other = ssh(plan, "user = \"admin\", become_password = { env = \"B\" }");
    assert_eq!((other.user.as_deref(), other.become_password), (Some("admin"), secret("B")));
    assert!(other.identity_file.unwrap().ends_with("ca.pem"));
    // The passphrase is the one of the plan's key, and a password is sudo's.
    let key = ssh(plan, "identity_file = \"latin1.hbs\", become = \"none\"");
    assert!(key.identity_file.unwrap().ends_with("latin1.hbs"));
    assert_eq!((key.identity_passphrase, key.become_password), (None, None));
    let sudo = ssh("become = \"none\"\nbecome_password = { env = \"A\" }", "become = \"sudo\"");
    assert_eq!((sudo.r#become, sudo.become_password), (Become::Sudo, secret("A")));
}

#[test]
fn mistakes_in_the_keys_of_a_host_are_told() {
    for (line, expected) in [
        ("ssh = 1", "2:7 `ssh` has to be a table"),
        (
            "ssh = { usr = \"x\" }",
            "2:9 unknown key `usr` in `ssh` of host `x` | did you mean `user`?",
        ),
        (
            "ssh = { known_hosts = \"x\" }",
            "2:9 unknown key `known_hosts` in `ssh` of host `x` | `known_hosts` belongs in `[ssh]`, once",
        ),
        ("ssh = { identity_file = \"id\" }", "2:25 `id` does not exist"),
        ("ssh = { become_password = \"hunter2\" }", "2:27 `become_password` holds a secret"),
        (
            "ssh = { become = \"none\", become_password = { env = \"X\" } }",
            "2:26 `become_password` has no use where `become` is `none`",
        ),
    ] {
        assert_one(&format!("[hosts.x]\n{line}\n{STEP}"), expected);
    }
    assert_one(
        &format!("hosts.x.ssh.become_password = {{ env = \"X\" }}\nssh.become = \"none\"\n{STEP}"),
        "1:13 `become_password` has no use where `become` is `none`",
    );
    assert_one(
        &format!("[hosts.x]\ngroups = [\"g\"]\n[groups.g]\nssh = {{ user = \"x\" }}\n{STEP}"),
        "4:1 unknown key `ssh` in group `g` | `ssh` belongs at the top or in a host",
    );
}
