//! Edits the TLS section of a file in place, for plans without a template.
//!
//! Every byte outside `net.tls` stays: comments, blank lines, line endings, quotes, odd
//! indentation. `yaml-edit` does that on its lossless tree, which the property tests beside this
//! file hold it to; whatever it does, the result is read again and must hold exactly the options
//! of the old file with the wanted ones set, or the edit is refused.

use std::{error::Error, str::FromStr};

use serde_json::Value;
use yaml_edit::{Document, YamlFile, path::YamlPath};

use super::{
    config_file::ConfigFile, error::ConfigError, lint::needing_tls, lint_finding::LintFinding,
    options::Options,
};
use crate::{
    cluster::mode::{OptionNames, TlsMode},
    error::{Designed, Exit},
};

/// What the TLS section shall say. What is `None` stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsEdit {
    /// The mode. [`TlsMode::Disabled`] takes the whole section away, as mongod refuses TLS options
    /// without TLS.
    pub mode: TlsMode,
    /// The CA file.
    pub ca_file: Option<String>,
    /// The PEM with certificate and key.
    pub certificate_key_file: Option<String>,
    /// The TLS versions whose handshakes are to be logged, unless the file says it already.
    pub log_versions: Option<String>,
    /// The name of the section where the file has none yet.
    pub option_names: OptionNames,
}

