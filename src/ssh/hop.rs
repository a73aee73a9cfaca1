//! A jump host as `ProxyJump` writes it.

/// One jump host: `[user@]host[:port]`, also as an `ssh://` address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hop {
    pub(super) user: Option<String>,
    pub(super) host: String,
    pub(super) port: Option<u16>,
}

impl Hop {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix("ssh://").map_or(text, |rest| rest.trim_end_matches('/'));
        let (user, rest) = match text.rsplit_once('@') {
            Some((user, rest)) => (Some(user.to_owned()), rest),
            None => (None, text),
        };
        let (host, port) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, after)) => {
                (host, after.strip_prefix(':').or((!after.is_empty()).then_some(after)))
            }
            None => match rest.split_once(':') {
                Some((host, port)) if !port.contains(':') => (host, Some(port)),
                _ => (rest, None),
            },
        };
        let port = match port {
            Some(port) => Some(port.parse().ok()?),
            None => None,
        };
        (!host.is_empty()).then(|| Self { user, host: host.to_owned(), port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jump_hosts_are_read_in_every_form() {
        let hop = |user: Option<&str>, host: &str, port| {
            Some(Hop { user: user.map(str::to_owned), host: host.to_owned(), port })
        };
        for (text, expected) in [
            ("b", hop(None, "b", None)),
            ("a@b:2222", hop(Some("a"), "b", Some(2222))),
            ("a@corp@b", hop(Some("a@corp"), "b", None)),
            ("[fe80::1]:22", hop(None, "fe80::1", Some(22))),
            ("fe80::1", hop(None, "fe80::1", None)),
            ("ssh://a@b:22/", hop(Some("a"), "b", Some(22))),
            ("b:no", None),
            ("b:70000", None),
            ("", None),
            ("a@", None),
        ] {
            assert_eq!(Hop::parse(text), expected, "{text}");
        }
    }
}
