//! `mongod.conf`: read it, judge it, edit its TLS section, and say what changed.
//!
//! A file is always seen the way mongod sees it, as a flat list of dotted options, because mongod
//! takes `net: {tls: {mode: x}}` and `net.tls.mode: x` for the same thing. What mongod would
//! refuse, and what cannot be understood with certainty, is refused here first.

mod advice;
mod config_file;
mod describe;
mod diff;
mod edit;
mod error;
mod finding;
mod lint;
mod masking;
mod options;
mod outgoing;
mod tls_section;

pub use advice::{Advice, Census, advice};
pub use config_file::{Authorization, ConfigFile, LogTo};
pub use describe::describe_change;
pub use diff::diff;
pub use edit::{EditError, TlsEdit, edit_tls};
pub use error::ConfigError;
pub use finding::Finding;
pub use lint::lint;
pub use outgoing::{Family, Outgoing, Phrase, Rigour, Trust};
pub use tls_section::{PassPhrase, TlsSection};
