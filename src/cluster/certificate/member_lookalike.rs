//! Whether this machine's client certificate would be taken for a member's.

use super::{Certificate, MemberCertificates};
use crate::cluster::check::{CheckId, Finding, Severity, Subject};

/// P30: mongod takes a client for a member when every O, OU and DC of its certificate is the same as in
/// the server's own, and there is at least one. Such a client has every right there is.
#[must_use]
pub fn member_lookalike(client: &Certificate, identity: &[MemberCertificates]) -> Option<Finding> {
    let shown = |identity: &MemberCertificates| {
        let leaf = identity.outgoing().certificates.as_ref().ok().and_then(|all| all.first());
        leaf.is_some_and(|leaf| leaf.organisation == client.organisation)
    };
    let hosts: Vec<_> = identity
        .iter()
        .filter(|identity| shown(identity))
        .map(|identity| identity.host.clone())
        .collect();
    (!hosts.is_empty() && !client.organisation.is_empty()).then(|| Finding {
        id: CheckId::MemberLookalike,
        severity: Severity::Refusal,
        hosts,
        subject: Subject::Here(format!("the client certificate `{}`", client.subject)),
        seen: "its O, OU and DC are those of the members' certificates".to_owned(),
        fix: "issue one with another O or OU for `certificate_key_file` under `[mongodb.client]`"
            .to_owned(),
    })
}
