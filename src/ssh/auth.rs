//! The login: the keys that may be offered, in order, until the host takes one.
//!
//! A plan that names a key means that key and no other, so that sshd's few attempts are not used up
//! by whatever else an agent holds.

use std::{future::Future, mem, path::Path, time::Duration};

use russh::{
    AgentAuthError,
    keys::{Algorithm, HashAlg, PrivateKeyWithHashAlg, PublicKey, agent::AgentIdentity},
};
use tokio::time::{Instant, timeout};

use super::{
    agent::Agent,
    credentials::{Credentials, Scope},
    error::ConnectError,
    handshake::Connection,
    key_file::{Identity, KeyFileError, public_key},
    limits::Limits,
    route::{AgentKeys, Route},
    signer::KeySigner,
};

/// One login under way.
pub(super) struct Login<'a> {
    pub(super) connection: &'a mut Connection,
    pub(super) route: &'a Route,
    pub(super) limit: Duration,
    /// What is left of the limit; the time a person needs to type is not counted.
    pub(super) left: Duration,
    pub(super) offered: Vec<String>,
    pub(super) accepted: Vec<String>,
    pub(super) identity: Option<String>,
    /// What could not be offered, and why.
    pub(super) skipped: Vec<String>,
}

/// What the host said to one key.
pub(super) enum Answer {
    Welcome,
    No,
}

impl<'a> Login<'a> {
    pub(super) fn new(connection: &'a mut Connection, route: &'a Route, limits: &Limits) -> Self {
        Self {
            connection,
            route,
            limit: limits.auth,
            left: limits.auth,
            offered: Vec::new(),
            accepted: Vec::new(),
            identity: None,
            skipped: Vec::new(),
        }
    }

    /// Offers what there is until the host takes one: the plan's key alone, or the agent's keys and
    /// then those of the ssh configuration.
    pub(super) async fn run(mut self, credentials: &Credentials) -> Result<(), ConnectError> {
        if let Answer::Welcome = self.offer_all(credentials).await? {
            return Ok(());
        }
        if self.offered.is_empty() {
            return Err(ConnectError::NoKey {
                peer: self.route.peer.clone(),
                skipped: self.skipped,
            });
        }
        Err(self.refusal(None))
    }

    async fn offer_all(&mut self, credentials: &Credentials) -> Result<Answer, ConnectError> {
        if let Some(path) = &credentials.identity_file {
            let answer = self.offer_wanted(credentials, path).await?;
            if matches!(answer, Answer::Welcome) || credentials.scope == Scope::Host {
                return Ok(answer);
            }
        }
        let route = self.route;
        let of_agent = match route.agent {
            AgentKeys::All => self.offer_agent(credentials, None).await?,
            AgentKeys::Listed => {
                let listed: Vec<_> =
                    route.keys.iter().filter_map(|path| public_key(path)).collect();
                self.offer_agent(credentials, Some(&listed)).await?
            }
            AgentKeys::None => Answer::No,
        };
        match of_agent {
            Answer::Welcome => Ok(Answer::Welcome),
            Answer::No => self.offer_files(credentials).await,
        }
    }

    /// The plan's key: by the agent where it holds it, so that no passphrase has to be typed.
    async fn offer_wanted(
        &mut self,
        credentials: &Credentials,
        path: &Path,
    ) -> Result<Answer, ConnectError> {
        if let (Some(key), false) = (public_key(path), self.route.agent == AgentKeys::None) {
            let before = self.offered.len();
            let answer = self.offer_agent(credentials, Some(&[key])).await?;
            if matches!(answer, Answer::Welcome) || self.offered.len() > before {
                return Ok(answer);
            }
        }
        let identity = self.open(credentials, path).await?;
        self.offer(&identity).await
    }

    /// The keys of files; one that is missing or that cannot be opened is skipped, as in ssh.
    async fn offer_files(&mut self, credentials: &Credentials) -> Result<Answer, ConnectError> {
        for path in &self.route.keys {
            let identity = match credentials.open(path).await {
                Ok(identity) => identity,
                Err(KeyFileError::Unreadable { .. }) => continue,
                Err(error) => {
                    self.skipped.push(error.to_string());
                    continue;
                }
            };
            if let Answer::Welcome = self.offer(&identity).await? {
                return Ok(Answer::Welcome);
            }
        }
        Ok(Answer::No)
    }

