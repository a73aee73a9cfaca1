//! What lies on the hosts of the files that are wanted there, read side by side.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use crate::{
    cluster::{
        certificate::{MemberCertificates, TlsPaths},
        check::Strictness,
        clock::Skew,
        config::ConfigFile,
        membership::Membership,
    },
    error::node_error::NodeError,
    instance::{Instance, look::Identity},
    name::HostName,
    steps::error::{Failure, ObserveError},
};

/// The members' papers and the hosts' clocks.
#[derive(Default)]
pub(super) struct Identities {
    pub(super) certificates: Vec<MemberCertificates>,
    pub(super) skews: Vec<(HostName, Skew)>,
}

/// Reads them. Where nothing stops the run, a host that cannot be asked does not either.
pub(super) async fn identities<N: Instance>(
    nodes: &[N],
    texts: &BTreeMap<HostName, Vec<ConfigFile>>,
    membership: &Membership,
    strictness: Strictness,
) -> Result<Identities, Vec<Failure>> {
    let asked = nodes.iter().map(|node| async {
        let paths = paths(texts.get(node.host()));
        let mut all: Vec<String> = paths.iter().flat_map(TlsPaths::all).cloned().collect();
        all.sort_unstable();
        all.dedup();
        (node.host(), node.identity(&all).await, paths)
    });
    let (mut identities, mut failures) = (Identities::default(), Vec::new());
    for (host, answer, paths) in join_all(asked).await {
        match answer {
            Ok(identity) => identities.add(host, &identity, &paths, membership),
            Err(source) if strictness == Strictness::Refuse => failures.push(away(host, source)),
            Err(_) => {}
        }
    }
    if failures.is_empty() { Ok(identities) } else { Err(failures) }
}

fn away(host: &HostName, source: NodeError) -> Failure {
    ObserveError::host(host, source).into()
}

/// Each distinct set of paths once.
fn paths(texts: Option<&Vec<ConfigFile>>) -> Vec<TlsPaths> {
    let mut distinct: Vec<TlsPaths> = Vec::new();
    for paths in texts.into_iter().flatten().filter_map(TlsPaths::from_config) {
        if !distinct.contains(&paths) {
            distinct.push(paths);
        }
    }
    distinct
}

impl Identities {
    fn add(
        &mut self,
        host: &HostName,
        identity: &Identity,
        paths: &[TlsPaths],
        membership: &Membership,
    ) {
        self.skews.push((host.clone(), identity.skew));
        let Some(member) = membership.member(host) else { return };
        let certificates = |paths: &TlsPaths| {
            paths.member_certificates(host, member, identity.clock, &identity.files)
        };
        self.certificates.extend(paths.iter().filter_map(certificates));
    }
}
