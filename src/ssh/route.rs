//! A target with nothing left open: the plan first, the ssh configuration beneath it.

use std::{
    env,
    path::{Path, PathBuf},
};

use super::{
    error::Peer,
    hop::Hop,
    known_hosts::{HostId, Source},
    ssh_config::{Answer, SshConfigError},
    target::Target,
    tokens::Tokens,
};

/// The keys ssh tries by itself; those kinds that live in hardware only an agent can use.
const USUAL_KEYS: [&str; 3] = ["~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa"];

/// What `ssh -G` prints where no key is configured: at least this many, all beginning like this.
const DEFAULTS: (usize, &str) = (5, "~/.ssh/id_");

/// How a host is reached.
#[derive(Clone, Debug)]
pub(super) struct Route {
    pub(super) peer: Peer,
    pub(super) user: String,
    /// Under which name its key is looked up.
    pub(super) host: HostId,
    pub(super) known_hosts: Vec<Source>,
    /// The keys to offer where the plan names none.
    pub(super) keys: Vec<PathBuf>,
    /// Which of an agent's keys may be offered.
    pub(super) agent: AgentKeys,
    /// The hosts to go through, the last one next to this host.
    pub(super) jumps: Vec<Hop>,
}

/// Which keys of an agent may be offered, and which agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum AgentKeys {
    /// All keys of the agent of the environment.
    All,
    /// Only those that belong to one of [`Route::keys`]: `IdentitiesOnly`.
    Listed,
    /// None: `IdentityAgent none`.
    None,
}

impl Route {
    /// The route of a target.
    pub(super) async fn resolve(target: &Target) -> Result<Self, SshConfigError> {
        let user = target.user.as_deref();
        let answer = target.config.ask(&target.address, user, target.port).await?;
        let answer = answer.unwrap_or_default();
        answer.refuse_unsupported(&target.address)?;
        let port = target.port.or(answer.port).unwrap_or(22);
        let address = answer.hostname.clone().unwrap_or_else(|| target.address.clone());
        let user = target.user.clone().or_else(|| answer.user.clone()).or_else(local_user);
        let user = user.unwrap_or_default();
        let home = env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
        let tokens = Tokens {
            home: &home,
            hostname: &address,
            original: &target.address,
            port,
            user: &user,
        };
        Ok(Self {
            keys: keys(&answer, &tokens),
            agent: agent_keys(&answer),
            host: answer
                .host_key_alias
                .as_ref()
                .map_or_else(|| HostId::new(&address, port), |alias| HostId::alias(alias)),
            known_hosts: match &target.known_hosts {
                Some(file) => vec![Source::Named(file.clone())],
                None => usual_known_hosts(&answer, &home),
            },
            jumps: jumps(&answer, &target.address)?,
            peer: Peer { name: target.name.clone(), address, port },
            user,
        })
    }
}

fn local_user() -> Option<String> {
    env::var("USER").or_else(|_| env::var("LOGNAME")).ok()
}

fn keys(answer: &Answer, tokens: &Tokens<'_>) -> Vec<PathBuf> {
    let configured = &answer.identity_files;
    let (count, beginning) = DEFAULTS;
    let by_default =
        configured.len() >= count && configured.iter().all(|file| file.starts_with(beginning));
    if configured.is_empty() || by_default {
        USUAL_KEYS.iter().map(|file| tokens.expand(file)).collect()
    } else {
        configured.iter().map(|file| tokens.expand(file)).collect()
    }
}

fn agent_keys(answer: &Answer) -> AgentKeys {
    match answer.identity_agent.as_deref() {
        Some("none") => AgentKeys::None,
        _ if answer.identities_only => AgentKeys::Listed,
        _ => AgentKeys::All,
    }
}

fn usual_known_hosts(answer: &Answer, home: &Path) -> Vec<Source> {
    let asked = answer.user_known_hosts.iter().chain(&answer.global_known_hosts);
    let mut files: Vec<PathBuf> = asked.map(PathBuf::from).collect();
    if files.is_empty() {
        files = vec![home.join(".ssh/known_hosts"), "/etc/ssh/ssh_known_hosts".into()];
    }
    files.into_iter().map(Source::Usual).collect()
}

fn jumps(answer: &Answer, address: &str) -> Result<Vec<Hop>, SshConfigError> {
    let list = answer.proxy_jump.as_deref().unwrap_or_default();
    let hops = list.split(',').filter(|hop| !hop.is_empty());
    hops.map(|hop| {
        Hop::parse(hop).ok_or_else(|| SshConfigError::Jump {
            address: address.to_owned(),
            jump: hop.to_owned(),
        })
    })
    .collect()
}
