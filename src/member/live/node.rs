//! The node itself: each question of the engine becomes one script or one command.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use super::{
    fault::{self, NotAFile},
    known::Known,
    names,
    servers::Servers,
    start::learn,
};
use crate::{
    cluster::{
        config::ConfigFile,
        mode::{Spelling, TlsMode},
        topology::OpTime,
    },
    host::{
        Host,
        canary::Priority,
        config_file::ConfigState,
        facts::HostFacts,
        lease::{Lease, LeaseError, Owner},
        replace::Replacement,
        survey::Service,
    },
    member::{
        error::NodeError,
        node::{FileChange, FileNow, Fresh, Look, Node, Pace, Reading, RunningOperation, UnitNow},
    },
    mongo::{
        choice::Purpose,
        connections::drop_connections,
        database::{Client, Database, DatabaseError},
        election::step_down,
        mode::set_tls_mode,
        note::append_note,
        operations::client_operations,
        reader::{Freshness, Place},
        shutdown::{set_shutdown_sleep, shutdown_sleep},
        sync_source::sync_from,
        view::server_view,
    },
    name::{HostName, MemberName},
    plan::model::MongodbSettings,
};

/// How long a former primary stays out of elections: longer than its restart, shorter than a night.
const TERM_OFF: Duration = Duration::from_secs(60);
/// How long the step-down waits for a secondary that has everything.
const CATCH_UP: Duration = Duration::from_secs(10);
/// How many lines of the server's log an error quotes.
const QUOTED: usize = 6;

/// A host of the plan, for real. Cheap to clone.
#[derive(Clone)]
pub struct LiveNode(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) host: Arc<Host>,
    pub(super) mongodb: MongodbSettings,
    /// Where the plan has the host.
    pub(super) address: String,
    pub(super) service: Service,
    /// The arguments of the unit's process at the first contact.
    pub(super) argv: Option<Vec<String>>,
    /// Why the configuration file could not be replaced, as tried at the first contact.
    pub(super) not_replaceable: Option<String>,
    pub(super) known: Known,
    pub(super) servers: Servers,
    /// `/etc/machine-id`.
    pub(super) machine: String,
    pub(super) lease: OnceLock<Lease>,
}

impl LiveNode {
    pub(super) fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    /// What hosts are sorted by before their leases are taken, so that two runs meet at the first.
    #[must_use]
    pub fn machine(&self) -> &str {
        &self.0.machine
    }

    /// Takes the host for this run; without that nothing is changed on it.
    pub async fn lease(&self, owner: &Owner) -> Result<(), LeaseError> {
        let lease = self.0.host.lease(owner).await?;
        let _ = self.0.lease.set(lease);
        Ok(())
    }

    /// Gives the host back.
    pub async fn release(&self) {
        if let Some(lease) = self.0.lease.get() {
            lease.release().await;
        }
    }

    /// Who works on the host now, in its own words.
    pub async fn owner(&self) -> Option<String> {
        self.0.host.owner().await.ok().flatten()
    }

    /// The certificates that the file in place names, in PEM and without keys.
    pub async fn certificate(&self) -> Option<Vec<u8>> {
        let path = self.0.known.lock().files.certificate_key_file.clone()?;
        let pem = self.0.host.certificates(&[&path]).await.ok()?;
        pem.into_iter().next().flatten()
    }
}

impl Inner {
    /// Where the server is and which names its certificate may have, as far as is known.
    fn place(&self) -> (Place, Vec<String>) {
        let memory = self.known.lock();
        let place = Place {
            address: memory.address.clone().unwrap_or_else(|| "127.0.0.1".to_owned()),
            port: self.mongodb.port,
            true_name: "localhost".to_owned(),
            mode: memory.mode,
            tls: memory.files.clone(),
            user: memory.user.clone(),
        };
        let names = if memory.names.is_empty() { &memory.guesses } else { &memory.names };
        (place, names.clone())
    }

    pub(super) async fn database(
        &self,
        freshness: Freshness,
    ) -> Result<Arc<dyn Database>, DatabaseError> {
        let (place, names) = self.place();
        self.servers.database(&place, &names, Purpose::Read, freshness).await
    }

    pub(super) async fn facts(&self) -> Result<HostFacts, NodeError> {
        let (unit, file) = (&self.mongodb.service, &self.mongodb.config_file);
        self.host.facts(unit, file).await.map_err(fault::of_facts)
    }

    /// The file in place; remembers what it and the unit say about the way to the server.
    pub(super) async fn learn_from(&self, facts: &HostFacts) -> Result<FileNow, NodeError> {
        self.known.lock().user = facts.unit.user.clone().unwrap_or_else(|| "root".to_owned());
        let file = self.file(&facts.file)?;
        if let Ok(parsed) = ConfigFile::parse(&file.text) {
            self.learn_names(&parsed).await;
        }
        Ok(file)
    }

