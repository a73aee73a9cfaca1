//! Every mistake before the hosts and steps of a plan, with its place and message.

use super::loading::{REST, assert_one, complaints};

#[test]
fn mistakes_in_front_of_hosts_and_steps() {
    for (lines, expected) in [
        ("nam = \"x\"", "1:1 unknown key `nam` in the plan | did you mean `name`?"),
        ("name = 3", "1:8 `name` has to be a text | write it in quotes: `name = \"3\"`"),
        ("name = \" \"", "1:8 this text is empty"),
        ("name = \"a\\u001b[31m\"", "1:8 this text cannot hold `\\u{1b}`"),
        ("ssh = 1", "1:7 `ssh` has to be a table"),
        ("port = 1", "1:1 unknown key `port` in the plan | the plan takes `groups`"),
        ("[ssh]\nport = 22", "2:1 unknown key `port` in `[ssh]` | `[ssh]` takes `become`"),
        ("[ssh]\nuser = \"-l\"", "2:8 a login name begins with a letter or a digit"),
        ("[ssh]\nbecome = \"su\"", "2:10 `su` is no value of `become` | did you mean `sudo`?"),
        ("[ssh]\nidentity_file = \"id\"", "2:17 `id` does not exist | looked for"),
        ("[ssh]\nknown_hosts = \"/\"", "2:15 `/` is a directory"),
        ("[ssh]\nknown_hosts = \"/dev/null\"", "2:15 `/dev/null` is not a regular file"),
        ("[ssh]\nidentity_file = \"~root/id\"", "2:17 `~root/id` names another user's home"),
        ("[ssh]\nidentity_passphrase = { env = \"X\" }", "2:1 a passphrase without a key"),
        (
            "[ssh]\nbecome = \"none\"\nbecome_password = { env = \"X\" }",
            "3:1 `become_password` has no use where `become` is `none`",
        ),
        (
            "[mongodb]\nservce = \"x\"",
            "2:1 unknown key `servce` in `[mongodb]` | did you mean `service`?",
        ),
        ("[mongodb]\nservice = \"a b\"", "2:11 `a b` is not a systemd service"),
        ("[mongodb]\nconfig_file = \"mongod.conf\"", "2:15 `mongod.conf` is not a path on a host"),
        ("[mongodb]\nconfig_file = \"/etc/a\\nb\"", "2:15 `/etc/a\\nb` has a control character"),
        ("[mongodb]\ntemplate = \"x.hbs\"", "2:12 `x.hbs` does not exist"),
        ("[mongodb]\ntemplate = \"latin1.hbs\"", "2:12 `latin1.hbs` is not text"),
        ("[mongodb]\nport = 0", "2:8 `port` is out of range"),
        ("[mongodb]\nport = 65536", "2:8 `port` is out of range"),
        ("[mongodb]\nport = 99999999999999999999", "2:8 `port` is out of range"),
        (
            "[mongodb]\nport = \"1\"",
            "2:8 `port` has to be a whole number | write it without quotes: `port = 1`",
        ),
        ("[mongodb]\nusername = \"x\"", "2:1 a database user without a password"),
        ("[mongodb]\npassword = { env = \"X\" }", "2:1 a database password without a user"),
        ("[mongodb]\ndrain = \"15\"", "2:9 `15` has no unit | a duration is written like \"10s\""),
        ("[mongodb]\ndrain = \"-1s\"", "2:9 `-1s` is not a duration"),
        ("[mongodb]\nmax_lag = \"0s\"", "2:11 `max_lag` cannot be zero"),
        (
            "[mongodb]\nstart_timeout = 5",
            "2:17 `start_timeout` has to be a duration in quotes | write it in quotes: `start_timeout = \"5s\"`",
        ),
        (
            "[mongodb]\naccept_write_outage = \"true\"",
            "2:23 `accept_write_outage` has to be `true` or `false` | write it without quotes",
        ),
        (
            "[mongodb]\nread_with = \"mongo\"",
            "2:13 `mongo` is no value of `read_with` | did you mean `mongosh`?",
        ),
        (
            "[mongodb]\nrollback = \"hosts\"",
            "2:12 `hosts` is no value of `rollback` | did you mean `host`?",
        ),
        (
            "[mongodb]\nconfirm_within = \"5s\"",
            "2:18 a deadline that no start can keep | give the member time to start and to be proved, like \"2m\"",
        ),
        ("[mongodb]\ncertificate_days_left = -1", "2:25 `certificate_days_left` is out of range"),
        ("[mongodb.tls]\nca_file = \"ca.pem\"", "2:11 `ca.pem` is not a path on a host"),
        ("[mongodb.tls]\nca = \"/ca.pem\"", "2:1 unknown key `ca` in `[mongodb.tls]`"),
        ("[mongodb.client]", "1:1 `[mongodb.client]` has no `ca_file`"),
        (
            "[mongodb.client]\nca_file = \"cb.pem\"",
            "2:11 `cb.pem` does not exist | did you mean `ca.pem`?",
        ),
        ("[vars]\ntls = 1", "2:1 a variable cannot be called `tls`"),
        ("[vars]\nx = nan", "2:5 this number cannot be written into a file"),
        ("[vars]\nx = [\"a\\u0000\"]", "2:6 a variable cannot hold a NUL"),
        ("[groups.rs0]", "1:9 no host is in group `rs0` | put it into a host"),
        ("[waive]\nP31 = \" \"", "2:7 `P31` is waived without a reason"),
        (
            "[waive]\nlag = \"x\"",
            "2:1 `lag` is not the id of a check | an id is written like `P31`",
        ),
        ("[waive]\nP301 = \"x\"", "2:1 `P301` is not the id of a check | did you mean `P30`?"),
        ("name = \"x\"\nname = \"y\"", "2:1 `name` is given twice"),
        ("name = x", "1:8 this is not TOML"),
    ] {
        assert_one(&format!("{lines}\n{REST}"), expected);
    }
}

