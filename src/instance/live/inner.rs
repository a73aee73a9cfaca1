//! What a live node keeps between two questions, and how it comes to its server.

use std::sync::Arc;

use super::{
    fault::{self, NotAFile},
    known::Known,
    names,
    servers::Servers,
    start::learn,
    switch::Visit,
};
use crate::{
    client::{
        connector::{Freshness, ServerAddress},
        database::{Database, DatabaseError},
        route::Purpose,
        view::server_view,
    },
    cluster::config::ConfigFile,
    error::node_error::NodeError,
    failpoint,
    host::{
        Host, config_file::ConfigState, facts::HostFacts, live_machine::LiveMachine,
        survey::Service,
    },
    instance::look::{FileNow, Fresh, Reading},
    plan::model::InstanceSettings,
};

/// The state behind every clone of a node.
pub(super) struct Inner {
    pub(super) host: Arc<Host>,
    pub(super) mongodb: InstanceSettings,
    /// Where the plan has the host.
    pub(super) address: String,
    pub(super) service: Service,
    /// The arguments of the unit's process at the first contact.
    pub(super) argv: Option<Vec<String>>,
    /// Why the configuration file could not be replaced, as tried at the first contact.
    pub(super) not_replaceable: Option<String>,
    /// Directories of the search path that others can write to, as seen at the first contact.
    pub(super) writable_search_path: Vec<String>,
    /// Why the host could not help itself, as seen at the first contact.
    pub(super) helpless: Option<String>,
    pub(super) known: Known,
    pub(super) servers: Servers,
    pub(super) machine: LiveMachine,
    pub(super) visit: Visit,
}

impl Inner {
    /// Where the server is and which names its certificate may have, as far as is known.
    pub(super) fn place(&self) -> (ServerAddress, Vec<String>) {
        let memory = self.known.lock();
        let place = ServerAddress {
            address: memory.address.clone().unwrap_or_else(|| "127.0.0.1".to_owned()),
            port: self.mongodb.port,
            tls_server_name: "localhost".to_owned(),
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

    pub(super) async fn read(&self, fresh: Fresh) -> Result<Reading, NodeError> {
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

    /// An act between its two crash points.
    pub(super) async fn between<T>(&self, act: &str, work: impl Future<Output = T>) -> T {
        let host = self.host.name().as_str();
        failpoint::point(host, &format!("{act}.before"));
        let done = work.await;
        failpoint::point(host, &format!("{act}.after"));
        done
    }

    /// A connection to act over. Failing to get one means that nothing was done.
    pub(super) async fn acting(&self, doing: &'static str) -> Result<Arc<dyn Database>, NodeError> {
        let database = self.database(Freshness::Any).await;
        let database = database.map_err(|error| fault::of_read(self.host.name(), doing, error))?;
        // Only now: connecting takes its time, and the lease may end meanwhile.
        self.may_act().await?;
        Ok(database)
    }

    pub(super) fn failed(&self, doing: &'static str) -> impl FnOnce(DatabaseError) -> NodeError {
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
