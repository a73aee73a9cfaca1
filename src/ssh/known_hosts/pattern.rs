//! Host patterns as OpenSSH matches them: `*`, `?`, `!`, and hashed names.

use hmac::{Hmac, KeyInit, Mac};
use russh::keys::ssh_key::known_hosts::HostPatterns;
use sha1::Sha1;

use crate::glob::matches as matches_bytes;

/// Whether the pattern matches the whole text; both are expected in lower case.
pub(in crate::ssh) fn glob(pattern: &str, text: &str) -> bool {
    matches_bytes(pattern.as_bytes(), text.as_bytes())
}

/// Whether a line with these patterns is about the host; a negated match refuses the whole line.
pub(super) fn matches(patterns: &HostPatterns, id: &str) -> bool {
    match patterns {
        HostPatterns::HashedName { salt, hash } => Hmac::<Sha1>::new_from_slice(salt)
            .is_ok_and(|mac| mac.chain_update(id).verify_slice(hash).is_ok()),
        HostPatterns::Patterns(list) => {
            let hit = |pattern: &str| glob(&pattern.to_ascii_lowercase(), id);
            let negated = list.iter().filter_map(|entry| entry.strip_prefix('!'));
            let plain = list.iter().filter(|entry| !entry.starts_with('!'));
            !negated.into_iter().any(hit) && plain.into_iter().any(|entry| hit(entry))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_match_as_in_openssh() {
        for (pattern, text, expected) in [
            ("db1", "db1", true),
            ("db1", "db12", false),
            ("db?", "db1", true),
            ("db?", "db", false),
            ("*", "", true),
            ("*", "anything", true),
            ("*.lab", "db1.lab", true),
            ("*.lab", "db1.lab.test", false),
            ("d*1*b", "db1.lab", true),
            ("[127.0.0.*]:2222", "[127.0.0.1]:2222", true),
            ("[127.0.0.*]:2222", "127.0.0.1", false),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(glob(pattern, text), expected, "`{pattern}` on `{text}`");
        }
    }

    #[test]
    fn a_pattern_of_stars_ends_in_time() {
        let pattern = "*a".repeat(200);
        assert!(!glob(&pattern, &"a".repeat(199)));
    }
}
