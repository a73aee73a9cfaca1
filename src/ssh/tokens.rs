//! `%` tokens and `~` in the paths of the ssh configuration: `ssh -G` leaves them as they are.

use std::path::{Path, PathBuf};

/// What `%` tokens and `~` stand for.
pub(super) struct Tokens<'a> {
    pub(super) home: &'a Path,
    pub(super) hostname: &'a str,
    pub(super) original: &'a str,
    pub(super) port: u16,
    pub(super) user: &'a str,
}

impl Tokens<'_> {
    /// The path with its tokens replaced. What is not known stays and is then not found.
    pub(super) fn expand(&self, text: &str) -> PathBuf {
        let home = self.home.display().to_string();
        let text = match text.strip_prefix("~/") {
            Some(rest) => format!("{home}/{rest}"),
            None => text.to_owned(),
        };
        let mut out = String::new();
        let mut rest = text.chars();
        while let Some(next) = rest.next() {
            match (next, next == '%') {
                (_, true) => match rest.next() {
                    Some('d') => out.push_str(&home),
                    Some('h') => out.push_str(self.hostname),
                    Some('n') => out.push_str(self.original),
                    Some('p') => out.push_str(&self.port.to_string()),
                    Some('r') => out.push_str(self.user),
                    Some('%') | None => out.push('%'),
                    Some(other) => out.extend(['%', other]),
                },
                (plain, false) => out.push(plain),
            }
        }
        PathBuf::from(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_the_home_are_expanded() {
        let home = Path::new("/home/op");
        let tokens =
            Tokens { home, hostname: "10.0.0.1", original: "db1", port: 22, user: "deploy" };
        for (text, path) in [
            ("~/.ssh/id", "/home/op/.ssh/id"),
            ("%d/%r@%h:%p", "/home/op/deploy@10.0.0.1:22"),
            ("/%n/100%%", "/db1/100%"),
            ("/odd/%Z%", "/odd/%Z%"),
            ("/a~b", "/a~b"),
        ] {
            assert_eq!(tokens.expand(text), Path::new(path));
        }
    }
}
