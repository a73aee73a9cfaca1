//! What the format has and this version does not do: refused by name, its mistakes found.

use super::loading::{REST, complaints};

/// Kinds that are not built: each has its refusal, and a mistake in its shape is found beside it.
#[test]
fn kinds_that_are_not_built_are_refused_by_name() {
    for (action, mistake) in [
        ("template = { src = \"a\", dest = \"/b\", owner = \"root\", mode = \"0640\" }", None),
        ("copy = { src = \"a\", dest = \"/b\", mode = \"640\", group = \"x\" }", None),
        (
            "copy = { src = \"a\", dst = \"/b\" }",
            Some("unknown key `dst` in `copy` | did you mean `dest`?"),
        ),
        (
            "copy = { src = \"a\", dest = \"/b\", mode = \"0999\" }",
            Some("`0999` is not a file mode"),
        ),
        ("template = \"a\"", Some("`template` has to be a table")),
        ("command = \"uptime\"", None),
        ("command = \"\"", Some("this text is empty")),
        (
            "command = { argv = [\"a\"], creates = \"/x\", unless = \"y\", expect = { status = 1, stdout = \"\" } }",
            None,
        ),
        (
            "command = { args = [\"a\"] }",
            Some("unknown key `args` in `command` | did you mean `argv`?"),
        ),
        ("service = { name = \"mongod\", state = \"restarted\" }", None),
        ("service = { name = \"mongod\" }", Some("`service` has no `state`")),
        ("mongosh = { js = \"1\", expect = 1 }", None),
        ("mongosh = { js = \"1\", file = \"x\" }", Some("`mongosh` has `js` and `file`")),
        ("mongosh = {}", Some("`mongosh` needs one of `js` and `file`")),
        ("set_parameter = { a = 1, b = \"x\", c = true }", None),
        ("set_parameter = {}", Some("`set_parameter` sets nothing")),
        ("set_parameter = { a = [] }", Some("`a` has to be a text, a number or a boolean")),
        ("confirm = \"sure?\"", None),
        ("confirm = \"\"", Some("this text is empty")),
        ("wait = { healthy = true }", None),
        ("wait = { for = \"30s\" }", None),
        ("wait = { healthy = false }", Some("`healthy` can only be waited for")),
        ("wait = { for = \"30\" }", Some("`30` has no unit")),
    ] {
        let found = complaints(&format!("{REST}[[steps]]\n{action}\n"));
        let kind = action.split(' ').next().unwrap();
        let refusal = format!("5:1 steps of the kind `{kind}` are not built yet");
        assert!(found.iter().any(|one| one.starts_with(&refusal)), "{action}: {found:#?}");
        let mistakes: Vec<_> = found.iter().filter(|one| !one.starts_with(&refusal)).collect();
        match mistake {
            None => assert!(mistakes.is_empty(), "{action}: {mistakes:#?}"),
            Some(mistake) => {
                assert!(
                    mistakes.len() == 1 && mistakes[0].contains(mistake),
                    "{action}: {mistakes:#?}"
                );
            }
        }
    }
}

#[test]
fn keys_of_other_kinds_are_told_apart() {
    let step = "[[steps]]\nconfirm = \"x\"\n";
    for (line, mistake) in [
        ("via = \"restart\"", Some("`via` belongs to a `tls_mode` step")),
        ("serial = \"25%\"", Some("`serial` is not built yet")),
        ("serial = \"0%\"", Some("`0%` is not a percentage")),
        ("serial = 0", Some("`serial` is out of range")),
        ("hosts = \"db1\"", None),
        ("timeout = \"90s\"", None),
    ] {
        let found = complaints(&format!("{REST}{step}{line}\n"));
        let hit = |mistake: &str| found.iter().any(|one| one.contains(mistake));
        assert!(mistake.is_none_or(hit), "{line}: {found:#?}");
        assert!(mistake.is_some() || found.len() == 1, "{line}: {found:#?}");
    }
}
