//! Whether members would take each other's certificates: each is held to the CA files of the others.

use super::{Broken, Papers, PemFile, authorities::authorities, chain};
use crate::{
    cluster::{
        check::{CheckId, Finding, Severity, Subject, ticked},
        config::Rigour,
    },
    name::HostName,
};

/// P2 between the hosts of one set. What a host's own CA file says of its certificates is told by
/// [`super::judge`], and not again here.
#[must_use]
pub fn across(set: &[&Papers]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for papers in set {
        let holds = |peer: &&Papers| peer.host != papers.host && peer.rigour != Rigour::Anything;
        let peers = || set.iter().copied().filter(holds);
        let dialling = peers().filter_map(|peer| Some((&peer.host, peer.ca_file.as_ref()?)));
        let dialled = peers().filter_map(|peer| Some((&peer.host, peer.gate()?)));
        let shown = [
            refused(papers, &papers.key_file, dialling),
            refused(papers, papers.outgoing(), dialled),
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
    papers: &Papers,
    file: &PemFile,
    peers: impl Iterator<Item = (&'p HostName, &'p PemFile)>,
) -> Vec<Finding> {
    let own = papers.ca_file.as_ref();
    if own.is_some_and(|own| broken(file, own).is_some()) {
        return Vec::new();
    }
    let mut reasons: Vec<(Broken, &str, Vec<HostName>)> = Vec::new();
    for (peer, ca_file) in peers {
        let Some(why) = broken(file, ca_file) else { continue };
        match reasons.iter_mut().find(|one| (&one.0, one.1) == (&why, ca_file.path.as_str())) {
            Some((_, _, hosts)) => hosts.push(peer.clone()),
            None => reasons.push((why, &ca_file.path, vec![peer.clone()])),
        }
    }
    let finding = |(why, path, hosts): (Broken, &str, Vec<HostName>)| Finding {
        id: CheckId::P2,
        severity: Severity::Refusal,
        hosts: vec![papers.host.clone()],
        subject: Subject::File(file.path.clone()),
        seen: format!("by `{path}` of {} it is refused: {why}", ticked(&hosts)),
        fix: "the CA files of all members have to know the CAs of all members' certificates"
            .to_owned(),
    };
    reasons.into_iter().map(finding).collect()
}

/// Why a certificate does not lead to a root in a CA file; `None` also where one of the two cannot
/// be read, which is told elsewhere.
fn broken(file: &PemFile, ca_file: &PemFile) -> Option<Broken> {
    let (leaf, others) = file.certificates.as_ref().ok()?.split_first()?;
    chain(leaf, others, authorities(ca_file)?).err()
}
