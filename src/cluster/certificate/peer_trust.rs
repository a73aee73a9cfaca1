//! Whether members accept each other's certificates: each is verified with the CA files of the others.

use super::{ChainError, MemberCertificates, PemFile, authorities::authorities, chain};
use crate::{
    cluster::{
        check::{CheckId, Finding, Severity, Subject},
        config::VerifyMode,
    },
    name::HostName,
    text::list,
};

/// P2 between the hosts of one set. What a host's own CA file says of its certificates is told by
/// [`super::check_certificates`], and not again here.
#[must_use]
pub fn peer_trust(set: &[&MemberCertificates]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for identity in set {
        let holds = |peer: &&MemberCertificates| {
            peer.host != identity.host && peer.verify_mode != VerifyMode::None
        };
        let peers = || set.iter().copied().filter(holds);
        let dialling = peers().filter_map(|peer| Some((&peer.host, peer.ca_file.as_ref()?)));
        let dialled = peers().filter_map(|peer| Some((&peer.host, peer.incoming_ca_file()?)));
        let shown = [
            refused(identity, &identity.key_file, dialling),
            refused(identity, identity.outgoing(), dialled),
        ];
        for finding in shown.into_iter().flatten() {
            if !findings.contains(&finding) {
                findings.push(finding);
            }
        }
    }
    findings
}

/// The CA files of peers that a certificate does not lead to, those with the same reason together.
fn refused<'p>(
    identity: &MemberCertificates,
    file: &PemFile,
    peers: impl Iterator<Item = (&'p HostName, &'p PemFile)>,
) -> Vec<Finding> {
    let own = identity.ca_file.as_ref();
    if own.is_some_and(|own| broken(file, own).is_some()) {
        return Vec::new();
    }
    let mut reasons: Vec<(ChainError, &str, Vec<HostName>)> = Vec::new();
    for (peer, ca_file) in peers {
        let Some(why) = broken(file, ca_file) else { continue };
        match reasons.iter_mut().find(|one| (&one.0, one.1) == (&why, ca_file.path.as_str())) {
            Some((_, _, hosts)) => hosts.push(peer.clone()),
            None => reasons.push((why, &ca_file.path, vec![peer.clone()])),
        }
    }
    let finding = |(why, path, hosts): (ChainError, &str, Vec<HostName>)| Finding {
        id: CheckId::CertificateChain,
        severity: Severity::Refusal,
        hosts: vec![identity.host.clone()],
        subject: Subject::File(file.path.clone()),
        seen: format!("by `{path}` of {} it is refused: {why}", list(&hosts)),
        fix: "the CA files of all members have to know the CAs of all members' certificates"
            .to_owned(),
    };
    reasons.into_iter().map(finding).collect()
}

/// Why a certificate does not lead to a root in a CA file; `None` also where one of the two cannot
/// be read, which is told elsewhere.
fn broken(file: &PemFile, ca_file: &PemFile) -> Option<ChainError> {
    let (leaf, others) = file.certificates.as_ref().ok()?.split_first()?;
    chain(leaf, others, authorities(ca_file)?).err()
}
