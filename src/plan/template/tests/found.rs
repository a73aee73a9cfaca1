//! What is found without rendering.

use proptest::prelude::*;
use serde_json::json;

use super::world::{World, compile, told};
use crate::cluster::mode::TlsMode;

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
