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
fn load(name: &str) -> Result<Plan, plan::InvalidPlan> {
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
    let template = plan.hosts[0].instance.as_ref().unwrap().template.clone().unwrap();
    assert!(template.text.contains("mode: {{tls.mode}}"));
    let vars = serde_json::to_value(&plan.hosts[2].vars).unwrap();
    let expected =
        serde_json::json!({ "bind_name": "db3.lab.test", "cache_gb": 0.25, "replica_set": "rs0" });
    assert_eq!(vars, expected);
}

#[test]
fn the_plan_with_authentication_and_a_gate_for_clients_loads() {
    let plan = load("rs0-auth.toml").unwrap();
    assert_eq!((plan.steps.len(), plan.hosts.len()), (4, 3));
    assert_eq!(plan.hosts[0].instance.as_ref().unwrap().username.as_deref(), Some("admin"));
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
fn every_mistake_is_told_in_one_go() {
    let plan = "twenty-mistakes.toml";
    let test = Test::new(&["check", plan])
        .file(plan, &shared(plan))
        .file("mongod.conf.hbs", &shared("mongod.conf.hbs"));
    let (stdout, stderr, status) = test.run();
    assert_eq!((stdout.as_str(), status), ("", Some(65)));
    insta::assert_snapshot!(stderr);
}

/// A plan of two hosts with a template, from allowTLS to preferTLS.
fn with_template(template: &str) -> Test {
    let plan = r#"mongodb = { template = "t.hbs", tls = { certificate_key_file = "/s.pem" } }
[vars]
cache_gb = 2
[hosts.db1]
vars = { bind_name = "db1.test", set = "rs0" }
[hosts.db2]
vars = { bind_name = "db2.test" }
[[steps]]
tls_mode = "allowTLS"
[[steps]]
tls_mode = "preferTLS"
"#;
    Test::new(&["check", "x.toml"]).file("x.toml", plan).file("t.hbs", template)
}

const TLS: &str =
    "net:\n  tls:\n    mode: {{tls.mode}}\n    certificateKeyFile: {{tls.certificate_key_file}}\n";

#[test]
fn mistakes_in_a_template_are_shown_in_its_text() {
    with_template(&format!(
        "storage: {{dbPath: /d, cache: {{{{cash_gb}}}}}}\n{{{{#if tls.mod}}}}\n{{{{/if}}}}\n\
         replication: {{replSetName: {{{{set}}}}}}\n{TLS}"
    ))
    .stderr(
        "error: `cash_gb` has no value
 --> t.hbs:1:30
  |
1 | storage: {dbPath: /d, cache: {{cash_gb}}}
  |                              ^^^^^^^^^^^
  |
  = help: did you mean `cache_gb`?

error: `tls.mod` has no value
 --> t.hbs:2:1
  |
2 | {{#if tls.mod}}
  | ^^^^^^^^^^^^^^^
  |
  = help: did you mean `tls.mode`?

error: `set` has no value
 --> t.hbs:4:28
  |
4 | replication: {replSetName: {{set}}}
  |                            ^^^^^^^ for `db2`
  |
  = help: there is `bind_name`, `cache_gb`, `host`, `tls`

error: 3 problems in `x.toml`; no host was contacted
",
    )
    .exits(65);
}

#[test]
fn a_block_without_an_end_is_shown_where_it_begins() {
    with_template("a\n{{#if cache_gb}}\n")
        .stderr(
            "error: `{{#if}}` is not closed
 --> t.hbs:2:1
  |
2 | {{#if cache_gb}}
  | ^^^^^^^^^^^^^^^^
  |
  = help: write `{{/if}}` where it ends

error: 1 problem in `x.toml`; no host was contacted
",
        )
        .exits(65);
}

/// A variable may be missing because its line was wrong.
#[test]
fn in_a_plan_with_mistakes_only_the_syntax_of_its_template_is_judged() {
    let plan = "mongodb = { template = \"t.hbs\" }\nvar = { set = \"rs0\" }\n[hosts.db1]\n\
                [[steps]]\ntls_mode = \"allowTLS\"\n";
    let of_the_plan = "error: unknown key `var` in the plan
 --> x.toml:2:1
  |
2 | var = { set = \"rs0\" }
  | ^^^ not known here
  |
  = help: did you mean `vars`?

";
    let of_the_template = "error: there is no helper `ymal`
 --> t.hbs:1:28
  |
1 | replication: {replSetName: {{ymal set}}}
  |                            ^^^^^^^^^^^^
  |
  = help: did you mean `yaml`?

";
    for (name, count, problems) in [
        ("set", "1 problem", of_the_plan.to_owned()),
        ("ymal set", "2 problems", format!("{of_the_plan}{of_the_template}")),
    ] {
        let last = format!("error: {count} in `x.toml`; no host was contacted\n");
        Test::new(&["check", "x.toml"])
            .file("x.toml", plan)
            .file("t.hbs", &format!("replication: {{replSetName: {{{{{name}}}}}}}\n"))
            .stderr(&format!("{problems}{last}"))
            .exits(65);
    }
}

#[test]
fn a_template_that_forgets_the_mode_is_found() {
    with_template("storage: {dbPath: /d}\n")
        .stderr(
            r#"error: the template renders TLS mode `disabled` where the step asks for `allowTLS`
 --> x.toml:1:24
  |
1 | mongodb = { template = "t.hbs", tls = { certificate_key_file = "/s.pem" } }
  |                        ^^^^^^^
  |
  = help: write `mode: {{tls.mode}}` in the TLS section of the template

error: 1 problem in `x.toml`; no host was contacted
"#,
        )
        .exits(65);
}

#[test]
fn a_template_that_renders_no_yaml_for_one_host_is_found() {
    with_template(&format!("{TLS}a: {{{{#if (eq host.name \"db2\")}}}}\"{{{{/if}}}}\n"))
        .stderr(
            r#"error: the template renders a file that cannot be read: the configuration file is not valid YAML at line `5`, column `4`: unclosed quote
 --> x.toml:1:24
  |
1 | mongodb = { template = "t.hbs", tls = { certificate_key_file = "/s.pem" } }
  |                        ^^^^^^^ for `db2`
  |
  = help: put values in by `{{yaml name}}`, which quotes what YAML would misread

error: 1 problem in `x.toml`; no host was contacted
"#,
        )
        .exits(65);
}

#[test]
fn a_template_that_asks_for_the_file_in_place_is_not_tried_without_it() {
    with_template("{{#if current.net}}a: 1{{/if}}\n")
        .stdout(
            " Checked  x.toml: 2 steps on 2 hosts, nothing wrong that can be seen without a \
             connection\n",
        )
        .exits(0);
}
