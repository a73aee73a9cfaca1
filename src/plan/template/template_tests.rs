//! Templates as users write them: what compiles, what is found without rendering, what renders.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::{
    cluster::{
        config::{ConfigFile, lint},
        mode::{Spelling, TlsMode},
    },
    name::HostName,
    plan::model::{TemplateFile, TlsFiles},
};

/// A user's template, which knows nothing of disabled.
const USERS: &str = "\
storage:
  dbPath: /var/lib/mongodb
  wiredTiger:
    engineConfig:
      cacheSizeGB: {{cache_gb}}
systemLog:
  destination: file
  logAppend: true
  path: /var/log/mongodb/mongod.log
net:
  port: 27017
  bindIp: 127.0.0.1,{{bind_name}}
  tls:
    mode: {{tls.mode}}
    certificateKeyFile: {{tls.certificate_key_file}}
    CAFile: {{tls.ca_file}}
processManagement:
  timeZoneInfo: /usr/share/zoneinfo
replication:
  replSetName: {{replica_set}}
";

const SHIPPED: &str = include_str!("../../../templates/mongod.conf.hbs");

/// The world that a template is tried in.
struct World {
    vars: Map<String, Value>,
    host: HostName,
    tls: TlsFiles,
    current: Option<Value>,
}

impl World {
    fn new(vars: Value) -> Self {
        let Value::Object(vars) = vars else { panic!("variables are a mapping") };
        let tls = TlsFiles {
            ca_file: Some("/etc/ssl/mongodb/ca.pem".into()),
            certificate_key_file: Some("/etc/ssl/mongodb/server.pem".into()),
        };
        Self { vars, host: HostName::new("db1"), tls, current: None }
    }

    fn rs0() -> Self {
        Self::new(json!({"cache_gb": 0.25, "replica_set": "rs0", "bind_name": "db1.lab.test"}))
    }

    fn scope(&self, mode: TlsMode) -> Scope<'_> {
        Scope {
            vars: &self.vars,
            host_name: &self.host,
            host_address: "10.99.0.11",
            mode,
            tls: &self.tls,
            current: self.current.as_ref(),
        }
    }

    fn render(&self, text: &str, mode: TlsMode) -> Result<String, String> {
        compile(text).unwrap().render(&self.scope(mode)).map_err(|problem| problem.to_string())
    }

    fn unknown(&self, text: &str) -> Vec<String> {
        let known = self.scope(TlsMode::Allow).known();
        compile(text).unwrap().check_variables(&known).iter().map(told).collect()
    }
}

fn compile(text: &str) -> Result<Template, Vec<TemplateProblem>> {
    Template::compile(&TemplateFile { path: "t.hbs".into(), text: text.to_owned() })
}

fn told(problem: &TemplateProblem) -> String {
    match &problem.help {
        Some(help) => format!("{problem}; {help}"),
        None => problem.to_string(),
    }
}

#[test]
fn a_users_template_renders_every_mode_that_has_tls() {
    let world = World::rs0();
    let place = "storage:\n  dbPath: /var/lib/mongodb\nreplication:\n  replSetName: rs0\n";
    let place = ConfigFile::parse(place).unwrap();
    for mode in [TlsMode::Allow, TlsMode::Prefer, TlsMode::Require] {
        let text = world.render(USERS, mode).unwrap();
        let file = meant(&text, mode, Some(&place)).unwrap();
        assert_eq!(file.option("net.bindIp").as_deref(), Some("127.0.0.1,db1.lab.test"));
        assert_eq!(
            file.option("storage.wiredTiger.engineConfig.cacheSizeGB").as_deref(),
            Some("0.25")
        );
        assert_eq!(file.tls().ca_file.as_deref(), Some("/etc/ssl/mongodb/ca.pem"));
    }
    let text = world.render(USERS, TlsMode::Disabled).unwrap();
    let error = meant(&text, TlsMode::Disabled, None).unwrap_err();
    assert!(matches!(error, RenderedError::Refused { .. }), "{error}");
    assert_eq!(world.unknown(USERS), Vec::<String>::new());
}