#[test]
fn mistakes_in_references_to_secrets() {
    for (value, expected) in [
        ("\"hunter2\"", "2:12 `password` holds a secret as text | name where it is"),
        ("[\"hunter2\"]", "2:12 `password` holds a secret as text"),
        ("{}", "2:12 `password` does not say where the secret is"),
        ("{ env = \"A\", file = \"b\" }", "2:12 `password` has `env` and `file`"),
        ("{ text = \"hunter2\" }", "2:14 unknown key `text` in `password`"),
        ("{ env = \"hunter2!\" }", "2:20 `env` is not the name of an environment variable"),
        ("{ command = [] }", "2:24 `command` names no program"),
        ("{ command = \"hunter2\" }", "2:24 `command` has to be a list of words"),
        ("{ file = \"\" }", "2:21 this path is empty"),
    ] {
        let text = format!("[mongodb]\npassword = {value}\nusername = \"x\"\n{REST}");
        assert_one(&text, expected);
    }
}

#[test]
fn a_window_is_read_or_told_what_is_wrong_with_it() {
    let good =
        "time_zone = \"UTC\"\nopen = [{ days = [\"sat\"], from = \"01:00\", for = \"3h\" }]\n";
    for (window, mistake) in [
        (good.to_owned(), None),
        (good.replace("\"01:00\"", "01:00:00"), None),
        (format!("{good}except = [\"2026-12-26\", 2026-12-27]"), None),
        (good.replace("UTC", "Mars/Olympus"), Some("`Mars/Olympus` is not a time zone known here")),
        (
            good.replace("sat", "saturday"),
            Some("`saturday` is no value of `days` | did you mean `sat`?"),
        ),
        (good.replace("01:00", "24:00"), Some("`24:00` is not a time of day")),
        (good.replace("\"01:00\"", "01:00:30"), Some("`01:00:30` is not a time of day")),
        (good.replace("3h", "0s"), Some("`for` cannot be zero")),
        (
            good.replace("from", "form"),
            Some("unknown key `form` in an entry of `open` | did you mean `from`?"),
        ),
        ("time_zone = \"UTC\"\nopen = []".to_owned(), Some("this window never opens")),
        ("time_zone = \"UTC\"".to_owned(), Some("`[window]` has no `open`")),
        (format!("{good}except = [\"26.12.2026\"]"), Some("`26.12.2026` is not a date")),
    ] {
        let found = complaints(&format!("{REST}[window]\n{window}\n"));
        let hit = |words: &str| found.iter().any(|one| one.contains(words));
        assert!(mistake.is_none_or(hit), "{window}: {found:#?}");
        assert_eq!(found.len(), usize::from(mistake.is_some()), "{window}: {found:#?}");
    }
}
