//! A table of the plan file, taken apart key by key.
//!
//! Whatever has been asked for is known; [`Reader::finish`] refuses the rest, with the key that was
//! probably meant. serde would lose the places of values in the tables that are dispatched by hand.

use std::ops::Range;

use toml::de::{DeString, DeTable, DeValue};

use super::{
    diagnostics::Diagnostics,
    entry::{Entry, Written},
    mask,
    message::{all_of, did_you_mean, nearest, quoted},
    violation::Violation,
};

/// A table, its name for messages, and the keys that were asked for.
pub(crate) struct Reader<'a> {
    diagnostics: &'a Diagnostics,
    name: String,
    table: &'a DeTable<'a>,
    span: Range<usize>,
    known: Vec<&'static str>,
    missing: Vec<(&'static str, Violation)>,
}

/// A key that is not known.
pub(crate) struct UnknownKey<'a> {
    pub(crate) key: &'a toml::Spanned<DeString<'a>>,
    pub(crate) value: &'a toml::Spanned<DeValue<'a>>,
    /// The known key that it resembles.
    pub(crate) resembles: Option<&'static str>,
}

impl<'a> Reader<'a> {
    /// Reads a table; `name` is what messages call it, like "`[ssh]`" or "step 2".
    pub(crate) fn new(
        diagnostics: &'a Diagnostics,
        name: impl Into<String>,
        table: &'a DeTable<'a>,
        span: Range<usize>,
    ) -> Self {
        let (known, missing) = (Vec::new(), Vec::new());
        Self { diagnostics, name: name.into(), table, span, known, missing }
    }

    pub(crate) fn diagnostics(&self) -> &'a Diagnostics {
        self.diagnostics
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Where the table begins: its header, or the braces.
    pub(crate) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Whether a key is there.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// An unknown key that was probably meant to be a known one, which then is not missing.
    pub(crate) fn misspelt<T>(&self, key: &'static str) -> Option<Written<T>> {
        let unknown_keys = self.unknown_keys();
        let found = unknown_keys.iter().find(|unknown_key| unknown_key.resembles == Some(key));
        found.map(|found| Written { value: None, span: found.key.span() })
    }

    /// The entry of an optional key.
    pub(crate) fn take(&mut self, key: &'static str) -> Option<Entry<'a>> {
        self.known.push(key);
        let (key, value) = self.table.get_key_value(key)?;
        Some(Entry::new(self.diagnostics, key, value))
    }

    /// The entry of a key that has to be there; `help` shows what to write.
    pub(crate) fn need(&mut self, key: &'static str, help: &str) -> Option<Entry<'a>> {
        let entry = self.take(key);
        if entry.is_none() {
            let message = format!("{} has no `{key}`", self.name);
            let violation = Violation::new(message, format!("`{key}` is missing here")).help(help);
            self.missing.push((key, violation));
        }
        entry
    }

    /// Every entry, in the order of the file: for tables whose keys are free.
    pub(crate) fn entries(&self) -> Vec<Entry<'a>> {
        let mut entries: Vec<_> = self
            .table
            .iter()
            .map(|(key, value)| Entry::new(self.diagnostics, key, value))
            .collect();
        entries.sort_by_key(|entry| entry.key_span().start);
        entries
    }

    /// The keys that are not known.
    pub(crate) fn unknown_keys(&self) -> Vec<UnknownKey<'a>> {
        let free: Vec<&'static str> =
            self.known.iter().copied().filter(|key| !self.table.contains_key(*key)).collect();
        self.table
            .iter()
            .filter(|(key, _)| !self.known.contains(&key.get_ref().as_ref()))
            .map(|(key, value)| UnknownKey {
                key,
                value,
                resembles: nearest(key.get_ref(), free.iter().copied()),
            })
            .collect()
    }

    /// Reports unknown keys, and missing ones unless an unknown one was probably meant to be it.
    pub(crate) fn finish(self) {
        let unknown_keys = self.unknown_keys();
        for unknown_key in &unknown_keys {
            self.refuse(unknown_key);
        }
        for (key, violation) in self.missing {
            if !unknown_keys.iter().any(|unknown_key| unknown_key.resembles == Some(key)) {
                self.diagnostics.report_missing(self.span.clone(), violation);
            }
        }
    }

    fn refuse(&self, unknown_key: &UnknownKey<'_>) {
        let key = unknown_key.key.get_ref().as_ref();
        if mask::is_telling(key) || unknown_key.resembles.is_some_and(mask::is_telling) {
            self.diagnostics.conceal(unknown_key.value.span());
        }
        let help = did_you_mean(key, unknown_key.resembles)
            .or_else(|| home_of(key))
            .or_else(|| self.already_given(key))
            .unwrap_or_else(|| self.known_keys());
        let message = format!("unknown key {} in {}", quoted(key), self.name);
        self.diagnostics
            .report(unknown_key.key.span(), Violation::new(message, "not known here").help(help));
    }

    /// A misspelt key that is there in its right spelling too.
    fn already_given(&self, key: &str) -> Option<String> {
        let given = nearest(key, self.known.iter().copied())?;
        Some(format!("`{given}` is given already"))
    }

    fn known_keys(&self) -> String {
        let mut known = self.known.clone();
        known.sort_unstable();
        format!("{} takes {}", self.name, all_of(known))
    }
}

/// Keys that people put into the wrong table, and where they belong.
fn home_of(key: &str) -> Option<String> {
    let home = match key {
        "user" | "identity_file" | "become" | "become_password" => {
            "in `[ssh]`, or in `ssh` of a host"
        }
        "identity_passphrase" | "known_hosts" => "in `[ssh]`, once for all hosts",
        "accept_write_outage" | "max_lag" | "rollback" => "in `[mongodb]`, once for all hosts",
        "service"
        | "config_file"
        | "template"
        | "username"
        | "password"
        | "drain"
        | "start_timeout"
        | "confirm_within"
        | "certificate_days_left"
        | "read_with" => "in `[mongodb]`, or in `mongodb` of a host or group",
        "ca_file" | "certificate_key_file" => {
            "in `[mongodb.tls]` (paths on each host) or `[mongodb.client]` (paths here)"
        }
        "address" | "groups" => "to a host, as in `[hosts.db1]`",
        "vars" => "at the top, in a host or in a group",
        "tls_mode" | "via" | "clients" | "command" | "copy" | "mongosh" | "set_parameter"
        | "confirm" | "wait" => "in a `[[steps]]`",
        "time_zone" | "open" | "except" => "in `[window]`",
        "at_once" | "sets_at_once" => "in `[run]`",
        "ssh" => "at the top or in a host",
        "tls" | "client" => "beneath `mongodb`, as in `[mongodb.tls]`",
        _ => return None,
    };
    Some(format!("`{key}` belongs {home}"))
}
