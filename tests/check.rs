//! `tlsplan check` as a library call: the shared plans load, and a plan full of mistakes is told
//! every one of them, word for word as a person sees it.

use std::{fs, path::Path};

use tlsplan::{
    command::check::check,
    plan::{self, model::Plan, problems::Colour},
};

/// The plans beside this file.
const PLANS: &str = "tests/plans";

/// Copies a plan to a directory where the files it names are, and loads it.
#[expect(clippy::unwrap_used, reason = "only tests call it")]
fn load(name: &str) -> Result<Plan, plan::Problems> {
    let directory = tempfile::tempdir().unwrap();
    for file in [name, "mongod.conf.hbs"] {
        fs::copy(Path::new(PLANS).join(file), directory.path().join(file)).unwrap();
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
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("x.toml");
    fs::write(&path, "[hosts.a]\n[hosts.b]\n[[steps]]\ntls_mode = \"allowTLS\"\n").unwrap();
    let line = check(&path).unwrap();
    let expected = "1 step on 2 hosts, nothing wrong that can be seen without a connection";
    assert_eq!(line, format!("{}: {expected}", path.display()));
}

/// The golden file is what a person sees; `INSTA_UPDATE=always` writes it anew.
#[test]
fn forty_mistakes_are_told_in_one_go() {
    let problems = check(&Path::new(PLANS).join("twenty-mistakes.toml")).unwrap_err();
    assert!(problems.count() >= 20, "{}", problems.count());
    assert!(problems.iter().all(|problem| problem.position().is_some()));
    insta::assert_snapshot!(problems.render(Colour::Plain));
}
