//! A table of the plan file, taken apart key by key.
//!
//! Whatever has been asked for is known; [`Reader::finish`] refuses the rest, with the key that was
//! probably meant. serde would lose the places of values in the tables that are dispatched by hand.

use std::ops::Range;

use toml::{
    Spanned,
    de::{DeString, DeTable, DeValue},
};

use super::{
    entry::Entry,
    fault::Fault,
    mask,
    sheet::Sheet,
    words::{all_of, did_you_mean, nearest, quoted},
};

/// A table, its name for messages, and the keys that were asked for.
pub(crate) struct Reader<'a> {
    sheet: &'a Sheet,
    name: String,
    table: &'a DeTable<'a>,
    span: Range<usize>,
    known: Vec<&'static str>,
    missing: Vec<(&'static str, Fault)>,
}

/// A key that nobody asked for.
pub(crate) struct Stranger<'a> {
    pub(crate) key: &'a Spanned<DeString<'a>>,
    pub(crate) value: &'a Spanned<DeValue<'a>>,
    /// The known key that it resembles.
    pub(crate) meant: Option<&'static str>,
}

impl<'a> Reader<'a> {
    /// Reads a table; `name` is what messages call it, like "`[ssh]`" or "step 2".
    pub(crate) fn new(
        sheet: &'a Sheet,
        name: impl Into<String>,
        table: &'a DeTable<'a>,
        span: Range<usize>,
    ) -> Self {
        let (known, missing) = (Vec::new(), Vec::new());
        Self { sheet, name: name.into(), table, span, known, missing }
    }

    pub(crate) fn sheet(&self) -> &'a Sheet {
        self.sheet
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

    /// The entry of an optional key.
    pub(crate) fn take(&mut self, key: &'static str) -> Option<Entry<'a>> {
        self.known.push(key);
        let (key, value) = self.table.get_key_value(key)?;
        Some(Entry::new(self.sheet, key, value))
    }

    /// The entry of a key that has to be there; `help` shows what to write.
    pub(crate) fn need(&mut self, key: &'static str, help: &str) -> Option<Entry<'a>> {
        let entry = self.take(key);
        if entry.is_none() {
            let message = format!("{} has no `{key}`", self.name);
            let fault = Fault::new(message, format!("`{key}` is missing here")).help(help);
            self.missing.push((key, fault));
        }
        entry
    }

    /// Every entry, in the order of the file: for tables whose keys are free.
    pub(crate) fn entries(&self) -> Vec<Entry<'a>> {
        let mut entries: Vec<_> =
            self.table.iter().map(|(key, value)| Entry::new(self.sheet, key, value)).collect();
        entries.sort_by_key(|entry| entry.key_span().start);
        entries
    }

    /// The keys that nobody asked for.
    pub(crate) fn strangers(&self) -> Vec<Stranger<'a>> {
        let free: Vec<&'static str> =
            self.known.iter().copied().filter(|key| !self.table.contains_key(*key)).collect();
        self.table
            .iter()
            .filter(|(key, _)| !self.known.contains(&key.get_ref().as_ref()))
            .map(|(key, value)| Stranger {
                key,
                value,
                meant: nearest(key.get_ref(), free.iter().copied()),
            })
            .collect()
    }

    /// Reports unknown keys, and missing ones unless an unknown one was probably meant to be it.
    pub(crate) fn finish(self) {
        let strangers = self.strangers();
        for stranger in &strangers {
            self.refuse(stranger);
        }
        for (key, fault) in self.missing {
            if !strangers.iter().any(|stranger| stranger.meant == Some(key)) {
                self.sheet.missing(self.span.clone(), fault);
            }
        }
    }

    fn refuse(&self, stranger: &Stranger<'_>) {
        let key = stranger.key.get_ref().as_ref();
        if mask::is_telling(key) || stranger.meant.is_some_and(mask::is_telling) {
            self.sheet.conceal(stranger.value.span());
        }
        let help = did_you_mean(key, stranger.meant)
            .or_else(|| home_of(key))
            .or_else(|| self.already_given(key))
            .unwrap_or_else(|| self.known_keys());
        let message = format!("unknown key {} in {}", quoted(key), self.name);
        self.sheet.fault(stranger.key.span(), Fault::new(message, "not known here").help(help));
    }

    /// A slip of a key that is there in its right spelling too.
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
        "user"
        | "identity_file"
        | "identity_passphrase"
        | "known_hosts"
        | "become"
        | "become_password" => "in `[ssh]`, once for all hosts",
        "service"
        | "config_file"
        | "template"
        | "username"
        | "password"
        | "drain"
        | "max_lag"
        | "start_timeout"
        | "accept_write_outage"
        | "read_with"
        | "rollback" => "in `[mongodb]`",
        "ca_file" | "certificate_key_file" => {
            "in `[mongodb.tls]` (paths on each host) or `[mongodb.client]` (paths here)"
        }
        "address" | "groups" => "to a host, as in `[hosts.db1]`",
        "vars" => "at the top, in a host or in a group",
        "tls_mode" | "via" | "clients" | "command" | "copy" | "mongosh" | "set_parameter"
        | "confirm" | "wait" => "in a `[[steps]]`",
        "time_zone" | "open" | "except" => "in `[window]`",
        "tls" | "client" => "beneath `mongodb`, as in `[mongodb.tls]`",
        _ => return None,
    };
    Some(format!("`{key}` belongs {home}"))
}