#[test]
fn the_shipped_template_renders_every_mode_and_keeps_the_login() {
    let mut world = World::rs0();
    let place = "security:\n  authorization: enabled\n  keyFile: /etc/mongodb/key\n\
                 storage: {dbPath: /var/lib/mongodb}\nreplication: {replSetName: rs0}\n";
    let place = ConfigFile::parse(place).unwrap();
    assert_eq!(world.unknown(SHIPPED), Vec::<String>::new());
    for current in [None, Some(&place)] {
        world.current = current.map(|file| file.value().clone());
        for mode in TlsMode::ALL {
            let text = world.render(SHIPPED, mode).unwrap();
            let file =
                meant(&text, mode, current).unwrap_or_else(|error| panic!("{error}\n{text}"));
            assert_eq!(lint(&file, None), []);
            let spelling = (mode != TlsMode::Disabled).then_some(Spelling::Tls);
            assert_eq!(file.tls().spelling, spelling, "{text}");
            assert_eq!(file.key_file(), current.and_then(ConfigFile::key_file));
            assert!(!text.contains("{{") && !text.contains("\n\n\n"), "{text}");
        }
    }
}

#[test]
fn the_mode_is_spelled_as_the_section_needs_it() {
    let world = World::rs0();
    let old =
        "net:\n  ssl:\n    mode: {{tls.mode}}\n    PEMKeyFile: {{tls.certificate_key_file}}\n";
    let text = world.render(old, TlsMode::Prefer).unwrap();
    assert!(text.contains("mode: preferSSL\n"), "{text}");
    assert_eq!(meant(&text, TlsMode::Prefer, None).unwrap().tls().spelling, Some(Spelling::Ssl));
}

#[test]
fn what_handlebars_itself_would_let_through_is_an_error() {
    let mut world = World::rs0();
    world.tls.ca_file = None;
    for (text, message) in [
        ("a\nb: {{missing}}", "`missing` has no value, in line `2`, column `4` of `t.hbs`"),
        ("{{tls.mod}}", "`tls.mod` has no value, in line `1`, column `1` of `t.hbs`"),
        ("{{tls.ca_file}}", "`tls.ca_file` has no value, in line `1`, column `1` of `t.hbs`"),
        ("{{yaml tls.ca_file}}", "`tls.ca_file` has no value, in line `1`, column `1` of `t.hbs`"),
        ("{{yaml_block missing}}", "`missing` has no value, in line `1`, column `1` of `t.hbs`"),
        (
            "{{current.net.port}}",
            "`current.net.port` has no value, in line `1`, column `1` of `t.hbs`",
        ),
        (
            "{{yaml_block tls indent=true}}",
            "`indent` of `yaml_block` is not a number up to 80, in line `1`, column `1` of `t.hbs`",
        ),
    ] {
        assert_eq!(world.render(text, TlsMode::Allow).unwrap_err(), message);
    }
    let guarded =
        "{{#if tls.ca_file}}CAFile: {{tls.ca_file}}{{/if}}{{#if current.net.port}}x{{/if}}";
    assert_eq!(world.render(guarded, TlsMode::Allow).unwrap(), "");
    assert_eq!(world.unknown(guarded), Vec::<String>::new());
}

#[test]
fn nothing_is_escaped() {
    let world = World::new(json!({"x": "a&b<c>'\"`="}));
    assert_eq!(world.render("{{x}}", TlsMode::Allow).unwrap(), "a&b<c>'\"`=");
}

