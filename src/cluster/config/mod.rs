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
mod lint;
mod lint_finding;
mod masking;
mod options;
mod peer_dial_config;
mod tls_section;

pub use advice::{Advice, HandshakeLogging, advice};
pub use config_file::{Authorization, ConfigFile, LogTo};
pub use describe::describe_change;
pub use diff::diff;
pub use edit::{EditError, TlsEdit, edit_tls};
pub use error::ConfigError;
pub use lint::lint;
pub use lint_finding::LintFinding;
pub use peer_dial_config::{AddressFamily, KeyPassphrase, PeerDialConfig, Trust, VerifyMode};
pub use tls_section::{PassPhrase, TlsSection};
