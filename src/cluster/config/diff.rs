//! The difference between two files, for people.

use similar::TextDiff;

use super::{config_file::ConfigFile, masking::masked};

/// A unified diff with three lines of context, without colour and without secrets. It is empty
/// when the texts are the same, and when they differ in nothing but a secret.
#[must_use]
pub fn diff(old: &ConfigFile, new: &ConfigFile, path: &str) -> String {
    let (old, new) = (masked(old), masked(new));
    TextDiff::from_lines(&old, &new).unified_diff().context_radius(3).header(path, path).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> ConfigFile {
        ConfigFile::parse(text).unwrap()
    }

    #[test]
    fn a_diff_has_three_lines_of_context() {
        let old = "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\n";
        let new = "a: 1\nb: 2\nc: 3\nd: 4\ne: 6\n";
        assert_eq!(
            diff(&file(old), &file(new), "/etc/mongod.conf"),
            "--- /etc/mongod.conf\n+++ /etc/mongod.conf\n@@ -2,4 +2,4 @@\n b: 2\n c: 3\n d: 4\n-e: 5\n+e: 6\n"
        );
        assert_eq!(diff(&file(old), &file(old), "x"), "");
    }

    #[test]
    fn no_layout_lets_a_password_through() {
        for text in [
            "net:\n  tls:\n    certificateKeyFilePassword: hunter2\n",
            "net:\n  tls:\n    certificateKeyFilePassword: \"hunter2\" # old: hunter2\n",
            "net:\n  tls:\n    certificateKeyFilePassword:\n      hunter2\n",
            "net:\n  tls:\n    certificateKeyFilePassword: >-\n      hunter2\n\n      hunter2\n    mode: allowTLS\n",
            "net: {tls: {certificateKeyFilePassword: hunter2, mode: allowTLS}}\n",
            "net: {tls: {certificateKeyFilePassword:\n  'hunter2'}}\n",
            "net.tls.clusterPassword: hunter2\n",
            "net:\n  tls:\n    ? clusterPassword\n    : hunter2\n",
            "net:\n  tls:\n    \"clusterPassword\": hunter2\n",
            "net:\n  ssl:\n    PEMKeyPassword : hunter2\n",
            "net:\n  tls:\n#    clusterPassword: hunter2\n    mode: disabled\n",
            "security:\n  ldap:\n    bind:\n      queryPassword: {__exec: 'echo hunter2'}\n",
            "a: &p hunter2\nnet:\n  tls:\n    clusterPassword: *p\n",
        ] {
            let diff = diff(&file("x: 1\n"), &file(text), "x");
            assert!(!diff.contains("hunter"), "{text} gave {diff}");
            assert!(diff.contains("***"), "{text} gave {diff}");
        }
    }

    #[test]
    fn what_follows_a_password_is_still_shown() {
        let text =
            "net:\n  tls:\n# clusterPassword: hunter2\n    clusterPassword: hunter2\n    mode: x\n";
        let text = text.replace("mode: x", "mode: allowTLS");
        let diff = diff(&file(""), &file(&text), "x");
        let end = "+# clusterPassword: ***\n+    clusterPassword: ***\n+    mode: allowTLS\n";
        assert!(diff.ends_with(end), "{diff}");
    }
}
