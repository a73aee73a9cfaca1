//! Who we are towards the hosts: a key file, an agent, or ssh's usual keys. Never a password.
//!
//! One value serves all hosts of a run, so that a key is opened once and a person is asked once,
//! however many hosts are connected to side by side.

use std::{
    collections::HashMap,
    env, fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::sync::Mutex;

use super::{
    key_file::{self, Identity, KeyFileError, public_key},
    route::{AgentKeys, Route},
};
use crate::{plan::model::SshSettings, secret::Secret};

/// Asks a person for the passphrase of a key. The owner of the terminal implements it; a run
/// without one has none.
pub trait Prompt: Send + Sync {
    /// The passphrase, or `None` without an answer. It may block.
    fn passphrase(&self, key: &Path) -> Option<Secret>;
}

/// What is offered to the hosts.
#[derive(Clone, Default)]
pub struct Credentials {
    /// The plan's own key: where there is one, nothing else is offered.
    pub(super) identity_file: Option<PathBuf>,
    /// The socket of an agent.
    pub(super) agent: Option<PathBuf>,
    passphrase: Option<Secret>,
    prompt: Option<Arc<dyn Prompt>>,
    pub(super) scope: Scope,
    opened: Arc<Mutex<HashMap<PathBuf, Identity>>>,
}

/// Whom the credentials are for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Scope {
    /// A host of the plan: its key and no other.
    #[default]
    Host,
    /// A jump host on the way.
    Jump,
}

impl Credentials {
    /// A key file and nothing else, or with `None` ssh's usual files.
    #[must_use]
    pub fn new(identity_file: Option<PathBuf>) -> Self {
        Self { identity_file, ..Self::default() }
    }

    /// What a plan names, and the agent of the environment; the passphrase is already loaded.
    #[must_use]
    pub fn from_settings(ssh: &SshSettings, passphrase: Option<Secret>) -> Self {
        let agent = env::var_os("SSH_AUTH_SOCK").filter(|socket| !socket.is_empty());
        Self { agent: agent.map(PathBuf::from), passphrase, ..Self::new(ssh.identity_file.clone()) }
    }

    /// Opens an encrypted [`Self::new`] key without a person.
    #[must_use]
    pub fn with_passphrase(self, passphrase: Secret) -> Self {
        Self { passphrase: Some(passphrase), ..self }
    }

    /// Sets a prompt for passphrases.
    #[must_use]
    pub fn with_prompt(self, prompt: Arc<dyn Prompt>) -> Self {
        Self { prompt: Some(prompt), ..self }
    }

    /// Has an agent behind a socket.
    #[must_use]
    pub fn with_agent(self, socket: PathBuf) -> Self {
        Self { agent: Some(socket), ..self }
    }

    /// The same, for a jump host: the plan's key comes first there, but not alone.
    pub(super) fn for_jump(&self) -> Self {
        Self { scope: Scope::Jump, ..self.clone() }
    }

    /// The key that must be there before any host is dialed, if there is one: not where the agent
    /// may hold it, and not where others are as good.
    pub(super) fn wanted_key(&self, route: &Route) -> Option<&Path> {
        let path = self.identity_file.as_deref().filter(|_| self.scope == Scope::Host)?;
        let agent = self.agent.is_some() && route.agent != AgentKeys::None;
        (!agent || public_key(path).is_none()).then_some(path)
    }

    /// The key in a file, opened at most once per run.
    pub(super) async fn open(&self, path: &Path) -> Result<Identity, KeyFileError> {
        // The lock is held while a person types: the other hosts wait for the same answer.
        let mut opened = self.opened.lock().await;
        if let Some(identity) = opened.get(path) {
            return Ok(identity.clone());
        }
        let given = self.identity_file.as_deref() == Some(path);
        let passphrase = self.passphrase.clone().filter(|_| given);
        let (prompt, file) = (self.prompt.clone(), path.to_owned());
        let open = move || match key_file::open(&file, passphrase.as_ref()) {
            Err(KeyFileError::Encrypted { path }) => {
                match prompt.and_then(|prompt| prompt.passphrase(&file)) {
                    Some(answer) => key_file::open(&file, Some(&answer)),
                    None => Err(KeyFileError::Encrypted { path }),
                }
            }
            other => other,
        };
        // The key derivation takes a fifth of a second of pure arithmetic.
        let identity =
            tokio::task::spawn_blocking(open).await.map_err(KeyFileError::lost(path))??;
        opened.insert(path.to_owned(), identity.clone());
        Ok(identity)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("identity_file", &self.identity_file)
            .field("agent", &self.agent)
            .finish_non_exhaustive()
    }
}