    /// The keys of the agent, or those among them that are wanted.
    async fn offer_agent(
        &mut self,
        credentials: &Credentials,
        wanted: Option<&[PublicKey]>,
    ) -> Result<Answer, ConnectError> {
        let Some(socket) = &credentials.agent else {
            return Ok(Answer::No);
        };
        let mut agent = match Agent::open(socket, self.connection, &mut self.left).await {
            Ok(agent) => agent,
            Err(error) => {
                self.skipped.push(format!("the agent cannot be used: {error}"));
                return Ok(Answer::No);
            }
        };
        if let Some(keys) = wanted {
            agent.keep(keys);
        }
        for identity in mem::take(&mut agent.identities) {
            if let Answer::Welcome = self.offer_of_agent(&mut agent, identity).await? {
                return Ok(Answer::Welcome);
            }
        }
        Ok(Answer::No)
    }

    async fn offer_of_agent(
        &mut self,
        agent: &mut Agent,
        identity: AgentIdentity,
    ) -> Result<Answer, ConnectError> {
        let user = self.route.user.clone();
        let hash = self.rsa_hash(&identity.public_key().algorithm()).await?;
        self.note("the agent's", identity.comment(), &identity.public_key());
        let (handle, signer) = (&mut self.connection.handle, &mut agent.client);
        let result = match identity {
            AgentIdentity::PublicKey { key, .. } => {
                let attempt = handle.authenticate_publickey_with(user, key, hash, signer);
                within(&mut self.left, attempt).await
            }
            AgentIdentity::Certificate { certificate, .. } => {
                let attempt = handle.authenticate_certificate_with(user, certificate, hash, signer);
                within(&mut self.left, attempt).await
            }
        };
        match result {
            // An agent that declines to sign leaves the connection as it was.
            Some(Err(AgentAuthError::Key(error))) => {
                self.skipped.push(format!("the agent does not sign: {error}"));
                Ok(Answer::No)
            }
            other => self.judge(other),
        }
    }

    async fn open(&self, credentials: &Credentials, path: &Path) -> Result<Identity, ConnectError> {
        credentials.open(path).await.map_err(|source| self.unusable(source))
    }

    fn unusable(&self, source: KeyFileError) -> ConnectError {
        ConnectError::KeyFile { peer: self.route.peer.clone(), source }
    }

    /// Offers a key of a file: its certificate first, as ssh does.
    async fn offer(&mut self, identity: &Identity) -> Result<Answer, ConnectError> {
        let user = self.route.user.clone();
        let hash = self.rsa_hash(&identity.key.algorithm()).await?;
        let shown = identity.path.display().to_string();
        self.identity.get_or_insert_with(|| shown.clone());
        if let Some(certificate) = &identity.certificate {
            self.note("certificate of", &shown, identity.key.public_key());
            let mut signer = KeySigner(identity.key.clone());
            let (user, certificate) = (user.clone(), certificate.clone());
            let attempt = self.connection.handle.authenticate_certificate_with(
                user,
                certificate,
                hash,
                &mut signer,
            );
            let result = within(&mut self.left, attempt).await;
            if let Answer::Welcome = self.judge(result)? {
                return Ok(Answer::Welcome);
            }
        }
        self.note("key", &shown, identity.key.public_key());
        let key = PrivateKeyWithHashAlg::new(identity.key.clone(), hash);
        let attempt = self.connection.handle.authenticate_publickey(user, key);
        let result = within(&mut self.left, attempt).await;
        self.judge(result)
    }

    /// SHA-2 for RSA keys, never SHA-1, even where the host does not say what it takes.
    pub(super) async fn rsa_hash(
        &mut self,
        algorithm: &Algorithm,
    ) -> Result<Option<HashAlg>, ConnectError> {
        if !matches!(algorithm, Algorithm::Rsa { .. }) {
            return Ok(None);
        }
        let ask = self.connection.handle.best_supported_rsa_hash();
        match within(&mut self.left, ask).await {
            Some(Ok(best)) => Ok(Some(best.flatten().unwrap_or(HashAlg::Sha512))),
            Some(Err(error)) => Err(self.ended(Box::new(error))),
            None => Err(self.timed_out()),
        }
    }

    pub(super) fn note(&mut self, what: &str, from: &str, key: &PublicKey) {
        let fingerprint = key.fingerprint(HashAlg::Sha256);
        self.offered.push(format!("{what} {from} ({} {fingerprint})", key.algorithm()));
    }
}

/// Waits no longer than is left, and takes what it used off it.
pub(super) async fn within<T>(left: &mut Duration, attempt: impl Future<Output = T>) -> Option<T> {
    let start = Instant::now();
    let result = timeout(*left, attempt).await.ok();
    *left = left.saturating_sub(start.elapsed());
    result
}
