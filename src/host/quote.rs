//! The one function that turns a value into shell text.
//!
//! Everything is put between single quotes, also what would not need it: one rule, no table of safe
//! characters to get wrong. The property below holds it against the shells themselves.

/// A value with a NUL byte, which no argument of a process can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an argument for a script on a host holds a NUL byte")]
pub struct NulByte;

/// The value as one word of a POSIX shell.
pub fn quote(value: &str) -> Result<String, NulByte> {
    if value.contains('\0') {
        return Err(NulByte);
    }
    Ok(format!("'{}'", value.replace('\'', r"'\''")))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use proptest::prelude::*;

    use super::*;

    fn echoed_by(shell: &str, value: &str) -> Vec<u8> {
        let line = format!("printf %s {}", quote(value).unwrap());
        Command::new(shell).args(["-c", &line]).output().unwrap().stdout
    }

    #[test]
    fn hostile_values_come_through_both_shells_unchanged() {
        for value in [
            "",
            "'",
            "'; rm -rf / #",
            "\"'\"'\"",
            "$(touch /tmp/pwn)",
            "`id`",
            "-rf",
            "a\nb\n",
            "{a,b}",
            "\u{a0}",
            "~root",
            "*",
            "!!",
            "%s",
            "\\",
            "x\\'y",
        ] {
            for shell in ["dash", "bash"] {
                assert_eq!(echoed_by(shell, value), value.as_bytes(), "{value:?} in {shell}");
            }
        }
    }

    #[test]
    fn a_nul_byte_is_refused() {
        assert_eq!(quote("a\0b"), Err(NulByte));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_value_comes_through_both_shells_unchanged(value in "[^\0]{0,200}") {
            for shell in ["dash", "bash"] {
                prop_assert_eq!(echoed_by(shell, &value), value.as_bytes());
            }
        }
    }
}
