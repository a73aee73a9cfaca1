//! What the documents say holds: their plans load, their tables are the program's, their links lead
//! somewhere. A document that is wrong is worse than none, and nobody notices by reading.

#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of tests may fail the test")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use clap::CommandFactory;
use tempfile::TempDir;
use tlsplan::{
    cli::Cli,
    cluster::check::CheckId,
    error::Exit,
    plan::{self},
    steps::tls_mode::plan_files::PlanFiles,
};

/// The files that the documents' plans name on the controller.
const NAMED: [&str; 7] = [
    "id_ed25519",
    "known_hosts",
    "ca.pem",
    "client.pem",
    "tlsplan-client.pem",
    "sudo-password",
    ".ssh",
];

const DOCUMENTS: [&str; 10] = [
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "docs/design.md",
    "docs/plan-file.md",
    "docs/operations.md",
    "docs/security.md",
    "docs/events.md",
    "docs/scenarios.md",
    "docs/checks.md",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A directory with everything a plan may name, and the shipped template where plans expect it.
struct Controller(TempDir);

impl Controller {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let template = read("templates/mongod.conf.hbs");
        for place in ["plans", "templates"] {
            fs::create_dir(directory.path().join(place)).unwrap();
            fs::write(directory.path().join(place).join("mongod.conf.hbs"), &template).unwrap();
        }
        for name in NAMED {
            fs::write(directory.path().join("plans").join(name), "x").unwrap();
        }
        Self(directory)
    }

    /// Loads a plan as `tlsplan check` does; the problems come as one text.
    fn load(&self, text: &str) -> Result<plan::Plan, String> {
        let path = self.0.path().join("plans/plan.toml");
        fs::write(&path, text).unwrap();
        let plan = plan::load(&path).map_err(|problems| {
            let messages = problems.iter().map(|problem| problem.message.clone() + "\n");
            messages.collect::<String>()
        })?;
        PlanFiles::new(&plan).map_err(|error| error.to_string())?;
        Ok(plan)
    }
}

/// A fenced block: the words after the fence, and its text.
fn blocks(document: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut lines = document.lines();
    while let Some(line) = lines.next() {
        if let Some(info) = line.strip_prefix("```") {
            let text: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push((info.to_owned(), text.join("\n") + "\n"));
        }
    }
    blocks
}

/// A fragment with what every plan needs around it, in places where TOML lets it be.
fn wrapped(fragment: &str) -> String {
    let mut plan = fragment.to_owned();
    if !fragment.contains("[hosts") {
        plan.push_str("\n[hosts]\ndb1 = { groups = [\"rs0\"] }\ndb2 = {}\n");
    }
    if fragment.contains("template =") && !fragment.contains("[vars]") {
        plan.push_str("\n[vars]\ncache_gb = 1\nbind_name = \"x\"\nreplica_set = \"rs0\"\n");
    }
    if !fragment.contains("[[steps]]") {
        plan.push_str("\n[[steps]]\ntls_mode = \"allowTLS\"\n");
    }
    plan
}

#[test]
fn every_plan_in_the_documents_loads() {
    let controller = Controller::new();
    let mut seen = BTreeSet::new();
    for document in DOCUMENTS {
        for (info, text) in blocks(&read(document)) {
            let outcome = match info.as_str() {
                "toml plan" => controller.load(&text),
                "toml" | "toml refused" => controller.load(&wrapped(&text)),
                _ => continue,
            };
            match (info.as_str(), outcome) {
                ("toml refused", Err(problems)) => {
                    assert!(problems.contains("not built yet"), "{document}:\n{text}\n{problems}");
                    assert_eq!(problems.lines().count(), 1, "{document}:\n{text}\n{problems}");
                }
                ("toml refused", Ok(_)) => panic!("{document}: this is built:\n{text}"),
                (_, outcome) => assert!(outcome.is_ok(), "{document}:\n{text}\n{outcome:?}"),
            }
            seen.insert(info);
        }
    }
    assert_eq!(seen.len(), 3, "a kind of example is gone: {seen:?}");
}

