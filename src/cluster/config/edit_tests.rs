//! The editor against layouts that people write: examples, and properties over made-up files.

use proptest::prelude::*;

use super::*;

fn want(mode: TlsMode) -> TlsEdit {
    TlsEdit {
        mode,
        ca_file: Some("/ca.pem".into()),
        certificate_key_file: Some("/s.pem".into()),
        log_versions: None,
        option_names: OptionNames::Tls,
    }
}

const NEW: &str = "mode: preferTLS, certificateKeyFile: /s.pem, CAFile: /ca.pem";

#[test]
fn only_the_tls_section_changes() {
    let block =
        "  tls:\n    mode: preferTLS\n    certificateKeyFile: /s.pem\n    CAFile: /ca.pem\n";
    for (old, new) in [
        (String::new(), format!("net:\n{block}")),
        ("# only\n".into(), format!("# only\nnet:\n{block}")),
        ("x: 1".into(), format!("x: 1\nnet:\n{block}")),
        ("net:\n  port: 1 # c\nx: 1".into(), format!("net:\n  port: 1 # c\n{block}x: 1")),
        ("net: # n\nx: 1\n".into(), format!("net: # n\n{block}x: 1\n")),
        ("net: ~\n".into(), format!("net:\n{block}")),
        ("---\nnet:\n  port: 1\n...\n".into(), format!("---\nnet:\n  port: 1\n{block}...\n")),
        ("\u{feff}net:\n  port: 1\n".into(), format!("\u{feff}net:\n  port: 1\n{block}")),
        ("'net':\n  \"port\": 1\n\n# x\n".into(), format!("'net':\n  \"port\": 1\n{block}\n# x\n")),
        ("net: {port: 1} # f\n".into(), format!("net: {{port: 1, tls: {{{NEW}}}}} # f\n")),
        (
            "net:\r\n  port: 1\r\n\r\nx: 1\r\n".into(),
            format!("net:\r\n  port: 1\r\n{}\r\nx: 1\r\n", block.replace('\n', "\r\n")),
        ),
        (
            "net:\n  tls:\t# why\n    # m\n    mode:  'allowTLS'  # was off\n\n    CAFile: \"/ca.pem\"\n    disabledProtocols: TLS1_0\n    certificateKeyFile: /s.pem\n".into(),
            "net:\n  tls:\t# why\n    # m\n    mode:  preferTLS  # was off\n\n    CAFile: \"/ca.pem\"\n    disabledProtocols: TLS1_0\n    certificateKeyFile: /s.pem\n".into(),
        ),
        (
            "net:\n  ssl: {mode: allowSSL, PEMKeyFile: /s.pem, CAFile: /ca.pem}\n".into(),
            "net:\n  ssl: {mode: preferSSL, PEMKeyFile: /s.pem, CAFile: /ca.pem}\n".into(),
        ),
        (
            "net:\n  ssl: {mode: preferTLS, PEMKeyFile: /s.pem, CAFile: /ca.pem}\n".into(),
            "net:\n  ssl: {mode: preferTLS, PEMKeyFile: /s.pem, CAFile: /ca.pem}\n".into(),
        ),
        (
            "net.port: 5\nx: 1\n".into(),
            format!("net.port: 5\nx: 1\nnet:\n{block}"),
        ),
    ] {
        assert_eq!(edit_tls(&old, &want(TlsMode::Prefer)).unwrap(), new, "{old:?}");
    }
}

#[test]
fn disabled_takes_the_section_away() {
    for (old, new) in [
        (
            "net:\n  port: 1\n  # about tls\n  tls: # why\n    # m\n    mode: allowTLS\n    CAFile: /c\n  # after\n  bindIp: x\n",
            "net:\n  port: 1\n  # about tls\n  # after\n  bindIp: x\n",
        ),
        ("net:\n  tls:\n    CAFile: /c\n\n\nx: 1\n", "net: {}\n\n\nx: 1\n"),
        ("net: {port: 1, ssl: {mode: allowSSL}}\n", "net: {port: 1}\n"),
        ("net:\n  port: 1\n", "net:\n  port: 1\n"),
        ("net:\n  tls: {mode: disabled}\n", "net:\n  tls: {mode: disabled}\n"),
        ("net:\n  port: 1\n  tls: {mode: disabled, CAFile: /c}", "net:\n  port: 1"),
    ] {
        assert_eq!(edit_tls(old, &want(TlsMode::Disabled)).unwrap(), new, "{old:?}");
    }
}

