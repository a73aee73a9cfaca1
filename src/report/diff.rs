//! Unified diffs under a header that names hosts and file; the same diff is shown in full once.

use std::collections::HashMap;

use anstyle::Style;

use super::{
    clean,
    layout::Layout,
    line::{Line, Tone},
    palette::paint,
};
use crate::name::HostName;

/// Diffs that were shown, and for which host.
#[derive(Debug, Default)]
pub(super) struct Shown(HashMap<(String, String), HostName>);

impl Shown {
    /// The host for which this very change was shown in full before; remembers it where there is none.
    pub(super) fn before(&mut self, host: &HostName, path: &str, diff: &str) -> Option<HostName> {
        let key = (path.to_owned(), diff.to_owned());
        let earlier = self.0.get(&key).cloned();
        if earlier.is_none() {
            self.0.insert(key, host.clone());
        }
        earlier
    }
}

/// The header line: which file, on which hosts.
pub(super) fn header<'a>(hosts: impl IntoIterator<Item = &'a HostName>, path: &str) -> Line {
    Line::new(Tone::Plain, "Diff", path).on(hosts)
}

/// The diff itself, indented. Its own `---` and `+++` lines are left out: the header says more.
pub(super) fn body(diff: &str, layout: &Layout) -> String {
    let own_header = |line: &&str| line.starts_with("--- ") || line.starts_with("+++ ");
    let mut text = String::new();
    for line in diff.lines().skip_while(own_header) {
        let style = match line.chars().next() {
            Some('+') => layout.palette.added,
            Some('-') => layout.palette.removed,
            Some('@') => layout.palette.faint,
            _ => Style::new(),
        };
        // Not wrapped: a broken line of a diff could be taken for two.
        text.push_str("    ");
        text.push_str(&paint(style, &clean::text(line)));
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::palette::Palette;

    const DIFF: &str = "--- /etc/mongod.conf\n+++ /etc/mongod.conf\n@@ -1,2 +1,3 @@\n net:\n+  tls:\n-  \u{1b}[2J\n";

    #[test]
    fn a_diff_is_indented_coloured_and_harmless() {
        let layout = Layout { palette: Palette::coloured(), ..Layout::default() };
        let plain = "    @@ -1,2 +1,3 @@\n     net:\n    +  tls:\n    -  \\u{1b}[2J\n";
        assert_eq!(body(DIFF, &Layout::default()), plain);
        assert!(body(DIFF, &layout).contains("    \u{1b}[32m+  tls:\u{1b}[0m\n"));
        assert_eq!(console::strip_ansi_codes(&body(DIFF, &layout)), plain);
    }

    #[test]
    fn the_same_change_is_known_again_but_not_in_another_file() {
        let (db2, db3) = (HostName::new("db2"), HostName::new("db3"));
        let mut shown = Shown::default();
        assert_eq!(shown.before(&db3, "/etc/mongod.conf", DIFF), None);
        assert_eq!(shown.before(&db2, "/etc/mongod.conf", DIFF), Some(db3));
        assert_eq!(shown.before(&db2, "/etc/other.conf", DIFF), None);
    }
}