    /// The names to hold a certificate to before the set's own name for the member is known: those
    /// in the certificate that the server itself would show, and what else the host is called.
    async fn learn_names(&self, file: &ConfigFile) {
        learn(&self.known, file, &self.mongodb.tls);
        let path = {
            let memory = self.known.lock();
            if !memory.names.is_empty() {
                return;
            }
            memory.files.certificate_key_file.clone()
        };
        let pem = match path {
            Some(path) => self.host.certificates(&[&path]).await.ok(),
            None => None,
        };
        let pem = pem.into_iter().flatten().next().flatten();
        let others = names::known(&file.bind_ips(), &self.address);
        let mut memory = self.known.lock();
        match pem {
            Some(pem) => memory.names = names::names(Some(&pem), &others),
            // A certificate that cannot be read now is looked for again at the next look.
            None => memory.guesses = names::names(None, &others),
        }
    }

    async fn read(&self, fresh: Fresh) -> Result<Reading, NodeError> {
        let freshness = match fresh {
            Fresh::Any => Freshness::Any,
            Fresh::New => Freshness::New,
        };
        let answer = match self.read_once(freshness).await {
            // A connection may have died with the process before; a new one tells.
            Err(DatabaseError::NoReply(_)) if fresh == Fresh::Any => {
                self.read_once(Freshness::New).await
            }
            other => other,
        };
        let reading =
            answer.map_err(|error| fault::of_read(self.host.name(), "asking the server", error))?;
        let mut memory = self.known.lock();
        memory.mode = Some(reading.view.mode);
        memory.names = vec![reading.view.status.me.host().to_owned()];
        Ok(reading)
    }

    async fn read_once(&self, freshness: Freshness) -> Result<Reading, DatabaseError> {
        let database = self.database(freshness).await?;
        let view = server_view(&*database).await?;
        Ok(Reading { view, client: database.client() })
    }

    /// Whether this run holds the host now.
    async fn may_act(&self) -> Result<(), NodeError> {
        let held = match self.lease.get() {
            Some(lease) => lease.held().await,
            None => Err(LeaseError::NotTaken { host: self.host.name().clone() }),
        };
        held.map_err(NodeError::not_done)
    }

    /// A connection to act over. Failing to get one means that nothing was done.
    async fn acting(&self, doing: &'static str) -> Result<Arc<dyn Database>, NodeError> {
        let database = self.database(Freshness::Any).await;
        let database = database.map_err(|error| fault::of_read(self.host.name(), doing, error))?;
        // Only now: connecting takes its time, and the lease may end meanwhile.
        self.may_act().await?;
        Ok(database)
    }

    fn failed(&self, doing: &'static str) -> impl FnOnce(DatabaseError) -> NodeError {
        move |error| fault::of_act(self.host.name(), doing, error)
    }

    fn file(&self, state: &ConfigState) -> Result<FileNow, NodeError> {
        let what = match state {
            ConfigState::Regular(file) => match String::from_utf8(file.bytes.clone()) {
                Ok(text) => return Ok(FileNow { text, digest: file.digest }),
                Err(_) => "no UTF-8 text".to_owned(),
            },
            ConfigState::Absent => "not there".to_owned(),
            ConfigState::Symlink { target } => format!("a symbolic link to `{target}`"),
            ConfigState::Special { kind } => format!("a {kind}"),
            ConfigState::TooLarge => "larger than 1 MiB".to_owned(),
        };
        let (host, path) = (self.host.name().clone(), self.mongodb.config_file.clone());
        Err(NodeError::not_done(NotAFile { host, path, what }))
    }
}

impl Node for LiveNode {
    fn host(&self) -> &HostName {
        self.0.host.name()
    }

    async fn held(&self) -> Result<(), NodeError> {
        self.0.may_act().await
    }

    async fn look(&self) -> Result<Look, NodeError> {
        let inner = &*self.0;
        // The first look has to read the file before it knows how to reach the server.
        let known = inner.known.lock().address.is_some();
        let (facts, server) = if known {
            let (facts, server) = tokio::join!(inner.facts(), inner.read(Fresh::Any));
            (facts?, Some(server))
        } else {
            (inner.facts().await?, None)
        };
        let file = inner.learn_from(&facts).await?;
        let server = match server {
            Some(server) => server,
            None => inner.read(Fresh::Any).await,
        };
        Ok(Look { unit: super::unit::now(&facts), file, server })
    }

    async fn view(&self, fresh: Fresh) -> Result<Reading, NodeError> {
        self.0.read(fresh).await
    }

    async fn unit(&self) -> Result<UnitNow, NodeError> {
        Ok(super::unit::now(&self.0.facts().await?))
    }

