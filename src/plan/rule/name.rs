//! Names of hosts, groups, users and variables: plain characters only.
//!
//! A name ends up in messages, journals and file names, so one that a terminal or a shell could
//! take for something else is refused instead of quoted.

use crate::{
    cluster::check::CheckId,
    name::{GroupName, HostName},
    plan::{
        message::{all_of, did_you_mean, quoted},
        violation::Violation,
    },
};

/// The longest name; the same as a DNS name's.
const LONGEST: usize = 253;

/// A host's name.
pub(crate) fn host(text: &str) -> Result<HostName, Violation> {
    plain(text, "a host's name").map(HostName::new)
}

/// A group's name.
pub(crate) fn group(text: &str) -> Result<GroupName, Violation> {
    plain(text, "a group's name").map(GroupName::new)
}

/// The user that SSH logs in as.
pub(crate) fn login(text: &str) -> Result<String, Violation> {
    plain(text, "a login name")
}

/// The name of an environment variable. What is refused may be a secret: it is never repeated.
pub(crate) fn environment(text: &str) -> Result<String, Violation> {
    let first = text.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_');
    if first && text.chars().all(|char| char.is_ascii_alphanumeric() || char == '_') {
        return Ok(text.to_owned());
    }
    let violation =
        Violation::new("`env` is not the name of an environment variable", "not a name");
    Err(violation.help("give the variable's name, like `{ env = \"MONGODB_PASSWORD\" }`"))
}

/// The id of a check, like `P31`: of one that there is, or a waiver would wait in vain.
pub(crate) fn check_id(text: &str) -> Result<CheckId, Violation> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let names = CheckId::ALL.map(CheckId::name);
    let help = did_you_mean(text, names)
        .unwrap_or_else(|| format!("an id is written like `P31`; there are {}", all_of(names)));
    let message = format!("{} is not the id of a check", quoted(text));
    Err(Violation::new(message, "no such check").help(help))
}

/// A text for people: something visible, on one line.
pub(crate) fn title(text: &str) -> Result<String, Violation> {
    if text.trim().is_empty() {
        return Err(Violation::new("this text is empty", "say something here"));
    }
    match text.chars().find(|char| !visible(*char)) {
        None => Ok(text.to_owned()),
        Some(char) => Err(odd(char, "this text")),
    }
}

fn plain(text: &str, what: &str) -> Result<String, Violation> {
    if text.is_empty() {
        return Err(Violation::new(format!("{what} is empty"), "no name"));
    }
    if text.len() > LONGEST {
        let message = format!("{what} is longer than {LONGEST} characters");
        return Err(Violation::new(message, "too long"));
    }
    if let Some(char) = text.chars().find(|char| !is_plain(*char)) {
        return Err(odd(char, what));
    }
    if text.starts_with(['-', '.']) {
        let message = format!("{what} begins with a letter or a digit");
        return Err(Violation::new(
            message,
            format!("{} would be taken for an option or a path", quoted(text)),
        ));
    }
    Ok(text.to_owned())
}

fn is_plain(char: char) -> bool {
    char.is_ascii_alphanumeric() || ['.', '_', '-'].contains(&char)
}

/// Whether a character can be seen and does not turn the text around it.
fn visible(char: char) -> bool {
    let zero_width = matches!(char, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    !char.is_control() && !zero_width
}

fn odd(char: char, what: &str) -> Violation {
    let shown = if char == ' ' { "a space".to_owned() } else { quoted(&char.to_string()) };
    let violation = Violation::new(format!("{what} cannot hold {shown}"), "not allowed here");
    if what == "this text" {
        return violation.help("control characters and invisible ones are refused");
    }
    violation.help("letters, digits, `.`, `_` and `-` are allowed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        for good in ["db1", "db-1.example.net", "_x", "10.0.0.1"] {
            assert!(host(good).is_ok(), "{good}");
        }
        let long = "a".repeat(254);
        for bad in
            ["", "-oProxyCommand=x", ".", "a b", "a'b", "a\u{202e}b", "dü", "a\n", "a;b", &long]
        {
            assert!(host(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn the_name_of_an_environment_variable_is_never_repeated() {
        let violation = environment("hunter2!").unwrap_err();
        assert!(!format!("{violation:?}").contains("hunter2"));
        assert!(environment("MONGODB_PASSWORD").is_ok());
    }

    #[test]
    fn an_id_is_one_of_a_check_that_there_is() {
        assert!(check_id("P31").is_ok());
        for (bad, help) in [
            ("", "there are `P1`, `P2`"),
            ("p31", "did you mean `P31`?"),
            ("P99", "did you mean `P9`?"),
            ("certificates", "there are `P1`, `P2`"),
        ] {
            let violation = format!("{:?}", check_id(bad).unwrap_err());
            assert!(violation.contains(help), "{bad}: {violation}");
        }
    }
}