#[test]
fn handshakes_are_logged_only_where_the_file_does_not_say_how() {
    let want = TlsEdit {
        ca_file: None,
        certificate_key_file: None,
        log_versions: Some("TLS1_3".into()),
        ..want(TlsMode::Allow)
    };
    let edited = |text| edit_tls(text, &want);
    assert_eq!(
        edited("net:\n  tls:\n    mode: allowTLS\n").unwrap(),
        "net:\n  tls:\n    mode: allowTLS\n    logVersions: TLS1_3\n"
    );
    let said = "net:\n  tls:\n    mode: allowTLS\n    logVersions: TLS1_2\n";
    assert_eq!(edited(said).unwrap(), said);
    let old_name = edited("net:\n  ssl:\n    mode: allowSSL\n");
    assert!(matches!(old_name, Err(EditError::NoOldName { key: "logVersions" })));
}

#[test]
fn what_would_be_a_guess_is_refused() {
    let refused = |text: &str| edit_tls(text, &want(TlsMode::Prefer)).unwrap_err().to_string();
    for (text, message) in [
        (
            "net.tls.mode: allowTLS\n",
            "`net.tls.mode` is written with dots, and only a nested section can be edited in place",
        ),
        (
            "net:\n  tls.mode: allowTLS\n",
            "`net.tls.mode` is written with dots, and only a nested section can be edited in place",
        ),
        (
            "net: {ssl: {mode: allowSSL}, tls: {CAFile: /c}}\n",
            "the file in place has TLS options under both `net.tls` and `net.ssl`",
        ),
        ("net: {port: x\n", "the file in place cannot be edited because it cannot be read"),
        ("net: 5\n", "the layout of the file in place cannot be edited"),
        // The other user of the anchor would get the section too.
        (
            "net: &n\n  port: 1\nsharding: *n\n",
            "editing the file in place would have changed more than its TLS options: \
             `sharding.tls.CAFile`, `sharding.tls.certificateKeyFile`, `sharding.tls.mode`",
        ),
    ] {
        assert_eq!(refused(text), message, "{text}");
    }
}

/// Lines that may stand between any two options.
fn filler() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => Just(String::new()),
        1 => "( *\t?#[ a-z\t:{}'\"-]{0,12}\n){1,3}",
        1 => "\n{1,3}",
        1 => Just("# net:\n#   tls:\n#     mode: x\n".to_owned()),
    ]
}

/// A value with its layout and what may follow it on its line.
fn value() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        "[a-z/][a-z0-9/._-]{0,10}",
        "'[a-z #:]{1,8}'",
        "\"[a-z #:]{1,8}\"",
        "[1-9][0-9]{0,4}",
        Just("[a, 'b']".to_owned()),
        Just("{a: 1, b: {c: d}}".to_owned()),
    ];
    let tail =
        prop_oneof![3 => Just(""), 1 => Just(" # c: d"), 1 => Just("   "), 1 => Just("\t# t")];
    (1..3_usize, value, tail)
        .prop_map(|(gap, value, tail)| format!("{}{value}{tail}\n", " ".repeat(gap)))
}

/// Options one below another at one depth, each with a name of its own.
fn entries(prefix: &'static str, indent: usize) -> impl Strategy<Value = String> {
    let entry = (filler(), value(), prop_oneof![Just(""), Just("'"), Just("\"")]);
    prop::collection::vec(entry, 0..4).prop_map(move |entries| {
        let lines = entries.iter().enumerate().map(|(n, (filler, value, quote))| {
            format!("{filler}{}{quote}{prefix}{n}{quote}:{value}", " ".repeat(indent))
        });
        lines.collect()
    })
}

/// Nested sections, blocks of text, and lists, as other sections of a file.
fn sections(prefix: &'static str) -> impl Strategy<Value = String> {
    let section = prop_oneof![
        entries("k", 2).prop_map(|inside| format!(":\n{inside}  last: 1\n")),
        Just(": |\n   net:\n     tls: no\n\n   text\n".to_owned()),
        Just(":\n- a\n- b: 1\n".to_owned()),
        Just(": >-\n  folded\n\n  text\n".to_owned()),
        Just(": \"two\n  lines\"\n".to_owned()),
        value().prop_map(|value| format!(":{value}")),
    ];
    prop::collection::vec((filler(), section), 0..3).prop_map(move |sections| {
        let text = sections.iter().enumerate();
        let text = text.map(|(n, (filler, section))| format!("{filler}{prefix}{n}{section}"));
        text.collect::<Vec<_>>().concat()
    })
}

