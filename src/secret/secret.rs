//! The type of secrets: it cannot be printed, compared or serialised, and is wiped when dropped.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// A password, passphrase or key: usable only where [`Secret::expose`] is written out.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes ownership of the text.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(SecretString::from(text))
    }

    /// The text itself. Every call site is a place where a secret leaves our hands.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}