#[test]
fn what_the_documents_call_unbuilt_is_refused() {
    let controller = Controller::new();
    let document = read("docs/plan-file.md");
    let (_, unbuilt) = document.split_once("## Not built yet").unwrap();
    let readme = read("README.md");
    for (kind, value) in [
        ("template", r#"{ src = "mongod.conf.hbs", dest = "/etc/x" }"#),
        ("copy", r#"{ src = "ca.pem", dest = "/etc/x" }"#),
        ("command", r#""true""#),
        ("service", r#"{ name = "mongod", state = "restarted" }"#),
        ("mongosh", r#"{ js = "1" }"#),
        ("set_parameter", "{ x = 1 }"),
    ] {
        let step = wrapped(&format!("[[steps]]\n{kind} = {value}\n"));
        let problems = controller.load(&step).unwrap_err();
        assert_eq!(problems, format!("steps of the kind `{kind}` are not built yet\n"));
        for text in [unbuilt, &readme] {
            assert!(text.contains(&format!("`{kind}`")), "`{kind}` is not named as unbuilt");
        }
    }
}

#[test]
fn the_shipped_plans_need_nothing_but_their_users_files() {
    let controller = Controller::new();
    let demo = controller.load(&read("plans/demo.toml")).unwrap();
    assert_eq!((demo.hosts.len(), demo.steps.len()), (3, 4));
    let prod = read("plans/prod.toml");
    assert!(plan::load(&root().join("plans/prod.toml")).is_ok(), "it needs no file at all");
    // Every option at once; `~` is not the test's to fill.
    let options: String = prod
        .lines()
        .map(|line| line.strip_prefix('#').filter(|rest| is_option(rest)).unwrap_or(line))
        .map(|line| line.replace("~/.ssh/", "") + "\n")
        .collect();
    let all = controller.load(&options).unwrap();
    assert_eq!((all.hosts.len(), all.steps.len()), (3, 4));
    let instance = all.hosts[0].instance.as_ref().unwrap();
    assert!(instance.client.is_some() && instance.template.is_some());
}

fn is_option(rest: &str) -> bool {
    rest.starts_with(|first: char| first.is_ascii_lowercase() || first == '[')
}

#[test]
fn the_tables_of_exit_codes_have_every_code() {
    let codes: BTreeSet<u8> = exits().map(Exit::code).into();
    for document in ["README.md", "docs/operations.md"] {
        let text = read(document);
        let rows = text.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" |"));
        let told: Vec<u8> = rows.filter_map(|(code, _)| code.parse().ok()).collect();
        assert_eq!(told.len(), codes.len(), "{document}");
        assert_eq!(told.into_iter().collect::<BTreeSet<_>>(), codes, "{document}");
    }
}

/// Every exit; a new one does not compile until it is listed.
fn exits() -> [Exit; 14] {
    use Exit as E;
    let listed = [
        E::Converged,
        E::PartWay,
        E::PutBack,
        E::Person,
        E::Unknown,
        E::Usage,
        E::Plan,
        E::Unreachable,
        E::Bug,
        E::State,
        E::Locked,
        E::HostKey,
        E::Permission,
        E::Refused,
    ];
    for exit in listed {
        match exit {
            E::Converged
            | E::PartWay
            | E::PutBack
            | E::Person
            | E::Unknown
            | E::Usage
            | E::Plan
            | E::Unreachable
            | E::Bug
            | E::State
            | E::Locked
            | E::HostKey
            | E::Permission
            | E::Refused => {}
        }
    }
    listed
}

#[test]
fn the_table_of_checks_is_the_programs() {
    let text = read("docs/checks.md");
    let rows = text.lines().filter(|line| line.starts_with("| P")).map(|line| {
        let cells: Vec<_> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        (cells[0], *cells.last().unwrap())
    });
    let checks = CheckId::ALL.map(|id| (id.name(), id.why()));
    assert_eq!(rows.collect::<Vec<_>>(), checks);
}

#[test]
fn the_readme_names_every_subcommand_and_no_other() {
    let command = Cli::command();
    let built: BTreeSet<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    let readme = read("README.md");
    let (_, section) = readme.split_once("## The command line").unwrap();
    let (_, synopsis) = blocks(section).swap_remove(0);
    let told: BTreeSet<&str> = synopsis
        .lines()
        .filter_map(|line| line.strip_prefix("tlsplan ")?.split_whitespace().next())
        .collect();
    assert_eq!(told, built);
    for document in DOCUMENTS {
        for word in calls(&read(document)) {
            assert!(built.contains(word.as_str()), "{document}: there is no `tlsplan {word}`");
        }
    }
}

/// The subcommands in calls like `tlsplan apply plans/prod.toml`, in code and after a prompt.
fn calls(document: &str) -> Vec<String> {
    let marks = ["`tlsplan ", "$ tlsplan ", "&& tlsplan "];
    let calls = marks.iter().flat_map(|mark| {
        let calls = document.split(mark).skip(1);
        calls.filter_map(|rest| rest.split(|char: char| !char.is_ascii_alphabetic()).next())
    });
    calls.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[test]
fn links_lead_to_files_that_are_there() {
    for document in DOCUMENTS {
        let text = read(document);
        let directory = root().join(document).parent().map(PathBuf::from).unwrap_or_default();
        for (at, opening) in text.match_indices("](") {
            let target = text[at + opening.len()..].split(')').next().unwrap_or_default();
            let file = target.split('#').next().unwrap_or_default();
            if !file.is_empty() && !file.contains("://") {
                assert!(directory.join(file).exists(), "{document}: `{target}` leads nowhere");
            }
        }
    }
}

/// Every row of `docs/scenarios.md` names a test that is there, by a name that begins with its id.
#[test]
fn every_scenario_has_its_test() {
    let (page, mut ids) = (read("docs/scenarios.md"), BTreeSet::new());
    for row in page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| id")) {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [id, .., place, test] = cells[..] else { panic!("{row}") };
        let (place, test) = (place.trim_matches('`'), test.trim_matches('`'));
        let source = read(place);
        assert!(source.contains(&format!("fn {test}(")), "{id}: {place} has no {test}");
        let named: Vec<_> = test.split('_').map_while(as_id).collect();
        let wanted: Vec<_> = id.split(' ').filter_map(as_id).collect();
        assert!(wanted.iter().all(|id| named.contains(id)), "{id} is not in the name {test}");
        assert_eq!(source.matches(&format!("fn {test}(")).count(), 1, "{test}");
        assert!(ids.insert(id.to_owned()), "{id} has two homes");
    }
    assert_eq!(ids.len(), 15, "{ids:?}");
}

/// `U2` and `u2`; between two of them may stand `to`.
fn as_id(word: &str) -> Option<String> {
    let word = word.to_lowercase();
    let number = word.strip_prefix(['u', 't', 'm']);
    let is_id = number.is_some_and(|number| number.parse::<u8>().is_ok());
    (is_id || word == "to").then_some(word)
}