#[test]
fn every_path_without_a_value_is_found_before_rendering() {
    let world = World::new(json!({
        "ips": ["10.0.0.1"],
        "members": [{"name": "a"}, {"name": "b", "hidden": true}],
        "sets": {"rs0": {"port": 1}},
        "empty": [],
    }));
    for (text, unknown) in [
        (
            "a\n{{#if tls.mod}}x{{/if}}",
            vec![
                "`tls.mod` has no value, in line `2`, column `1` of `t.hbs`; did you mean `tls.mode`?",
            ],
        ),
        (
            "{{#unless (eq hots.name \"x\")}}x{{/unless}}",
            vec![
                "`hots.name` has no value, in line `1`, column `1` of `t.hbs`; did you mean `host.name`?",
            ],
        ),
        (
            "{{yaml host.adress}}{{host.nane}}",
            vec![
                "`host.adress` has no value, in line `1`, column `1` of `t.hbs`; did you mean `host.address`?",
                "`host.nane` has no value, in line `1`, column `21` of `t.hbs`; did you mean `host.name`?",
            ],
        ),
        (
            "{{#if tls.mode}}x{{else if zz}}y{{else}}{{tls.x}}{{/if}}",
            vec![
                "`zz` has no value, in line `1`, column `1` of `t.hbs`; there is `empty`, `host`, `ips`, `members`, `sets`, `tls`",
                "`tls.x` has no value, in line `1`, column `41` of `t.hbs`; there is `tls.ca_file`, `tls.certificate_key_file`, `tls.mode`",
            ],
        ),
        (
            "{{#each members}}{{name}}{{this.hidden}}{{#if hiden}}{{/if}}{{@index}}{{../host.name}}{{/each}}",
            vec![
                "`hiden` has no value, in line `1`, column `41` of `t.hbs`; did you mean `hidden`?",
            ],
        ),
        (
            "{{#each members as |m i|}}{{m.name}}{{i}}{{m.nam}}{{@root.tls.mode}}{{/each}}",
            vec![
                "`m.nam` has no value, in line `1`, column `42` of `t.hbs`; did you mean `m.name`?",
            ],
        ),
        (
            "{{#each ips}}{{this}}{{host.name}}{{/each}}",
            vec!["`host.name` has no value, in line `1`, column `22` of `t.hbs`"],
        ),
        (
            "{{#with sets.rs0 as |s|}}{{s.port}}{{port}}{{prt}}{{/with}}",
            vec!["`prt` has no value, in line `1`, column `44` of `t.hbs`; did you mean `port`?"],
        ),
        ("{{#each empty}}{{whatever}}{{/each}}{{#each current.x}}{{whatever}}{{/each}}", vec![]),
        ("{{#each sets}}{{@key}}{{port}}{{/each}}{{ips.[0]}}{{lookup tls \"mode\"}}", vec![]),
        ("{{ips.[9]}}", vec!["`ips.[9]` has no value, in line `1`, column `1` of `t.hbs`"]),
        ("{{current.anything.at.all}}", vec![]),
        (
            "{{tlsmode}}",
            vec!["`tlsmode` has no value, in line `1`, column `1` of `t.hbs`; did you mean `tls`?"],
        ),
    ] {
        assert_eq!(world.unknown(text), unknown, "{text}");
    }
}

#[test]
fn what_needs_no_variables_is_found_when_compiling() {
    for (text, message) in [
        (
            "a\n{{#if x}}{{#each y}}{{/each}}\n\n",
            "`{{#if}}` is not closed, in line `2`, column `1` of `t.hbs`; write `{{/if}}` where it ends",
        ),
        ("a\n{{x", "here is no handlebars expression, in line `2`"),
        ("{{#if x}}\n{{/each}}", "`{{#if}}` is closed by `{{/each}}`, in line `2`"),
        (
            "{{ymal x}}",
            "there is no helper `ymal`, in line `1`, column `1` of `t.hbs`; did you mean `yaml`?",
        ),
        (
            "{{#iff x}}{{/iff}}",
            "there is no helper `iff`, in line `1`, column `1` of `t.hbs`; did you mean `if`?",
        ),
        (
            "{{#if (equal x 1)}}{{/if}}",
            "there is no helper `equal`, in line `1`, column `1` of `t.hbs`; the helpers are if, ",
        ),
        ("a\n  {{> other}}", "partials and decorators are not available here, in line `2`"),
        ("{{#*inline \"x\"}}{{/inline}}", "partials and decorators are not available here"),
    ] {
        let problems = compile(text).unwrap_err();
        let told = told(&problems[0]);
        assert!(told.starts_with(message), "{text:?} gave {told}");
        assert!(!told.contains('\n'), "{told}");
    }
    assert_eq!(compile("{{a b}}{{c d}}").unwrap_err().len(), 2);
}

#[test]
fn a_variable_cannot_take_a_name_of_ours() {
    for name in ["host", "tls", "current", "yaml", "if"] {
        assert!(Scope::is_reserved(name));
        let error = World::new(json!({name: 1})).render("x", TlsMode::Allow).unwrap_err();
        let message = format!("the plan's variable `{name}` has a name of the template's own");
        assert!(error.starts_with(&message), "{error}");
    }
    assert!(!Scope::is_reserved("hosts"));
}

#[test]
fn a_template_cannot_fill_the_memory() {
    let many = Value::from(vec![0; 300]);
    let text = "{{#each n}}{{#each ../n}}{{#each ../../n}}xxxxxxxxxx{{/each}}{{/each}}{{/each}}";
    let error = World::new(json!({"n": many})).render(text, TlsMode::Allow).unwrap_err();
    assert!(error.starts_with("it renders more than 1048576 bytes"), "{error}");
}

