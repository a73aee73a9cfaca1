//! Paths on the hosts and paths here, as far as their text tells.

use crate::plan::{message::quoted, violation::Violation};

/// The longest path that Linux takes.
const LONGEST: usize = 4095;

/// A file on a host: absolute, so that it names the same file for every user.
pub(crate) fn remote(text: &str) -> Result<String, Violation> {
    let refused =
        |label: &str| Violation::new(format!("{} is not a path on a host", quoted(text)), label);
    printable(text)?;
    if !text.starts_with('/') {
        let violation = refused("not absolute");
        if text.starts_with(|first: char| first.is_ascii_alphanumeric()) {
            return Err(violation.help(format!("did you mean {}?", quoted(&format!("/{text}")))));
        }
        return Err(violation.help("a path on a host begins with `/`"));
    }
    if text.split('/').any(|part| part == ".." || part == ".") {
        return Err(refused("`.` and `..` are not allowed in it"));
    }
    if text.ends_with('/') {
        return Err(refused("this is a directory, a file is needed"));
    }
    Ok(text.to_owned())
}

/// A file on this machine.
pub(crate) fn local(text: &str) -> Result<String, Violation> {
    printable(text)?;
    if text.starts_with('~') && text != "~" && !text.starts_with("~/") {
        let message = format!("{} names another user's home", quoted(text));
        return Err(Violation::new(message, "not expanded").help("write the path out"));
    }
    Ok(text.to_owned())
}

fn printable(text: &str) -> Result<(), Violation> {
    if text.is_empty() {
        return Err(Violation::new("this path is empty", "a file is needed"));
    }
    if text.len() > LONGEST {
        return Err(Violation::new("this path is too long", format!("more than {LONGEST} bytes")));
    }
    if text.chars().any(char::is_control) {
        let message = format!("{} has a control character in it", quoted(text));
        return Err(Violation::new(message, "not a path"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_on_a_host_is_absolute_and_plain() {
        assert_eq!(remote("/etc/it's mongod.conf").as_deref(), Ok("/etc/it's mongod.conf"));
        for bad in ["", "etc/x", "/etc/../x", "/etc/", "/a\nb", "/a\0b", "~/x", "/etc/./x"] {
            assert!(remote(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_path_here_may_be_relative_or_begin_at_home() {
        for good in ["a", "../a", "~/a", "/a"] {
            assert!(local(good).is_ok(), "{good}");
        }
        for bad in ["", "~root/x", "a\0"] {
            assert!(local(bad).is_err(), "{bad:?}");
        }
    }
}
