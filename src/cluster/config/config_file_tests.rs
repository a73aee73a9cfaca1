//! What is read from a file, and what is refused.

use proptest::prelude::*;

use super::*;
use crate::cluster::{
    config::PassPhrase,
    mode::{OptionNames, TlsMode},
};

fn file(text: &str) -> ConfigFile {
    ConfigFile::parse(text).unwrap()
}

#[test]
fn words_stay_the_words_that_mongod_takes_them_for() {
    let file = file("a: yes\nb: 0755\nc: 1_000\nd: on\ne: 2026-01-01\n");
    for (key, text) in [("a", "yes"), ("b", "0755"), ("c", "1_000"), ("d", "on")] {
        assert_eq!(file.option(key).as_deref(), Some(text));
    }
}

#[test]
fn either_name_and_either_nesting_says_the_same_of_tls() {
    let expected = |option_names| TlsSection {
        pass_phrase: PassPhrase::None,
        option_names: Some(option_names),
        mode: TlsMode::Prefer,
        certificate_key_file: Some("/s".into()),
        ca_file: Some("/c".into()),
        cluster_file: None,
        cluster_ca_file: None,
        log_versions: None,
    };
    for (text, option_names) in [
        ("net: {tls: {mode: preferTLS, certificateKeyFile: /s, CAFile: /c}}", OptionNames::Tls),
        ("net: {ssl: {mode: preferSSL, PEMKeyFile: /s, CAFile: /c}}", OptionNames::Ssl),
        (
            "net.tls.mode: preferTLS\nnet: {tls: {CAFile: /c, certificateKeyFile: /s}}",
            OptionNames::Tls,
        ),
        (
            "net: {ssl: {mode: preferSSL}, tls: {CAFile: /c, certificateKeyFile: /s}}",
            OptionNames::Ssl,
        ),
    ] {
        assert_eq!(*file(text).tls(), expected(option_names), "{text}");
    }
    let none = file("net:\n  port: 1\n");
    assert_eq!((none.tls().option_names, none.tls().mode), (None, TlsMode::Disabled));
}

#[test]
fn the_address_to_dial_is_loopback_unless_mongod_is_not_there() {
    for (net, address) in [
        ("{}", "127.0.0.1"),
        ("{bindIp: localhost}", "127.0.0.1"),
        ("{bindIp: '10.0.0.1, 127.0.0.1'}", "127.0.0.1"),
        ("{bindIp: 0.0.0.0}", "127.0.0.1"),
        ("{bindIp: '*'}", "127.0.0.1"),
        ("{bindIpAll: true}", "127.0.0.1"),
        ("{bindIpAll: false, bindIp: 10.0.0.1}", "10.0.0.1"),
        ("{bindIp: '/run/m.sock,10.0.0.1,10.0.0.2'}", "10.0.0.1"),
        ("{bindIp: db1.example.net}", "db1.example.net"),
        ("{bindIp: '::1,10.0.0.1'}", "::1"),
        ("{bindIp: '::', ipv6: true}", "::1"),
    ] {
        assert_eq!(file(&format!("net: {net}")).dial_address(), address, "{net}");
    }
}

#[test]
fn who_has_to_log_in_follows_from_three_options() {
    for (security, authorization) in [
        ("{}", Authorization::NotEnforced),
        ("{authorization: enabled}", Authorization::Enforced),
        ("{keyFile: /k}", Authorization::Enforced),
        ("{keyFile: /k, transitionToAuth: true}", Authorization::NotEnforced),
        ("{clusterAuthMode: x509}", Authorization::Enforced),
        ("{authorization: disabled}", Authorization::NotEnforced),
    ] {
        let file = file(&format!("security: {security}"));
        assert_eq!(file.authorization(), authorization, "{security}");
    }
}

#[test]
fn the_log_is_where_the_file_says() {
    let (empty, full) = (
        file(""),
        file("systemLog: {destination: file, path: /l}\nreplication: {replSetName: rs0}"),
    );
    assert_eq!(empty.log(), LogTo::Stdout);
    assert_eq!(full.log(), LogTo::File("/l".into()));
    assert_eq!(full.replica_set(), Some(SetName::new("rs0")));
    assert_eq!(file("systemLog: {destination: syslog}").log(), LogTo::Syslog);
}

