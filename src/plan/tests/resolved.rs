//! What a plan says arrives, and what it leaves out has its default.

use std::time::Duration;

use super::loading::{REST, load_text};
use crate::{
    client::settings::ReadWith,
    cluster::{check::CheckId, health::WriteOutage, mode::TlsMode},
    host::privilege::Become,
    plan::model::{Action, Direction, TlsModeStep, Via},
    secret::SecretRef,
};

#[test]
fn what_a_plan_leaves_out_has_its_default() {
    let plan = load_text(REST).unwrap();
    assert_eq!(plan.name, "plan");
    assert_eq!(plan.machines[0].ssh.r#become, Become::Sudo);
    let mongodb = plan.hosts[0].instance.as_ref().unwrap();
    assert_eq!((mongodb.service.as_str(), mongodb.port), ("mongod", 27017));
    assert_eq!(mongodb.config_file, "/etc/mongod.conf");
    let seconds = [mongodb.drain, plan.rules.max_lag, mongodb.start_timeout];
    assert_eq!(seconds, [15, 10, 300].map(Duration::from_secs));
    assert_eq!(plan.rules.write_outage, WriteOutage::Refused);
    assert!(mongodb.client.is_none() && mongodb.template.is_none() && mongodb.read_with.is_none());
    let host = &plan.hosts[0];
    assert_eq!(
        (host.name.as_str(), host.address.as_str(), plan.machines[0].port),
        ("db1", "db1", None)
    );
    assert_eq!(plan.steps[0].name, "reach allowTLS");
    assert_eq!(plan.steps[0].hosts, std::slice::from_ref(&host.name));
}

#[test]
fn everything_that_a_plan_says_arrives() {
    let plan = load_text(
        r#"
name = "ü"
[ssh]
user = "deploy"
become = "none"
[mongodb]
service = "mongod@rs0.service"
config_file = "/etc/it's.conf"
port = 27_018
username = "o'brien"
password = { command = ["vault", "read", "x"] }
drain = "0s"
accept_write_outage = true
max_lag = "1m30s"
read_with = "mongosh"
certificate_days_left = 30
rollback = "controller-only"
client = { ca_file = "ca.pem" }
[hosts.z]
port = 2222
[hosts.a]
address = "fe80::1"
[[steps]]
tls_mode = "allowSSL"
timeout = "90s"
hosts = ["z", "a"]
[[steps]]
name = "two"
tls_mode = "preferTLS"
via = "set_parameter"
[waive]
P31 = "booked"
"#,
    )
    .unwrap();
    let names: Vec<_> = plan.hosts.iter().map(|host| host.name.as_str()).collect();
    assert_eq!((plan.name.as_str(), names), ("ü", vec!["z", "a"]));
    assert_eq!(plan.machines[0].port, Some(2222));
    assert_eq!(plan.machines[0].ssh.r#become, Become::None);
    let mongodb = plan.hosts[0].instance.as_ref().unwrap();
    let command = ["vault", "read", "x"].map(str::to_owned).to_vec();
    assert_eq!(mongodb.password, Some(SecretRef::Command(command)));
    assert_eq!((mongodb.port, mongodb.drain), (27018, Duration::ZERO));
    assert_eq!(plan.rules.write_outage, WriteOutage::Accepted);
    assert_eq!(mongodb.read_with, Some(ReadWith::Mongosh));
    assert_eq!(mongodb.certificate_days_left, 30);
    assert!(mongodb.client.as_ref().unwrap().ca_file.ends_with("ca.pem"));
    let actions: Vec<_> = plan.steps.iter().map(|step| step.action.clone()).collect();
    let via = Some(Via::SetParameter);
    assert_eq!(
        actions,
        [
            Action::TlsMode(TlsModeStep {
                mode: TlsMode::Allow,
                direction: Direction::Up,
                via: None
            }),
            Action::TlsMode(TlsModeStep { mode: TlsMode::Prefer, direction: Direction::Up, via }),
        ]
    );
    assert_eq!(plan.steps[0].timeout, Some(Duration::from_secs(90)));
    assert_eq!(plan.waivers.get(&CheckId::CertificateExpiry).map(String::as_str), Some("booked"));
}

#[test]
fn variables_of_a_host_stand_over_its_groups_and_those_over_the_plan() {
    let plan = load_text(
        "[vars]\na = 1\nb = 1\nc = 1\nd = 1\nwhen = 2026-12-26\nlist = [1, { x = 0.5 }]\n\
         [groups.g]\nvars = { b = 2, c = 2, d = 2 }\n[groups.h]\nvars = { c = 3, d = 3 }\n\
         [hosts.x]\ngroups = [\"g\", \"h\"]\nvars = { d = 4 }\n[[steps]]\ntls_mode = \"allowTLS\"\n",
    )
    .unwrap();
    let vars = serde_json::to_value(&plan.hosts[0].vars).unwrap();
    let expected = serde_json::json!({
        "a": 1, "b": 2, "c": 3, "d": 4, "when": "2026-12-26", "list": [1, { "x": 0.5 }],
    });
    assert_eq!(vars, expected);
}
