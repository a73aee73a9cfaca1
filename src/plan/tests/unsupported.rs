//! What the format has and this version does not support: refused by name.

use super::loading::{REST, assert_one};

#[test]
fn kinds_that_are_not_supported_are_refused_by_name() {
    for (kind, value) in [
        ("template", "{ src = \"a\", dest = \"/b\" }"),
        ("copy", "{}"),
        ("command", "\"uptime\""),
        ("service", "{ name = \"mongod\", state = \"restarted\" }"),
        ("mongosh", "1"),
        ("set_parameter", "{ a = 1 }"),
    ] {
        assert_one(
            &format!("{REST}[[steps]]\n{kind} = {value}\n"),
            &format!("5:1 steps of the kind `{kind}` are not built yet | take the step out"),
        );
    }
}

#[test]
fn keys_that_are_not_supported_are_refused_by_name() {
    for action in ["confirm = \"x\"", "wait = { healthy = true }", "tls_mode = \"preferTLS\""] {
        for key in ["when", "for_each", "verify", "on_failure", "before", "after", "soak"] {
            assert_one(
                &format!("{REST}[[steps]]\n{action}\n{key} = 1\n"),
                &format!("6:1 `{key}` is not built yet | take it out"),
            );
        }
    }
    assert_one(
        &format!("{REST}[[steps]]\nconfirm = \"x\"\nserial = \"25%\"\n"),
        "6:1 `serial` is not built yet",
    );
}
