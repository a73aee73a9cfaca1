//! `tlsplan check`: a good plan gets one line, a bad one is told every mistake in one go.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails the test")]

use std::{fs, path::Path};

use tlsplan::plan::{self, model::Plan};

mod program;

use program::Test;

const PLAN: &str = r#"name = "rs0 to TLS"
[ssh]
user = "deploy"
[mongodb.tls]
ca_file = "/etc/ssl/mongodb/ca.pem"
certificate_key_file = "/etc/ssl/mongodb/server.pem"
[hosts.db1]
address = "10.0.0.11"
[[steps]]
tls_mode = "allowTLS"
"#;

/// One of the plans beside this file, or their template.
fn shared(name: &str) -> String {
    fs::read_to_string(Path::new("tests/plans").join(name)).unwrap()
}

/// Loads a shared plan from a directory where the files it names are.
fn load(name: &str) -> Result<Plan, plan::Problems> {
    let directory = tempfile::tempdir().unwrap();
    for file in [name, "mongod.conf.hbs"] {
        fs::write(directory.path().join(file), shared(file)).unwrap();
    }
    for file in ["id_ed25519", "known_hosts"] {
        fs::write(directory.path().join(file), "").unwrap();
    }
    plan::load(&directory.path().join(name))
}

#[test]
fn the_plan_of_the_manual_loads() {
    let plan = load("rs0.toml").unwrap();
    let hosts: Vec<_> = plan.hosts.iter().map(|host| host.address.as_str()).collect();
    assert_eq!(hosts, ["10.99.0.11", "10.99.0.12", "10.99.0.13"]);
    let steps: Vec<_> = plan.steps.iter().map(|step| step.name.as_str()).collect();
    assert_eq!(steps, ["accept TLS beside plaintext", "prefer TLS", "require TLS"]);
    let template = plan.mongodb.template.unwrap();
    assert!(template.text.contains("mode: {{tls.mode}}"));
    let vars = serde_json::to_value(&plan.hosts[2].vars).unwrap();
    let expected =
        serde_json::json!({ "bind_name": "db3.lab.test", "cache_gb": 0.25, "replica_set": "rs0" });
    assert_eq!(vars, expected);
}

#[test]
fn the_plan_with_authentication_lacks_only_the_gate_for_clients() {
    let problems = load("rs0-auth.toml").unwrap_err();
    let problem = problems.iter().next().unwrap();
    assert_eq!(problem.message, "steps of the kind `clients` are not built yet");
    assert_eq!((problem.position(), problems.count()), (Some((34, 1)), 1));
    let plan = load("rs0-auth-no-clients.toml").unwrap();
    assert_eq!((plan.steps.len(), plan.hosts.len()), (3, 3));
    assert_eq!(plan.mongodb.username.as_deref(), Some("admin"));
}

#[test]
fn a_good_plan_gets_one_line() {
    Test::new(&["check", "good.toml"])
        .file("good.toml", PLAN)
        .stdout(
            " Checked  good.toml: 1 step on 1 host, nothing wrong that can be seen without a \
             connection\n",
        )
        .exits(0);
    Test::new(&["check", "good.toml", "--quiet"]).file("good.toml", PLAN).exits(0);
}

#[test]
fn a_slip_is_shown_with_its_place_and_what_was_meant() {
    let bad = PLAN.replace("address", "adress");
    Test::new(&["check", "bad.toml"])
        .file("bad.toml", &bad)
        .stderr(
            "error: unknown key `adress` in host `db1`
 --> bad.toml:8:1
  |
8 | adress = \"10.0.0.11\"
  | ^^^^^^ not known here
  |
  = help: did you mean `address`?

error: 1 problem in `bad.toml`; no host was contacted
",
        )
        .exits(65);
}

/// The golden file is what a person sees; `INSTA_UPDATE=always` writes it anew.
#[test]
fn forty_mistakes_are_told_in_one_go() {
    let plan = "twenty-mistakes.toml";
    let test = Test::new(&["check", plan])
        .file(plan, &shared(plan))
        .file("mongod.conf.hbs", &shared("mongod.conf.hbs"));
    let (stdout, stderr, status) = test.run();
    assert_eq!((stdout.as_str(), status), ("", Some(65)));
    insta::assert_snapshot!(stderr);
}
