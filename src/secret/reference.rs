//! Where a secret comes from. A plan holds the reference, never the secret.

use std::path::PathBuf;

/// Where a secret is to be had. The plan never holds one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretRef {
    /// An environment variable of the controller.
    Env(String),
    /// A file on the controller; a last newline is not part of it.
    File(PathBuf),
    /// A command on the controller; its standard output without the last newline.
    Command(Vec<String>),
}
