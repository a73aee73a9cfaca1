//! What changes between two files, in a few words: "net.tls.mode disabled -> allowTLS".

use serde_json::Value;

use super::{
    config_file::ConfigFile,
    masking::{MASK, is_secret},
};
use crate::cluster::mode::{OptionNames, TlsMode};

/// How many changes beside the mode's are told one by one.
const TOLD: usize = 3;

/// Longer values are cut.
const VALUE_CHARS: usize = 60;

/// The changes from `old` to `new`, the mode first. TLS options that come or go because TLS is
/// switched on or off are not told: the mode says it.
#[must_use]
pub fn describe_change(old: &ConfigFile, new: &ConfigFile) -> String {
    let (before, after) = (old.tls().mode, new.tls().mode);
    let switched = (before == TlsMode::Disabled) != (after == TlsMode::Disabled);
    let mut changes = Vec::new();
    if before != after {
        let option_names = new.tls().option_names.or(old.tls().option_names).unwrap_or_default();
        let (section, before) = (option_names.section(), before.name_in(option_names));
        changes.push(format!("{section}.mode {before} -> {}", after.name_in(option_names)));
    }
    let others: Vec<&str> = old
        .options()
        .differing(new.options())
        .into_iter()
        .filter(|key| !is_told_by_the_mode(key, before != after, switched))
        .collect();
    changes.extend(others.iter().take(TOLD).map(|key| {
        let value = |file: &ConfigFile| shown(key, file.options().get(key));
        format!("{key} {} -> {}", value(old), value(new))
    }));
    if let Some(more @ 1..) = others.len().checked_sub(TOLD) {
        return format!("{}, and {more} more", changes.join(", "));
    }
    match changes.is_empty() {
        true if old.text() == new.text() => "nothing".to_owned(),
        true => "layout or comments only".to_owned(),
        false => changes.join(", "),
    }
}

fn is_told_by_the_mode(key: &str, moved: bool, switched: bool) -> bool {
    [OptionNames::Tls, OptionNames::Ssl].iter().any(|option_names| {
        let name = key.strip_prefix(option_names.section()).and_then(|rest| rest.strip_prefix('.'));
        name.is_some_and(|name| switched || moved && name == "mode")
    })
}

fn shown(key: &str, value: Option<&Value>) -> String {
    let text = match value {
        None => return "unset".to_owned(),
        Some(_) if is_secret(key) => return MASK.to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    };
    match text.char_indices().nth(VALUE_CHARS) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_in_a_few_words() {
        for (old, new, told) in [
            (
                "net: {port: 1}",
                "net: {port: 1, tls: {mode: allowTLS, CAFile: /c, certificateKeyFile: /s}}",
                "net.tls.mode disabled -> allowTLS",
            ),
            (
                "net: {ssl: {mode: allowSSL, PEMKeyFile: /s}}",
                "net: {ssl: {mode: preferSSL, PEMKeyFile: /t}}",
                "net.ssl.mode allowSSL -> preferSSL, net.ssl.PEMKeyFile /s -> /t",
            ),
            (
                "net: {ssl: {mode: requireSSL, PEMKeyFile: /s}}",
                "net: {port: 27017}",
                "net.ssl.mode requireSSL -> disabled, net.port unset -> 27017",
            ),
            (
                "net: {tls: {mode: allowTLS}}\nstorage: {wiredTiger: {engineConfig: {cacheSizeGB: 1}}}",
                "net: {tls: {mode: preferTLS}}\nstorage: {wiredTiger: {engineConfig: {cacheSizeGB: 2}}}",
                "net.tls.mode allowTLS -> preferTLS, storage.wiredTiger.engineConfig.cacheSizeGB 1 -> 2",
            ),
            (
                "{a: 1, b: 1, c: 1, d: 1}",
                "{e: 1}",
                "a 1 -> unset, b 1 -> unset, c 1 -> unset, and 2 more",
            ),
            (
                "net: {tls: {mode: allowTLS, clusterPassword: hunter2}}",
                "net: {tls: {mode: allowTLS, clusterPassword: hunter3}}",
                "net.tls.clusterPassword *** -> ***",
            ),
            ("a: 1 # x", "a: 1", "layout or comments only"),
            ("a: 1", "a: 1", "nothing"),
        ] {
            let file = |text| ConfigFile::parse(text).unwrap();
            assert_eq!(describe_change(&file(old), &file(new)), told);
        }
    }
}