#[test]
fn what_cannot_be_read_with_certainty_is_refused() {
    for (text, message) in [
        ("net:\n\tport: 1\n", "the configuration file is not valid YAML at line `2`"),
        (
            "net:\n  port: 1\nnet:\n  bindIp: x\n",
            "the configuration file is not valid YAML at line `3`",
        ),
        ("a: 1\n---\nb: 2\n", "the configuration file is not valid YAML"),
        ("a: {{x}}\n", "the configuration file is not valid YAML at line `1`"),
        ("<<: {a: 1}\n", "the configuration file is not valid YAML"),
        ("port = 27017\ndbpath = /x\n", "the configuration file is in the old `key = value` form"),
        ("- a\n", "the configuration file holds a list where its options should be"),
        ("net.port: 1\nnet: {port: 1}\n", "the option `net.port` is given twice"),
        ("net: {tls: {mode: allowtls}}\n", "`net.tls.mode` is `allowtls`, which is not a TLS mode"),
        ("net: {tls: {mode: {__exec: x}}}\n", "`net.tls.mode` is ``, which is not a TLS mode"),
        ("net: {port: 99999}\n", "`net.port` is `99999`, which is not a port"),
    ] {
        let error = ConfigFile::parse(text).unwrap_err().to_string();
        assert!(error.starts_with(message), "{text:?} gave {error}");
        assert!(!error.contains('\n'), "{error}");
    }
}

#[test]
fn a_syntax_error_does_not_quote_the_file() {
    for text in [
        "clusterPassword: \"hunter2\n",
        "clusterPassword: *hunter2\n",
        "clusterPassword: hunter2: x\n",
        "clusterPassword: {{hunter2}}\n",
        "clusterPassword: !hunter2 x\nb\n",
        "clusterPassword: @hunter2\n",
        "hunter2\nx: [",
    ] {
        let error = format!("{:?}", ConfigFile::parse(text).unwrap_err());
        assert!(!error.contains("hunter2"), "{text:?} gave {error}");
    }
}

#[test]
fn a_hostile_file_is_refused_at_once() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let before = format!("*a{}, ", level - 1).repeat(9);
        bomb = format!("{bomb}a{level}: &a{level} [{before}]\n");
    }
    let deep = format!("a: {}{}", "[".repeat(10_000), "]".repeat(10_000));
    let long = format!("a: {}", "x".repeat(ConfigFile::MAX_BYTES));
    let many = "- a\n".repeat(200_000);
    for text in [bomb, deep, long, many] {
        let start = std::time::Instant::now();
        assert!(ConfigFile::parse(&text).is_err());
        assert!(start.elapsed().as_secs() < 2, "{:?}", start.elapsed());
    }
}

#[test]
fn a_file_of_comments_is_read_however_long_they_are() {
    let comments = "  # one of many\n".repeat(2_000);
    let file = file(&format!("net:\n{comments}  port: 5\n{comments}x:\n{comments}  - 1\n"));
    assert_eq!(file.port(), 5);
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "[a-z:{}\\[\\]&*!|>#'\"%@`~?, \t\r\n.=0-9\u{feff}-]{0,80}") {
        let _ = ConfigFile::parse(&text);
    }
}

#[test]
fn a_key_behind_a_pass_phrase_is_told() {
    for (text, expected) in [
        ("net: {tls: {mode: requireTLS, certificateKeyFile: /s}}", PassPhrase::None),
        ("net: {tls: {mode: requireTLS, certificateKeyFilePassword: x}}", PassPhrase::Needed),
        ("net: {ssl: {mode: requireSSL, PEMKeyPassword: x}}", PassPhrase::Needed),
        (
            "net: {tls: {mode: requireTLS, clusterPassword: {__exec: 'x', type: string}}}",
            PassPhrase::Needed,
        ),
    ] {
        assert_eq!(file(text).tls().pass_phrase, expected, "{text}");
    }
}
