//! A target with nothing left open: the address, the user, the files.

use std::{
    env,
    path::{Path, PathBuf},
};

use super::{
    error::Peer,
    known_hosts::{HostId, Source},
    target::Target,
};

/// How a host is reached.
#[derive(Clone, Debug)]
pub(super) struct Route {
    pub(super) peer: Peer,
    pub(super) user: String,
    /// Under which name its key is looked up.
    pub(super) host: HostId,
    pub(super) known_hosts: Vec<Source>,
    /// The keys to offer where neither the plan nor an agent has one that is accepted.
    pub(super) usual_keys: Vec<PathBuf>,
}

impl Route {
    /// The route of a target.
    pub(super) fn of(target: &Target) -> Self {
        let home = env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
        let port = target.port.unwrap_or(22);
        let local_user = || env::var("USER").or_else(|_| env::var("LOGNAME"));
        Self {
            peer: Peer { name: target.name.clone(), address: target.address.clone(), port },
            user: target.user.clone().or_else(|| local_user().ok()).unwrap_or_default(),
            host: HostId::new(&target.address, port),
            known_hosts: match &target.known_hosts {
                Some(file) => vec![Source::Named(file.clone())],
                None => usual_known_hosts(&home),
            },
            usual_keys: ["id_ed25519", "id_ecdsa", "id_rsa"]
                .iter()
                .map(|name| home.join(".ssh").join(name))
                .collect(),
        }
    }
}

fn usual_known_hosts(home: &Path) -> Vec<Source> {
    vec![
        Source::Usual(home.join(".ssh/known_hosts")),
        Source::Usual(PathBuf::from("/etc/ssh/ssh_known_hosts")),
    ]
}
