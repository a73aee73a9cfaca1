//! Names of systemd services.

use crate::{
    name::UnitName,
    plan::{message::quoted, violation::Violation},
};

/// Kinds of units that are no services.
const OTHER_KINDS: [&str; 10] = [
    ".socket",
    ".device",
    ".mount",
    ".automount",
    ".swap",
    ".target",
    ".path",
    ".timer",
    ".slice",
    ".scope",
];

/// A service, with or without `.service`.
pub(crate) fn service(text: &str) -> Result<UnitName, Violation> {
    let refused =
        |label: &str| Violation::new(format!("{} is not a systemd service", quoted(text)), label);
    if let Some(char) = text.chars().find(|char| !allowed(*char)) {
        let shown = if char == ' ' { "a space".to_owned() } else { quoted(&char.to_string()) };
        return Err(refused(&format!("no unit's name has {shown} in it")));
    }
    let stem = text.strip_suffix(".service").unwrap_or(text);
    if stem.is_empty() || stem.starts_with(['-', '.']) || text.len() > 255 {
        return Err(refused("not a unit's name"));
    }
    if let Some(kind) = OTHER_KINDS.iter().find(|kind| stem.ends_with(*kind)) {
        return Err(refused(&format!("a `{kind}` unit is something else")));
    }
    if stem.ends_with('@') {
        let violation = refused("a template without its instance");
        return Err(violation.help(format!("write the instance too, like `{stem}rs0`")));
    }
    Ok(UnitName::new(text))
}

fn allowed(char: char) -> bool {
    char.is_ascii_alphanumeric() || [':', '_', '.', '\\', '@', '-'].contains(&char)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_told_from_everything_else() {
        for good in ["mongod", "mongod.service", "mongod@rs0", "mongod@rs0.service", "mongod.rs0"] {
            assert!(service(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            ".service",
            "mongod; touch /tmp/pwn",
            "mongod.socket",
            "mongod@",
            "-x",
            "a/b",
            "$(x)",
        ] {
            assert!(service(bad).is_err(), "{bad}");
        }
    }
}
