//! The node itself: each question of the engine becomes one script or one command.

use std::{sync::Arc, time::Duration};

use super::{fault, inner::Inner};
use crate::{
    client::{
        choice::Purpose,
        connections::drop_connections,
        election::step_down,
        mode::set_tls_mode,
        neighbours::neighbours,
        note::append_note,
        operations::client_operations,
        reader::Freshness,
        shutdown::{set_shutdown_sleep, shutdown_sleep},
        sync_source::sync_from,
    },
    cluster::{
        clients::{ClientReading, LogPlace},
        inventory::Neighbours,
        mode::{Spelling, TlsMode},
        topology::OpTime,
    },
    error::node_error::NodeError,
    event::DatabaseClient,
    failpoint,
    host::{
        deadman::{SettleAction, SettleReport, SwitchId},
        replace::Replacement,
    },
    instance::{
        canary::Priority,
        node::{
            Arm, FileChange, Fresh, Identity, Look, Node, Pace, Reading, Rehearsal,
            RunningOperation, UnitNow,
        },
        peer_tls_check::PeerTlsCheckError,
    },
    name::{HostName, MemberName},
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

impl LiveNode {
    pub(super) fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    /// The certificates that the file in place names, in PEM and without keys.
    pub async fn certificate(&self) -> Option<Vec<u8>> {
        let path = self.0.known.lock().files.certificate_key_file.clone()?;
        let pem = self.0.host.certificates(&[&path]).await.ok()?;
        pem.into_iter().next().flatten()
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
            // A host that is away is known sooner than a server on it.
            let server = async { Ok(inner.read(Fresh::Any).await) };
            let (facts, server) = tokio::try_join!(inner.facts(), server)?;
            (facts, Some(server))
        } else {
            (inner.facts().await?, None)
        };
        let file = inner.learn_from(&facts).await?;
        let server = match server {
            Some(server) => server,
            None => inner.read(Fresh::Any).await,
        };
        let (unit, switch) = (super::unit::now(&facts), facts.switch);
        Ok(Look { unit, file, switch, server })
    }

    async fn view(&self, fresh: Fresh) -> Result<Reading, NodeError> {
        self.0.read(fresh).await
    }

    async fn unit(&self) -> Result<UnitNow, NodeError> {
        Ok(super::unit::now(&self.0.facts().await?))
    }

    async fn identity(&self, paths: &[String]) -> Result<Identity, NodeError> {
        self.0.identity(paths).await
    }

    async fn canary(&self, text: &str, pace: Pace) -> Result<(), NodeError> {
        let priority = match pace {
            Pace::Now => Priority::Normal,
            Pace::Background => Priority::Low,
        };
        if failpoint::without_canary() {
            return Ok(());
        }
        let canary = self.0.host.canary(&self.0.service, text, priority);
        canary.await.map_err(fault::of_canary)
    }

    async fn replace(&self, change: &FileChange) -> Result<(), NodeError> {
        self.0.may_act().await?;
        let replacement = replacement(&self.0.mongodb.config_file, change);
        let done = self.0.between("replace", self.0.host.replace(replacement)).await;
        done.map(drop).map_err(fault::of_replace)
    }

    async fn kept(&self) -> Result<Vec<String>, NodeError> {
        let kept = self.0.host.kept_files(&self.0.mongodb.config_file).await;
        let kept = kept.map_err(NodeError::not_done)?;
        Ok(kept.into_iter().filter_map(|bytes| String::from_utf8(bytes).ok()).collect())
    }

    async fn restart(&self, change: Option<&FileChange>) -> Result<(), NodeError> {
        self.0.may_act().await?;
        let (host, unit) = (&self.0.host, &self.0.mongodb.service);
        let done = self.0.between("restart", async {
            match change {
                None => host.restart(unit).await,
                Some(change) => {
                    let replacement = replacement(&self.0.mongodb.config_file, change);
                    host.replace_and_restart(replacement, unit).await.map(drop)
                }
            }
        });
        let done = done.await;
        // Whatever became of it: the way in will have to be proved.
        self.0.knock();
        done.map_err(fault::of_replace)
    }

    async fn arm(&self, arm: &Arm) -> Result<(), NodeError> {
        self.0.may_act().await?;
        self.0.between("arm", self.0.arm(arm)).await
    }

    async fn settle(&self, id: &SwitchId, action: SettleAction) -> Result<SettleReport, NodeError> {
        self.0.may_act().await?;
        self.0.between("settle", self.0.settle(id, action)).await
    }

    async fn neighbours(&self) -> Result<Neighbours, NodeError> {
        let doing = "asking for the rest of its cluster";
        let fail = |error| fault::of_read(self.0.host.name(), doing, error);
        let database = self.0.database(Freshness::Any).await.map_err(fail)?;
        neighbours(&*database).await.map_err(fail)
    }

    async fn rehearse(&self, members: &[MemberName]) -> Result<Rehearsal, NodeError> {
        let outgoing = self.0.known.lock().outgoing.clone();
        match self.0.host.peer_tls_check(&self.0.service, &outgoing, members).await {
            Ok(attempts) => Ok(Rehearsal::Tried { attempts, rigour: outgoing.rigour }),
            Err(PeerTlsCheckError::Unable(why)) => Ok(Rehearsal::Unable(why)),
            Err(PeerTlsCheckError::Call(error)) => Err(NodeError::not_done(error)),
        }
    }

    async fn reach_by_tls(&self) -> Result<(), NodeError> {
        let (place, names) = self.0.place();
        let reached = self.0.servers.by_tls(&place, &names).await;
        reached.map_err(|error| fault::of_read(self.0.host.name(), "connecting by TLS", error))
    }

    async fn set_mode(&self, mode: TlsMode) -> Result<DatabaseClient, NodeError> {
        let inner = &*self.0;
        let (place, names) = inner.place();
        let shell = inner.servers.database(&place, &names, Purpose::Change, Freshness::Any).await;
        let shell =
            shell.map_err(|error| fault::of_read(inner.host.name(), "reaching mongosh", error))?;
        inner.may_act().await?;
        let set = inner.between("set_mode", set_tls_mode(&*shell, mode, Spelling::Tls)).await;
        set.map_err(inner.failed("setParameter tlsMode"))?;
        inner.known.lock().mode = Some(mode);
        Ok(shell.client())
    }

    async fn step_down(&self) -> Result<(), NodeError> {
        let doing = "replSetStepDown";
        let database = self.0.acting(doing).await?;
        let asked = self.0.between("step_down", step_down(&*database, TERM_OFF, CATCH_UP)).await;
        asked.map_err(self.0.failed(doing))
    }

    async fn drop_connections(&self, to: &[MemberName]) -> Result<(), NodeError> {
        let doing = "dropConnections";
        let database = self.0.acting(doing).await?;
        let dropped = self.0.between("drop_connections", drop_connections(&*database, to)).await;
        dropped.map_err(self.0.failed(doing))
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

    async fn clients(&self, from: &LogPlace) -> Result<ClientReading, NodeError> {
        self.0.clients(from).await
    }

    async fn set_stop_sleep(&self, sleep: Duration) -> Result<Option<Duration>, NodeError> {
        let doing = "shortening the stop";
        let database = self.0.acting(doing).await?;
        if shutdown_sleep(&*database).await.map_err(self.0.failed(doing))?.is_none() {
            return Ok(None);
        }
        let set = self.0.between("stop_sleep", set_shutdown_sleep(&*database, sleep)).await;
        Ok(Some(set.map_err(self.0.failed(doing))?))
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
            Ok(since) => since.key_lines(QUOTED),
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
    let (bytes, kind) = (change.text.as_bytes(), change.kind);
    Replacement { path, seen: change.seen, bytes, kind }
}