    async fn canary(&self, text: &str, pace: Pace) -> Result<(), NodeError> {
        let priority = match pace {
            Pace::Now => Priority::Normal,
            Pace::Background => Priority::Low,
        };
        let canary = self.0.host.canary(&self.0.service, text, priority);
        canary.await.map_err(fault::of_canary)
    }

    async fn replace(&self, change: &FileChange) -> Result<(), NodeError> {
        self.0.may_act().await?;
        let replacement = replacement(&self.0.mongodb.config_file, change);
        let done = self.0.host.replace(replacement).await;
        done.map(drop).map_err(fault::of_replace)
    }

    async fn restart(&self, change: Option<&FileChange>) -> Result<(), NodeError> {
        self.0.may_act().await?;
        let (host, unit) = (&self.0.host, &self.0.mongodb.service);
        let done = match change {
            None => host.restart(unit).await,
            Some(change) => {
                let replacement = replacement(&self.0.mongodb.config_file, change);
                host.replace_and_restart(replacement, unit).await.map(drop)
            }
        };
        done.map_err(fault::of_replace)
    }

    async fn reach_by_tls(&self) -> Result<(), NodeError> {
        let (place, names) = self.0.place();
        let reached = self.0.servers.by_tls(&place, &names).await;
        reached.map_err(|error| fault::of_read(self.0.host.name(), "connecting by TLS", error))
    }

    async fn set_mode(&self, mode: TlsMode) -> Result<Client, NodeError> {
        let inner = &*self.0;
        let (place, names) = inner.place();
        let shell = inner.servers.database(&place, &names, Purpose::Change, Freshness::Any).await;
        let shell =
            shell.map_err(|error| fault::of_read(inner.host.name(), "reaching mongosh", error))?;
        inner.may_act().await?;
        let set = set_tls_mode(&*shell, mode, Spelling::Tls).await;
        set.map_err(inner.failed("setParameter tlsMode"))?;
        inner.known.lock().mode = Some(mode);
        Ok(shell.client())
    }

    async fn step_down(&self) -> Result<(), NodeError> {
        let doing = "replSetStepDown";
        let database = self.0.acting(doing).await?;
        step_down(&*database, TERM_OFF, CATCH_UP).await.map_err(self.0.failed(doing))
    }

    async fn drop_connections(&self, to: &[MemberName]) -> Result<(), NodeError> {
        let doing = "dropConnections";
        let database = self.0.acting(doing).await?;
        drop_connections(&*database, to).await.map_err(self.0.failed(doing))
    }

    async fn sync_from(&self, source: &MemberName) -> Result<(), NodeError> {
        let doing = "replSetSyncFrom";
        let database = self.0.acting(doing).await?;
        sync_from(&*database, source).await.map_err(self.0.failed(doing))
    }

    async fn mark(&self) -> Result<OpTime, NodeError> {
        let doing = "appendOplogNote";
        let database = self.0.acting(doing).await?;
        append_note(&*database).await.map_err(self.0.failed(doing))
    }

    async fn client_operations(&self) -> Result<Vec<RunningOperation>, NodeError> {
        let doing = "currentOp";
        let database = self.0.acting(doing).await?;
        let running = client_operations(&*database).await.map_err(self.0.failed(doing))?;
        let named = running.into_iter().map(|operation| RunningOperation {
            id: operation.opid,
            client: match operation.app {
                Some(app) => format!("`{app}` at {}", operation.client),
                None => operation.client,
            },
        });
        Ok(named.collect())
    }

    async fn set_stop_sleep(&self, sleep: Duration) -> Result<Option<Duration>, NodeError> {
        let doing = "shortening the stop";
        let database = self.0.acting(doing).await?;
        if shutdown_sleep(&*database).await.map_err(self.0.failed(doing))?.is_none() {
            return Ok(None);
        }
        let before = set_shutdown_sleep(&*database, sleep).await.map_err(self.0.failed(doing))?;
        Ok(Some(before))
    }

    async fn mark_log(&self) {
        let path = self.0.known.lock().log.clone();
        if let Ok(mark) = self.0.host.log_mark(&path.unwrap_or_default()).await {
            self.0.known.lock().mark = Some(mark);
        }
    }

    async fn log_since_mark(&self) -> Vec<String> {
        let mark = self.0.known.lock().mark.clone();
        let Some(mark) = mark else { return Vec::new() };
        match self.0.host.log_since(&mark, &self.0.mongodb.service).await {
            Ok(since) => since.words(QUOTED),
            Err(_) => Vec::new(),
        }
    }

    fn warm_up(&self) {
        let node = self.clone();
        let user = self.0.known.lock().user.clone();
        tokio::spawn(async move { node.0.servers.warm_up(&user).await });
    }
}

fn replacement<'a>(path: &'a str, change: &'a FileChange) -> Replacement<'a> {
    Replacement { path, seen: change.seen, bytes: change.text.as_bytes() }
}
