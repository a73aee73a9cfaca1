//! The file as the canary gets it: the same, but for two settings that no option can take back.
//!
//! A canary must stay in the foreground, where its end can be seen, and log into its own file.
//! Everything else that could collide with the running server is overridden by options.

/// The keys that a canary cannot have, and what stands in their place.
const CHANGED: [(&str, &str, &str); 2] =
    [("fork", "true", "false"), ("destination", "syslog", "file")];

/// The text for the canary.
pub(crate) fn canary_text(text: &str) -> String {
    text.split_inclusive('\n')
        .map(|line| canary_line(line).unwrap_or_else(|| line.to_owned()))
        .collect()
}

fn canary_line(line: &str) -> Option<String> {
    CHANGED.iter().find_map(|&(key, value, instead)| {
        let at = line.find(key)?;
        let (before, rest) = line.split_at(at);
        let after_key = rest.strip_prefix(key)?.trim_start_matches(['"', '\'', ' ', '\t']);
        let found = after_key.strip_prefix(':')?.trim_start_matches([' ', '\t', '"', '\'']);
        let tail = found.strip_prefix(value)?;
        let is_key = !before.contains('#') && before.ends_with([' ', '\t', '{', ',', '"', '\'']);
        let is_value = tail.is_empty() || tail.starts_with(|c: char| !c.is_alphanumeric());
        let tail = tail.trim_start_matches(['"', '\'']);
        let opening = before.trim_end_matches(['"', '\'']);
        (is_key && is_value).then(|| format!("{opening}{key}: {instead}{tail}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_two_settings_change() {
        for (text, expected) in [
            (
                "processManagement:\n  fork: true  # old\n",
                "processManagement:\n  fork: false  # old\n",
            ),
            ("processManagement: {fork: true}\n", "processManagement: {fork: false}\n"),
            ("  \"fork\" : \"true\"\n", "  fork: false\n"),
            ("  destination: syslog\n", "  destination: file\n"),
            ("  # fork: true\n", "  # fork: true\n"),
            ("  destination: file\n", "  destination: file\n"),
            ("  forked: true\n", "  forked: true\n"),
            ("net:\n  tls:\n    mode: allowTLS", "net:\n  tls:\n    mode: allowTLS"),
        ] {
            assert_eq!(canary_text(text), expected);
        }
    }
}
