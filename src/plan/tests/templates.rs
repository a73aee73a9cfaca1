//! Hosts with different templates: each is checked once, for the hosts that use it.

use std::fs;

use crate::plan::load;

/// Loads a plan beside two templates; each problem as "file line:column message (label)".
fn complaints(plan: &str, templates: [&str; 2]) -> Vec<String> {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in ["one.hbs", "two.hbs"].into_iter().zip(templates) {
        fs::write(directory.path().join(name), text).unwrap();
    }
    let path = directory.path().join("plan.toml");
    let step = "[[steps]]\ntls_mode = \"allowTLS\"\n";
    fs::write(&path, format!("{plan}{step}")).unwrap();
    let Err(problems) = load(&path) else { return Vec::new() };
    let shown = problems.iter().map(|problem| {
        let file = problem.source.path.file_name().unwrap().to_string_lossy().into_owned();
        let (line, column) = problem.position().unwrap();
        format!("{file} {line}:{column} {} ({})", problem.message, problem.label)
    });
    shown.collect()
}

const GOOD: &str = "net:\n  tls:\n    mode: {{tls.mode}}\n    certificateKeyFile: /s.pem\n";

const PLAN: &str = "[mongodb]\ntemplate = \"one.hbs\"\n[groups.g]\nmongodb = { template = \"two.hbs\" }\n\
                    [hosts]\na = {}\nb = { groups = [\"g\"] }\nc = { groups = [\"g\"] }\n";

#[test]
fn each_template_is_checked_for_the_hosts_that_use_it() {
    assert_eq!(complaints(PLAN, [GOOD, GOOD]), [] as [&str; 0]);
    let found = complaints(PLAN, ["a: {{no}}\n", "a: {{nope}}\n"]);
    assert_eq!(found, ["one.hbs 1:4 `no` has no value ()", "two.hbs 1:4 `nope` has no value ()"]);
    let for_one = format!("{GOOD}a: {{{{#if (eq host.name \"c\")}}}}\"{{{{/if}}}}\n");
    let found = complaints(PLAN, [&for_one, &for_one]);
    let start = "plan.toml 4:24 the template renders a file that cannot be read";
    assert!(found.len() == 1 && found[0].starts_with(start), "{found:#?}");
    assert!(found[0].ends_with("(for `c`)"), "{found:#?}");
}

#[test]
fn a_template_is_told_where_it_is_named_first() {
    let wrong = "storage: {dbPath: /d}\n";
    let plan = "[hosts]\na = { mongodb = { template = \"two.hbs\" } }\n\
                b = { mongodb = { template = \"two.hbs\" } }\nc = {}\n";
    let found = complaints(plan, ["", wrong]);
    let start = "plan.toml 2:30 the template renders TLS mode `disabled`";
    assert!(found.len() == 1 && found[0].starts_with(start), "{found:#?}");
    // Without a template of its own, a host has the one of the plan.
    let found = complaints(PLAN, [wrong, GOOD]);
    assert!(found.len() == 1 && found[0].starts_with("plan.toml 2:12 the template"), "{found:#?}");
}

#[test]
fn a_template_that_no_host_uses_is_not_judged() {
    let plan = "mongodb = { template = \"one.hbs\" }\n[hosts]\na = { mongodb = false }\nb = { mongodb = { template = \"two.hbs\" } }\n";
    assert_eq!(complaints(plan, ["a: {{no}}\n", GOOD]), [] as [&str; 0]);
}