/// A file in three parts: before its TLS section, the section, and after it.
fn parts() -> impl Strategy<Value = (String, String, String)> {
    (1..5_usize).prop_flat_map(|indent| {
        let pad = " ".repeat(indent);
        let section =
            (any::<bool>(), filler(), 1..4_usize).prop_map(move |(there, filler, deeper)| {
                let inner = " ".repeat(pad.len() + deeper);
                let filler = filler.trim_end_matches('\n');
                let filler = if filler.is_empty() { String::new() } else { format!("{filler}\n") };
                if !there {
                    return String::new();
                }
                let mode = format!("{filler}{inner}mode: allowTLS # m\n");
                format!("{pad}tls: # t\n{mode}{inner}disabledProtocols: TLS1_0\n")
            });
        let before = (sections("a"), filler(), entries("b", indent), value());
        let after = (entries("c", indent), filler(), sections("d"), filler());
        (before, section, after).prop_map(move |(before, section, after)| {
            let pad = " ".repeat(indent);
            (
                format!(
                    "{}{}net:\n{}{pad}port: 1\n{pad}x:{}",
                    before.0, before.1, before.2, before.3
                ),
                section,
                format!("{}{}{}{}", after.0, after.1, after.2, after.3),
            )
        })
    })
}

/// The file as a whole, and the two ends that must stay, in one of the ways files end their lines.
fn files() -> impl Strategy<Value = (String, String, String)> {
    let ends = prop_oneof![Just("\n"), Just("\r\n")];
    (
        parts(),
        ends,
        any::<bool>(),
        prop_oneof![2 => Just(""), 1 => Just("---\n"), 1 => Just("\u{feff}")],
    )
        .prop_map(|((before, section, after), end, last_newline, start)| {
            let convert = |text: String| text.replace('\n', end);
            let (before, section) = (convert(format!("{start}{before}")), convert(section));
            let mut after = convert(after);
            if !last_newline {
                after.truncate(after.trim_end_matches(['\n', '\r']).len());
            }
            (format!("{before}{section}{after}"), before, after)
        })
}

/// Whether `new` is `old` with one piece of text put in somewhere.
fn is_one_insertion(old: &str, new: &str) -> bool {
    let equal = |(a, b): &(u8, u8)| a == b;
    let start = old.bytes().zip(new.bytes()).take_while(equal).count();
    let end = old.bytes().rev().zip(new.bytes().rev()).take_while(equal).count();
    start + end >= old.len()
}

proptest! {
    #[test]
    fn every_byte_outside_the_section_stays((text, before, after) in files()) {
        for mode in TlsMode::ALL {
            let edited = edit_tls(&text, &want(mode)).unwrap();
            let kept = if before.len() + after.len() == text.len() {
                is_one_insertion(&text, &edited)
            } else {
                edited.strip_prefix(&before).is_some_and(|rest| rest.ends_with(&after))
            };
            prop_assert!(kept, "{mode}: {text:?} became {edited:?}");
        }
    }

    #[test]
    fn the_section_says_what_was_wanted_and_a_second_edit_changes_nothing((text, ..) in files()) {
        for mode in TlsMode::ALL {
            let once = edit_tls(&text, &want(mode)).unwrap();
            let tls = ConfigFile::parse(&once).unwrap().tls().clone();
            prop_assert_eq!(tls.mode, mode);
            let expected = (mode != TlsMode::Disabled).then(|| "/ca.pem".to_owned());
            prop_assert_eq!(tls.ca_file, expected);
            prop_assert_eq!(edit_tls(&once, &want(mode)).unwrap(), once);
        }
    }

    #[test]
    fn comments_within_the_section_stay_while_there_is_a_section((text, ..) in files()) {
        let edited = edit_tls(&text, &want(TlsMode::Require)).unwrap();
        let comments = |text: &str| -> Vec<String> {
            text.lines().filter_map(|line| line.split_once('#')).map(|(_, c)| c.to_owned()).collect()
        };
        prop_assert_eq!(comments(&text), comments(&edited));
    }

    #[test]
    fn a_path_of_any_characters_is_written_so_that_it_is_read_back(
        path in r#"\PC{1,12}|[-\[\]{}?:,&*!|>'"%@`#~=. a-z0-9/\\]{1,8}"#,
    ) {
        let want = TlsEdit { ca_file: Some(path.clone()), ..want(TlsMode::Allow) };
        for text in ["net:\n  port: 1\n", "net: {port: 1}\n", "net:\n  tls: {CAFile: x}\n"] {
            let file = ConfigFile::parse(&edit_tls(text, &want).unwrap()).unwrap();
            prop_assert_eq!(file.tls().ca_file.as_ref(), Some(&path));
        }
    }

    #[test]
    fn no_text_makes_the_editor_panic(text in "[a-z:{}\\[\\]&*!|>#'\"%@`~?, \t\r\n.=0-9\u{feff}-]{0,60}|(net:|tls:|\n|  |x|1| ?: ?|[{}]|#|mode: |- ){0,14}") {
        let _ = edit_tls(&text, &want(TlsMode::Allow));
        let _ = edit_tls(&text, &want(TlsMode::Disabled));
    }
}
