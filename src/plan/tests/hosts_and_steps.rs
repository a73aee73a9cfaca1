//! Every mistake in hosts and steps, with its place and message.

use super::loading::{REST, assert_one, complaints};

#[test]
fn mistakes_in_hosts() {
    let steps = "[[steps]]\ntls_mode = \"allowTLS\"\n";
    for (lines, expected) in [
        ("", "1:1 the plan has no `hosts`"),
        ("[hosts]", "1:2 the plan has no hosts"),
        ("hosts = []", "1:9 `hosts` has to be a table | a host is a table under its name"),
        (
            "hosts.db1 = \"a\"",
            "1:13 host `db1` has to be a table | write `db1 = { address = \"a\" }`",
        ),
        ("hosts.db1 = 1", "1:13 `db1` has to be a table, as in `[hosts.db1]`"),
        ("hosts.\"-x\" = {}", "1:7 a host's name begins with a letter or a digit"),
        ("hosts.\"a\\u001b\" = {}", "1:7 a host's name cannot hold `\\u{1b}`"),
        ("hosts.\"a'b\" = {}", "1:7 a host's name cannot hold `'`"),
        ("hosts.\"\" = {}", "1:7 a host's name is empty"),
        (
            "[hosts.a]\nadress = \"x\"",
            "2:1 unknown key `adress` in host `a` | did you mean `address`?",
        ),
        (
            "[hosts.a]\nuser = \"x\"",
            "2:1 unknown key `user` in host `a` | `user` belongs in `[ssh]`, or in `ssh` of a host",
        ),
        ("[hosts.a]\naddress = \"-x\"", "2:11 `-x` is not an address"),
        (
            "[hosts.a]\naddress = \"u@x\"",
            "2:11 `u@x` is not an address | the user has a key of its own",
        ),
        (
            "[hosts.a]\naddress = \"x:1\"",
            "2:11 `x:1` is not an address | write `address = \"x\"` and `port = 1`",
        ),
        ("[hosts.a]\nport = -1", "2:8 `port` is out of range"),
        ("[hosts.a]\ngroups = \"g\"", "2:10 `groups` has to be a list of groups"),
        ("[hosts.a]\ngroups = [\"g\", \"g\"]", "2:16 group `g` is named twice"),
        (
            "[hosts]\na.address = \"X\"\nb.address = \"x\"",
            "3:13 hosts `a` and `b` have one address",
        ),
        (
            "[hosts]\na = {}\nb = { address = \"a\", port = 22 }",
            "3:17 hosts `a` and `b` have one address",
        ),
        (
            "hosts.a.groups = [\"rs_0\"]\n[groups.rs0]",
            "2:9 no host is in group `rs0` | did you mean `rs_0`?",
        ),
        ("[hosts.a]\n[groups]\nx = [\"a\"]", "3:5 group `x` has to be a table"),
    ] {
        // A plan without hosts has that one problem.
        assert_one(&format!("{lines}\n{steps}"), expected);
    }
}

