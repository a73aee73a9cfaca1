//! What is rendered, and what is refused of it.

use serde_json::{Value, json};

use super::world::World;
use crate::{
    cluster::{
        config::{ConfigFile, lint},
        mode::{OptionNames, TlsMode},
    },
    plan::template::{RenderedError, Scope, validate_rendered},
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

const SHIPPED: &str = include_str!("../../../../templates/mongod.conf.hbs");

#[test]
fn a_users_template_renders_every_mode_that_has_tls() {
    let world = World::rs0();
    let place = "storage:\n  dbPath: /var/lib/mongodb\nreplication:\n  replSetName: rs0\n";
    let place = ConfigFile::parse(place).unwrap();
    for mode in [TlsMode::Allow, TlsMode::Prefer, TlsMode::Require] {
        let text = world.render(USERS, mode).unwrap();
        let file = validate_rendered(&text, mode, Some(&place)).unwrap();
        assert_eq!(file.option("net.bindIp").as_deref(), Some("127.0.0.1,db1.lab.test"));
        assert_eq!(
            file.option("storage.wiredTiger.engineConfig.cacheSizeGB").as_deref(),
            Some("0.25")
        );
        assert_eq!(file.tls().ca_file.as_deref(), Some("/etc/ssl/mongodb/ca.pem"));
    }
    let text = world.render(USERS, TlsMode::Disabled).unwrap();
    let error = validate_rendered(&text, TlsMode::Disabled, None).unwrap_err();
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
            let file = validate_rendered(&text, mode, current)
                .unwrap_or_else(|error| panic!("{error}\n{text}"));
            assert_eq!(lint(&file, None), []);
            let spelling = (mode != TlsMode::Disabled).then_some(OptionNames::Tls);
            assert_eq!(file.tls().option_names, spelling, "{text}");
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
    assert_eq!(
        validate_rendered(&text, TlsMode::Prefer, None).unwrap().tls().option_names,
        Some(OptionNames::Ssl)
    );
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
        let error = validate_rendered(&text, TlsMode::Allow, Some(&place)).unwrap_err();
        assert_eq!(error.to_string(), message, "{text}");
    }
    let same = format!("{tls}{rest}security: {{keyFile: /k, authorization: enabled}}\n");
    assert!(validate_rendered(&same, TlsMode::Allow, Some(&place)).is_ok());
}
