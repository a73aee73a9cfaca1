//! From a line of a log, or an id, to what is known of it.

use serde_json::Value;

use super::{
    Entry,
    context_lines::{AROUND, TALK},
    files::FILES,
    modes::MODES,
    peers::PEERS,
};

/// What is known of a server's line, or of an id; the first says most. Nothing where it is not about TLS.
#[must_use]
pub fn explain(text: &str) -> Vec<&'static Entry> {
    let text = text.trim();
    let (spoken, id) = (text.to_lowercase(), text.parse().ok().or_else(|| id_of(text)));
    let says = |entry: &&Entry| {
        entry.words.iter().any(|words| spoken.contains(words))
            || id.is_some_and(|id| entry.ids.contains(&id))
    };
    let reasons: Vec<_> = reasons().filter(says).collect();
    if reasons.is_empty() { AROUND.iter().chain(TALK).filter(says).collect() } else { reasons }
}

/// What a line says of something that is wrong: the one entry that says most.
#[must_use]
pub fn trouble(line: &str) -> Option<&'static Entry> {
    explain(line).into_iter().find(|entry| !TALK.contains(entry))
}

/// Why a file or a certificate is refused says more than that a connection ended.
fn reasons() -> impl Iterator<Item = &'static Entry> {
    FILES.iter().chain(PEERS).chain(MODES)
}

fn id_of(text: &str) -> Option<u32> {
    let line: Value = serde_json::from_str(text).ok()?;
    u32::try_from(line.get("id")?.as_u64()?).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_id_and_no_words_stand_for_two_things() {
        let all = || reasons().chain(AROUND).chain(TALK);
        let mut ids: Vec<_> = all().flat_map(|entry| entry.ids).collect();
        let mut words: Vec<_> = all().flat_map(|entry| entry.words).collect();
        let count = (ids.len(), words.len());
        ids.sort_unstable();
        ids.dedup();
        words.sort_unstable();
        words.dedup();
        assert_eq!((ids.len(), words.len()), count);
        assert!(words.iter().all(|words| **words == words.to_lowercase()));
    }

    #[test]
    fn ids_and_lines_are_explained() {
        for (text, first) in [
            ("23256", "SSL peer certificate validation failed"),
            (
                " 23838\n",
                "SSL mode is set to 'preferred' and connection to remote is not using SSL",
            ),
            (
                r#"{"s":"E","id":23256,"msg":"SSL peer certificate validation failed","attr":{"error":"SSL peer certificate validation failed: unsuitable certificate purpose"}}"#,
                "unsupported certificate purpose",
            ),
            (
                "2026-11-26T19:03:34.263+0000 E  NETWORK  [conn5] SSL peer certificate validation failed: unable to verify the first certificate",
                "unable to get local issuer certificate",
            ),
            (
                "Failed global initialization: BadValue: unsupported value for tlsMode maybe",
                "unsupported value for tlsMode",
            ),
        ] {
            assert_eq!(explain(text).first().map(|entry| entry.says), Some(first), "{text}");
        }
        assert!(explain("12345").is_empty());
        assert!(explain("Index build: done").is_empty());
    }

    #[test]
    fn talk_is_no_trouble() {
        assert!(trouble("Connection ended: {}").is_none());
        let line = "SSL peer certificate validation failed: certificate has expired";
        assert_eq!(trouble(line).map(|entry| entry.says), Some("certificate has expired"));
    }

    /// Captured from real servers that were given bad files and met bad certificates.
    #[test]
    fn every_line_of_real_servers_about_tls_is_explained() {
        for log in [
            include_str!("../../../tests/captured/tls_6.0.5.log"),
            include_str!("../../../tests/captured/tls_4.2.6.log"),
        ] {
            let silent: Vec<_> = log.lines().filter(|line| explain(line).is_empty()).collect();
            assert!(silent.is_empty(), "{silent:#?}");
            let told: BTreeSet<_> = log.lines().flat_map(explain).map(|entry| entry.says).collect();
            assert!(told.len() >= 20, "{told:#?}");
        }
    }
}