/// Why a file cannot be edited in place. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// It cannot even be read.
    #[error("the file in place cannot be edited because it cannot be read")]
    Unreadable(#[source] ConfigError),
    /// TLS options under both names: which one should be edited is a guess.
    #[error("the file in place has TLS options under both `net.tls` and `net.ssl`")]
    TwoNames,
    /// `net.tls.mode: x` in one line.
    #[error("`{key}` is written with dots, and only a nested section can be edited in place")]
    Dotted {
        /// The option.
        key: String,
    },
    /// An option that the old spelling has no name for.
    #[error("the file in place uses `net.ssl`, which has no `{key}`")]
    NoOldName {
        /// The option's last part.
        key: &'static str,
    },
    /// A layout that the editor cannot work on.
    #[error("the layout of the file in place cannot be edited")]
    Layout(#[source] Box<dyn Error + Send + Sync>),
    /// The edited text cannot be read.
    #[error("editing the file in place would have broken it")]
    Broken(#[source] ConfigError),
    /// The edited text means something else than what was wanted.
    #[error("editing the file in place would have changed more than its TLS options: `{keys}`")]
    Changed {
        /// The options that would not be what they should be.
        keys: String,
    },
}

impl Designed for EditError {
    fn exit(&self) -> Exit {
        match self {
            Self::Unreadable(error) => error.exit(),
            _ => Exit::Refused,
        }
    }

    fn hints(&self) -> Vec<String> {
        let mut hints = match self {
            Self::Unreadable(error) => error.hints(),
            Self::TwoNames => vec!["move all TLS options of the file under one of the two".into()],
            Self::Dotted { .. } => {
                vec!["write the options as a section, `net:` with `tls:` beneath it".into()]
            }
            _ => Vec::new(),
        };
        hints.push("or give the plan a `template`: then the whole file is written from it".into());
        hints
    }
}

/// The text with its TLS section as wanted and every other byte as it was. A text that says all of
/// it already comes back unchanged.
pub fn edit_tls(text: &str, want: &TlsEdit) -> Result<String, EditError> {
    let old = ConfigFile::parse(text).map_err(EditError::Unreadable)?;
    refuse_what_is_ambiguous(&old)?;
    let option_names = old.tls().option_names.unwrap_or(want.option_names);
    if want.mode == TlsMode::Disabled {
        return disable(&old, option_names);
    }
    let changes = changes(&old, want, option_names)?;
    if changes.is_empty() {
        return Ok(text.to_owned());
    }
    let mut expected = old.options().clone();
    for section in ["net", option_names.section()] {
        if expected.get(section).is_some_and(Value::is_null) {
            expected.retain(|key| key != section);
        }
    }
    for (key, value) in &changes {
        expected.set(key.clone(), Value::String(value.clone()));
    }
    apply(text, &expected, |document| {
        changes.iter().try_for_each(|(key, value)| document.try_set_path(key, value.as_str()))
    })
}

/// Takes the section away, unless mongod takes what it says as disabled.
fn disable(old: &ConfigFile, option_names: OptionNames) -> Result<String, EditError> {
    let section = option_names.section();
    let already = old.tls().mode == TlsMode::Disabled && needing_tls(old.options()).is_empty();
    if already {
        return Ok(old.text().to_owned());
    }
    let mut expected = old.options().clone();
    expected.retain(|key| !key.strip_prefix(section).is_some_and(|rest| rest.starts_with('.')));
    apply(old.text(), &expected, |document| document.try_remove_path(section).map(drop))
}

/// Two names, or names with dots in them: any edit would be a guess.
fn refuse_what_is_ambiguous(old: &ConfigFile) -> Result<(), EditError> {
    let mut used = 0;
    for option_names in [OptionNames::Tls, OptionNames::Ssl] {
        let section = option_names.section();
        let nested = old.value().pointer(&format!("/{}", section.replace('.', "/")));
        let mut names = old.options().beneath(section).peekable();
        used += usize::from(names.peek().is_some());
        let first = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
        if let Some(name) = names.find(|name| nested.and_then(|map| map.get(first(name))).is_none())
        {
            return Err(EditError::Dotted { key: format!("{section}.{name}") });
        }
    }
    if used > 1 { Err(EditError::TwoNames) } else { Ok(()) }
}

/// The options to set, by their dotted names, in the order they are written in.
fn changes(
    old: &ConfigFile,
    want: &TlsEdit,
    option_names: OptionNames,
) -> Result<Vec<(String, String)>, EditError> {
    let mut changes = Vec::new();
    let mut set = |key: String, value: &str| {
        if old.option(&key).as_deref() != Some(value) {
            changes.push((key, value.to_owned()));
        }
    };
    let section = option_names.section();
    let mode = format!("{section}.mode");
    // A mode under `net.ssl` may be spelled either way; the other way round mongod refuses it.
    let said = old.option(&mode).filter(|said| {
        said.parse() == Ok(want.mode) && (option_names == OptionNames::Ssl || said.ends_with("TLS"))
    });
    set(mode, said.as_deref().unwrap_or(want.mode.name_in(option_names)));
    if let Some(path) = &want.certificate_key_file {
        set(LintFinding::certificate_key(option_names).to_owned(), path);
    }
    if let Some(path) = &want.ca_file {
        set(format!("{section}.CAFile"), path);
    }
    match (&want.log_versions, option_names, &old.tls().log_versions) {
        (Some(versions), OptionNames::Tls, None) => set(format!("{section}.logVersions"), versions),
        (Some(_), OptionNames::Ssl, None) => {
            return Err(EditError::NoOldName { key: "logVersions" });
        }
        _ => {}
    }
    Ok(changes)
}

/// Edits the text and reads the result again: it must hold what is expected and nothing else.
fn apply<E: Error + Send + Sync + 'static>(
    text: &str,
    expected: &Options,
    edit: impl FnOnce(&Document) -> Result<(), E>,
) -> Result<String, EditError> {
    let file = YamlFile::from_str(text).map_err(|error| EditError::Layout(Box::new(error)))?;
    edit(&file.ensure_document()).map_err(|error| EditError::Layout(Box::new(error)))?;
    let edited = file.to_string();
    let new = ConfigFile::parse(&edited).map_err(EditError::Broken)?;
    let keys = new.options().differing(expected);
    if keys.is_empty() { Ok(edited) } else { Err(EditError::Changed { keys: keys.join("`, `") }) }
}

#[cfg(test)]
#[path = "edit_tests.rs"]
mod tests;
