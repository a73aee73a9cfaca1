//! From a reference in the plan to the secret itself, at the moment it is needed.

use std::env;

use zeroize::Zeroizing;

use super::{Secret, SecretError, SecretRef, command, file};

/// The longest secret: far above any password, far below what is worth holding in memory.
pub(super) const LONGEST: usize = 64 * 1024;

/// Loads a secret from where the reference points.
pub fn load(reference: &SecretRef) -> Result<Secret, SecretError> {
    match reference {
        SecretRef::Env(variable) => {
            let value = env::var_os(variable)
                .ok_or_else(|| SecretError::Unset { variable: variable.clone() })?;
            judge(value.into_encoded_bytes(), format!("the environment variable `{variable}`"))
        }
        SecretRef::File(path) => judge(file::read(path)?, format!("the file `{}`", path.display())),
        SecretRef::Command(words) => {
            let program = words.first().map(String::as_str).unwrap_or_default();
            judge(command::run(words)?, format!("the command `{program}`"))
        }
    }
}

/// Takes one newline off the end and refuses what cannot be a password.
fn judge(bytes: Vec<u8>, place: String) -> Result<Secret, SecretError> {
    let bytes = Zeroizing::new(bytes);
    if bytes.len() > LONGEST {
        return Err(SecretError::NotASecret { place, why: "it is longer than 64 KiB" });
    }
    let Ok(text) = std::str::from_utf8(&bytes) else {
        return Err(SecretError::NotASecret { place, why: "it is not UTF-8" });
    };
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.is_empty() {
        return Err(SecretError::Empty { place });
    }
    if text.contains('\n') {
        return Err(SecretError::NotASecret { place, why: "it has several lines" });
    }
    if text.contains('\0') {
        return Err(SecretError::NotASecret { place, why: "it has a NUL in it" });
    }
    Ok(Secret::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Designed, Exit};

    #[test]
    fn one_newline_at_the_end_is_not_part_of_a_secret() {
        for (bytes, secret) in [("a\n", "a"), ("a\r\n", "a"), ("a", "a"), (" a ", " a ")] {
            let loaded = judge(bytes.as_bytes().to_vec(), "x".into()).unwrap();
            assert_eq!(loaded.expose(), secret, "{bytes:?}");
        }
    }

    #[test]
    fn what_cannot_be_a_password_is_refused_without_being_shown() {
        let long = "hunter2".repeat(10_000);
        for bytes in ["", "\n", "hunter2\nx", "hunter2\n\n", "hunter2\0", &long] {
            let error = judge(bytes.as_bytes().to_vec(), "x".into()).unwrap_err();
            assert!(!format!("{error:?} {error}").contains("hunter2"));
            assert_eq!(error.exit(), Exit::Plan);
        }
        assert!(judge(vec![0xff], "x".into()).is_err());
    }

    #[test]
    fn an_unset_variable_is_named() {
        let error = load(&SecretRef::Env("TLSPLAN_TEST_UNSET".into())).unwrap_err();
        assert_eq!(error.to_string(), "the environment variable `TLSPLAN_TEST_UNSET` is not set");
        assert!(load(&SecretRef::Env("PATH".into())).is_ok());
    }
}