#[test]
fn mistakes_in_steps() {
    let hosts = "hosts.a.groups = [\"g\"]\nhosts.b = {}\n";
    for (steps, expected) in [
        ("", "1:1 the plan has no `steps` | add a `[[steps]]`"),
        ("steps = []", "3:9 the plan has no steps"),
        ("[steps]\ntls_mode = \"allowTLS\"", "3:2 `steps` has to be a list of tables"),
        ("[[step]]", "3:3 unknown key `step` in the plan | did you mean `steps`?"),
        ("[[steps]]", "3:1 step 1 does nothing | add one of `tls_mode`"),
        (
            "[[steps]]\ntls_mod = \"allowTLS\"",
            "4:1 unknown key `tls_mod` in step 1 | did you mean `tls_mode`?",
        ),
        (
            "[[steps]]\ntls_mode = \"requiretls\"",
            "4:12 `requiretls` is not a TLS mode | did you mean `requireTLS`?",
        ),
        (
            "[[steps]]\ntls_mode = \"alowSSL\"",
            "4:12 `alowSSL` is not a TLS mode | did you mean `allowSSL`?",
        ),
        ("[[steps]]\ntls_mode = true", "4:12 `tls_mode` has to be a text"),
        (
            "[[steps]]\ntls_mode = \"allowTLS\"\nvia = \"reboot\"",
            "5:7 `reboot` is no value of `via`",
        ),
        (
            "[[steps]]\ntls_mode = \"allowTLS\"\nvia = \"set_parameter\"",
            "5:7 no server goes to `allowTLS` by `setParameter` | write `via = \"restart\"`",
        ),
        (
            "[[steps]]\ntls_mode = \"disabled\"\nvia = \"set_parameter\"",
            "5:7 no server goes to `disabled` by `setParameter`",
        ),
        (
            "[[steps]]\ntls_mode = \"allowTLS\"\n[[steps]]\ntls_mode = \"requireTLS\"",
            "6:12 `requireTLS` after `allowTLS` leaves `preferTLS` out | members at `allowTLS` and at",
        ),
        (
            "[[steps]]\ntls_mode = \"preferTLS\"\n[[steps]]\ntls_mode = \"allowSSL\"",
            "6:12 `allowTLS` after `preferTLS` leads back down",
        ),
        (
            "[[steps]]\ntls_mode = \"allowTLS\"\n[[steps]]\ntls_mode = \"allowSSL\"",
            "6:12 `allowTLS` is asked for twice",
        ),
        (
            "[[steps]]\nname = \"x\"\ntls_mode = \"allowTLS\"\n[[steps]]\nname = \"x\"\ntls_mode = \"preferTLS\"",
            "7:8 two steps are called `x`",
        ),
        (
            "[[steps]]\ntls_mode = \"allowTLS\"\nhosts = \"a\"",
            "5:9 a `tls_mode` step is for the whole cluster, this one leaves out `b`",
        ),
        (
            "[[steps]]\ntls_mode = \"allowTLS\"\nhosts = \"!@g\"",
            "5:9 a `tls_mode` step is for the whole cluster",
        ),
        (
            "[[steps]]\ntls_mode = \"allowTLS\"\nhosts = [\"a\", \"c\"]",
            "5:15 no host is called `c`",
        ),
        (
            "[[steps]]\ntls_mode = \"allowTLS\"\nhosts = \"@h1x\"",
            "5:9 no host is in a group `h1x` | the plan has `g`",
        ),
        (
            "[[steps]]\ntls_mode = \"allowTLS\"\nhosts = \"z*\"",
            "5:9 no host is called `z*` | the plan has `a`, `b`",
        ),
        ("[[steps]]\ntls_mode = \"allowTLS\"\nhosts = \"a,!a\"", "5:9 no host is left"),
        (
            "[[steps]]\ntls_mode = \"allowTLS\"\nhosts = \"a,\"",
            "5:9 the selector `a,` has an empty term",
        ),
        ("[[steps]]\ntls_mode = \"allowTLS\"\nhosts = []", "5:9 no host is selected"),
        (
            "[[steps]]\ntls_mode = \"allowTLS\"\nserial = 1",
            "5:1 `serial` has no meaning for `tls_mode`",
        ),
        ("[[steps]]\ntls_mode = \"allowTLS\"\nverify = true", "5:1 `verify` is not built yet"),
        ("[[steps]]\ntls_mode = \"allowTLS\"\ntimeout = \"0s\"", "5:11 `timeout` cannot be zero"),
        (
            "[[steps]]\ntls_mode = \"allowTLS\"\ntimeuot = \"1s\"",
            "5:1 unknown key `timeuot` in step 1 | did you mean `timeout`?",
        ),
    ] {
        assert_one(&format!("{hosts}{steps}\n"), expected);
    }
}

#[test]
fn two_actions_are_both_named() {
    let text = format!("{REST}confirm = \"x\"\n");
    let found = complaints(&text);
    assert_eq!(
        found[0],
        "4:1 step 1 has 2 actions: `tls_mode` and `confirm` | make a step of each"
    );
}