#[test]
fn a_rendered_file_that_means_something_else_is_refused() {
    let place = "storage: {dbPath: /d}\nreplication: {replSetName: rs0}\nsecurity: {keyFile: /k}\n";
    let place = ConfigFile::parse(place).unwrap();
    let tls = "net: {tls: {mode: allowTLS, certificateKeyFile: /s}}\n";
    let rest = "storage: {dbPath: /d}\nreplication: {replSetName: rs0}\n";
    for (text, message) in [
        ("a: {{x}}\n".to_owned(), "the template renders a file that cannot be read"),
        (
            format!("{tls}x: '{{{{y}}}}'\n"),
            "`x` still has the braces of a template after rendering",
        ),
        (
            "{}".to_owned(),
            "the template renders TLS mode `disabled` where the step asks for `allowTLS`",
        ),
        (
            "net: {tls: {mode: allowTLS}}".to_owned(),
            "mongod would refuse what the template renders: the mode is `allowTLS`, but there is no \
             `net.tls.certificateKeyFile`",
        ),
        (
            format!("{tls}security: {{keyFile: /k}}\nstorage: {{dbPath: /d}}\n"),
            "the template would change `replication.replSetName` from `rs0` to `none`",
        ),
        (
            format!("{tls}security: {{keyFile: /k}}\nreplication: {{replSetName: rs0}}\n"),
            "the template would change `storage.dbPath` from `/d` to `/data/db`",
        ),
        (
            format!("{tls}{rest}"),
            "the template would change `security.keyFile` from `/k` to `none`",
        ),
        (
            format!("{tls}{rest}security: {{keyFile: /k, authorization: disabled}}\n"),
            "the template would change `security.authorization` from `enabled` to `disabled`",
        ),
        (
            format!("net.port: 1\n{tls}{rest}security: {{keyFile: /k}}\n"),
            "the template would change `net.port` from `27017` to `1`",
        ),
    ] {
        let error = meant(&text, TlsMode::Allow, Some(&place)).unwrap_err();
        assert_eq!(error.to_string(), message, "{text}");
    }
    let same = format!("{tls}{rest}security: {{keyFile: /k, authorization: enabled}}\n");
    assert!(meant(&same, TlsMode::Allow, Some(&place)).is_ok());
}

/// Pieces of templates, nested at will.
fn pieces() -> impl Strategy<Value = String> {
    let names = ["a", "b.c", "b.x", "host.name", "list", "items", "z", "n", "m", "n.k", "m.k", "k"];
    let path = (
        prop::sample::select(vec!["", "", "", "../", "@root.", "this."]),
        prop::sample::select(names.to_vec()),
    )
        .prop_map(|(start, name)| format!("{start}{name}"));
    let leaf = path.clone().prop_map(|path| format!("{{{{yaml {path}}}}}"));
    leaf.prop_recursive(3, 12, 3, move |inner| {
        let block = prop::sample::select(vec![
            "each list",
            "each items",
            "with b",
            "with items.[0]",
            "if @root.a",
        ]);
        let names = prop::sample::select(vec!["", " as |n|", " as |n m|"]);
        (block, names, prop::collection::vec(inner, 1..3)).prop_map(|(block, names, inner)| {
            let names = if block.starts_with("if") { "" } else { names };
            let names =
                if block.starts_with("with") { names.split(" m").next().unwrap() } else { names };
            let close = if names.is_empty() || names.ends_with('|') { "" } else { "|" };
            let name = block.split(' ').next().unwrap();
            format!("{{{{#{block}{names}{close}}}}}{}{{{{/{name}}}}}", inner.concat())
        })
    })
}

proptest! {
    /// Where every value is known, the walk and strict rendering must agree.
    #[test]
    fn the_walk_finds_what_rendering_would_fail_on_and_nothing_else(text in pieces()) {
        let world = World::new(json!({
            "a": 1, "b": {"c": 2, "k": 3}, "list": [1, 2], "items": [{"k": 1}, {"k": 2}],
        }));
        let unknown = world.unknown(&text);
        let rendered = world.render(&text, TlsMode::Allow);
        prop_assert_eq!(unknown.is_empty(), rendered.is_ok(), "{} {:?} {:?}", text, unknown, rendered);
    }
}
