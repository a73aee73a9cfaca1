//! Checks that a rendered file is the one that the step asks for, before a host gets it.
//!
//! A template is the user's own text, so it can say anything; but a step that is about TLS must
//! not start a member on another data directory, in another set, or without its key.

use serde_json::Value;

use crate::{
    cluster::{
        config::{Authorization, ConfigError, ConfigFile, LintFinding, lint},
        mode::TlsMode,
    },
    error::{Designed, Exit},
};

/// Options that a step about TLS leaves as they are, with the value that mongod takes without them.
/// Each of them would make the member another one, or keep it from its data or its set.
const KEPT: [(&str, &str); 8] = [
    ("storage.dbPath", "/data/db"),
    ("storage.engine", "wiredTiger"),
    ("storage.directoryPerDB", "false"),
    ("storage.wiredTiger.engineConfig.directoryForIndexes", "false"),
    ("security.enableEncryption", "false"),
    ("sharding.clusterRole", "none"),
    ("security.keyFile", "none"),
    ("net.port", "27017"),
];

/// Why a rendered file is not used.
#[derive(Debug, thiserror::Error)]
pub enum RenderedError {
    /// It is no configuration file.
    #[error("the template renders a file that cannot be read")]
    Unreadable(#[source] ConfigError),
    /// Braces came out where a value was expected.
    #[error("`{option}` still has the braces of a template after rendering")]
    Braces {
        /// The option.
        option: String,
    },
    /// Another mode than the step's.
    #[error("the template renders TLS mode `{found}` where the step asks for `{expected}`")]
    WrongMode {
        /// The step's mode.
        expected: TlsMode,
        /// The file's.
        found: TlsMode,
    },
    /// mongod would not start with it.
    #[error("mongod would refuse what the template renders: {}", sentences(.findings))]
    Refused {
        /// Why.
        findings: Vec<LintFinding>,
    },
    /// The member would not be the same member.
    #[error("the template would change `{option}` from `{from}` to `{to}`")]
    Moves {
        /// What would change.
        option: &'static str,
        /// In the file in place.
        from: String,
        /// In the rendered file.
        to: String,
    },
}

impl Designed for RenderedError {
    fn exit(&self) -> Exit {
        match self {
            Self::Moves { .. } => Exit::Refused,
            _ => Exit::Plan,
        }
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Unreadable(_) => {
                "put values in by `{{yaml name}}`, which quotes what YAML would misread"
            }
            Self::Braces { .. } => "a variable holds template text; templates are rendered once",
            Self::WrongMode { .. } => {
                "write `mode: {{tls.mode}}` in the TLS section of the template"
            }
            Self::Refused { findings } => {
                let disabled =
                    |finding| matches!(finding, &LintFinding::OptionsWhileDisabled { .. });
                if !findings.iter().any(disabled) {
                    return Vec::new();
                }
                "write `{{#if (ne tls.mode \"disabled\")}}` and `{{/if}}` around the TLS section"
            }
            Self::Moves { .. } => {
                "nothing was written; let the template say what the file in place says, \
                 and change the rest of a member in a plan of its own"
            }
        };
        vec![hint.to_owned()]
    }
}

/// Reads a rendered file and checks it against the mode it was rendered for and, where it is
/// known, against the file in place.
pub fn validate_rendered(
    rendered: &str,
    mode: TlsMode,
    current: Option<&ConfigFile>,
) -> Result<ConfigFile, RenderedError> {
    let file = ConfigFile::parse(rendered).map_err(RenderedError::Unreadable)?;
    if let Some(option) = with_braces("", file.value()) {
        return Err(RenderedError::Braces { option });
    }
    let found = file.tls().mode;
    if found != mode {
        return Err(RenderedError::WrongMode { expected: mode, found });
    }
    let findings = lint(&file, None);
    if !findings.is_empty() {
        return Err(RenderedError::Refused { findings });
    }
    match current.and_then(|current| moved(current, &file)) {
        Some(moved) => Err(moved),
        None => Ok(file),
    }
}

/// The first option that would make the member another one.
fn moved(current: &ConfigFile, new: &ConfigFile) -> Option<RenderedError> {
    let set = |file: &ConfigFile| file.replica_set().map_or("none".to_owned(), |it| it.to_string());
    let logins = |file: &ConfigFile| match file.authorization() {
        Authorization::Enforced => "enabled".to_owned(),
        Authorization::NotEnforced => "disabled".to_owned(),
    };
    let options = KEPT.into_iter().map(|(option, default)| {
        let value = |file: &ConfigFile| file.option(option).unwrap_or_else(|| default.to_owned());
        (option, value(current), value(new))
    });
    [("replication.replSetName", set(current), set(new))]
        .into_iter()
        .chain(options)
        .chain([("security.authorization", logins(current), logins(new))])
        .find(|(_, from, to)| from != to)
        .map(|(option, from, to)| RenderedError::Moves { option, from, to })
}

/// The first option whose name or value has braces in it. YAML itself refuses most of them.
fn with_braces(path: &str, value: &Value) -> Option<String> {
    let has = |text: &str| text.contains("{{") || text.contains("}}");
    match value {
        Value::String(text) => has(text).then(|| path.to_owned()),
        Value::Array(items) => items.iter().find_map(|item| with_braces(path, item)),
        Value::Object(entries) => entries.iter().find_map(|(key, value)| {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            if has(key) { Some(path) } else { with_braces(&path, value) }
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn sentences(findings: &[LintFinding]) -> String {
    let sentences: Vec<String> = findings.iter().map(ToString::to_string).collect();
    sentences.join("; ")
}
