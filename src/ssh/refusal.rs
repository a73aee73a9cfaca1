//! All that helps to see why a host refused a login.

use super::error::Peer;

/// A login that the host refused, with all that helps to see why.
#[derive(Debug)]
pub struct Refusal {
    /// The host.
    pub peer: Peer,
    /// The login user.
    pub user: String,
    /// What was offered, in order.
    pub offered: Vec<String>,
    /// The methods that the host would still take.
    pub accepted: Vec<String>,
    /// What the host said about it.
    pub words: Vec<String>,
    /// What could not be offered, and why.
    pub skipped: Vec<String>,
    /// The key file that was offered first, for the hint.
    pub identity: Option<String>,
}

impl Refusal {
    pub(super) fn hints(&self) -> Vec<String> {
        let mut hints = vec![format!("offered: {}", listed(&self.offered))];
        if !self.accepted.is_empty() {
            hints.push(format!("the host would take: {}", listed(&self.accepted)));
        }
        hints.extend(self.skipped.iter().map(|why| format!("not offered: {why}")));
        hints.extend(self.words.iter().map(|said| format!("the host said: {}", said.trim())));
        let key = self.identity.as_ref().map_or_else(String::new, |path| format!("-i {path} "));
        let (peer, user) = (&self.peer, &self.user);
        hints.push(format!("try it: `ssh {key}-p {} {user}@{}`", peer.port, peer.address));
        hints
    }
}

fn listed(items: &[String]) -> String {
    if items.is_empty() { "nothing".to_owned() } else { items.join(", ") }
}
