//! The two clients of one member, and which of them is asked.
//!
//! The driver reads in a millisecond and needs nothing on the host; it goes first wherever it can
//! connect: plaintext while the member takes plaintext, TLS where the plan gives the controller an
//! identity. mongosh on the host, with the host's own certificate, can always connect.

use std::{sync::Arc, time::Duration};

use tokio::sync::Mutex;

use crate::{
    cluster::mode::TlsMode,
    host::{Host, transport::Transport},
    mongo::{
        agent::Agent,
        database::{Database, DatabaseError},
        driver::Driver,
        endpoint::{Credential, Endpoint},
        mongosh::Mongosh,
    },
    plan::model::{MongodbSettings, ReadWith, TlsFiles},
};

/// A local connection that takes longer is not going to come.
const CONNECT: Duration = Duration::from_secs(3);

/// One way to ask a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    DriverPlain,
    DriverTls,
    ShellPlain,
    ShellTls,
}

/// What decides the order of the ways.
#[derive(Clone, Copy, Debug)]
pub(super) struct Situation {
    /// The mode the member was last seen in, or the one in its file.
    pub(super) mode: TlsMode,
    /// Whether the plan gives the controller an identity of its own.
    pub(super) has_identity: bool,
    /// What the plan pins.
    pub(super) pinned: Option<ReadWith>,
}

/// The ways that are worth trying, best first. The mode may be out of date, so the others follow.
pub(super) fn ways(situation: Situation) -> Vec<Way> {
    let mut ways = match situation.mode {
        TlsMode::Disabled => vec![Way::DriverPlain, Way::DriverTls, Way::ShellPlain, Way::ShellTls],
        TlsMode::Allow | TlsMode::Prefer => {
            vec![Way::DriverTls, Way::DriverPlain, Way::ShellPlain, Way::ShellTls]
        }
        TlsMode::Require => vec![Way::DriverTls, Way::ShellTls, Way::DriverPlain, Way::ShellPlain],
    };
    ways.retain(|way| match (way, situation.pinned) {
        (Way::DriverTls, _) if !situation.has_identity => false,
        (Way::DriverPlain | Way::DriverTls, Some(ReadWith::Mongosh)) => false,
        (Way::ShellPlain | Way::ShellTls, Some(ReadWith::Driver)) => false,
        _ => true,
    });
    ways
}

/// Where a member is, as far as it is known.
#[derive(Clone, Debug)]
pub(super) struct Address {
    pub(super) address: String,
    pub(super) port: u16,
    /// Names to hold its certificate to, the likeliest first.
    pub(super) names: Vec<String>,
    /// The host's own files, for mongosh.
    pub(super) files: TlsFiles,
}

/// The clients, and the connection that is open.
#[derive(Default)]
pub(super) struct Clients {
    open: Mutex<Option<(Way, Arc<dyn Database>)>>,
    agent: Mutex<Option<Arc<Agent>>>,
}

/// What is needed to open a connection.
pub(super) struct Means<'a> {
    pub(super) host: &'a Host,
    pub(super) transport: &'a Arc<dyn Transport>,
    pub(super) mongodb: &'a MongodbSettings,
    pub(super) credential: Option<&'a Credential>,
    /// Whom mongosh runs as.
    pub(super) user: &'a str,
    pub(super) address: Address,
}

impl Clients {
    /// The open connection, or the first way that leads to one.
    pub(super) async fn any(
        &self,
        means: &Means<'_>,
        situation: Situation,
    ) -> Result<Arc<dyn Database>, DatabaseError> {
        let mut open = self.open.lock().await;
        if let Some((_, database)) = &*open {
            return Ok(Arc::clone(database));
        }
        let mut first = None;
        for way in ways(situation) {
            match self.connect(means, way).await {
                Ok(database) => {
                    *open = Some((way, Arc::clone(&database)));
                    return Ok(database);
                }
                // The likeliest way's error says most.
                Err(error) => _ = first.get_or_insert(error),
            }
        }
        Err(first.unwrap_or(DatabaseError::Shape { command: "none", field: "client".into() }))
    }

    /// Forgets the open connection: it failed, or a new one is wanted.
    pub(super) async fn forget(&self) {
        *self.open.lock().await = None;
    }

    /// mongosh on the host, for changes.
    pub(super) async fn shell(
        &self,
        means: &Means<'_>,
        mode: TlsMode,
    ) -> Result<Arc<dyn Database>, DatabaseError> {
        let way = if mode.takes_plaintext() { Way::ShellPlain } else { Way::ShellTls };
        self.connect(means, way).await
    }

    /// The one mongosh of this host, started where there is none or it has ended.
    pub(super) async fn agent(&self, means: &Means<'_>) -> Result<Arc<Agent>, DatabaseError> {
        let mut agent = self.agent.lock().await;
        if let Some(running) = agent.as_ref().filter(|agent| !agent.is_over()) {
            return Ok(Arc::clone(running));
        }
        let started = Agent::start(means.host, means.user).await?;
        *agent = Some(Arc::clone(&started));
        Ok(started)
    }

    async fn connect(
        &self,
        means: &Means<'_>,
        way: Way,
    ) -> Result<Arc<dyn Database>, DatabaseError> {
        match self.try_login(means, way, means.credential).await {
            // An arbiter has no users; what it tells, it tells to localhost without a login.
            Err(DatabaseError::Login(refused)) if means.credential.is_some() => {
                let database = self.try_login(means, way, None).await?;
                match is_arbiter(&*database).await {
                    true => Ok(database),
                    false => Err(DatabaseError::Login(refused)),
                }
            }
            other => other,
        }
    }

    async fn try_login(
        &self,
        means: &Means<'_>,
        way: Way,
        credential: Option<&Credential>,
    ) -> Result<Arc<dyn Database>, DatabaseError> {
        let names: &[String] = match (&means.address.names[..], way) {
            (names @ [_, ..], Way::DriverTls | Way::ShellTls) => names,
            (names @ [_, ..], _) => &names[..1],
            ([], _) => &["localhost".to_owned()],
        };
        let mut last = None;
        for name in names {
            match self.try_name(means, way, credential, name).await {
                Err(DatabaseError::NoReply(error)) => last = Some(DatabaseError::NoReply(error)),
                other => return other,
            }
        }
        Err(last.unwrap_or(DatabaseError::Shape { command: "none", field: "name".into() }))
    }

    async fn try_name(
        &self,
        means: &Means<'_>,
        way: Way,
        credential: Option<&Credential>,
        name: &str,
    ) -> Result<Arc<dyn Database>, DatabaseError> {
        let Address { address, port, files, .. } = &means.address;
        let (address, port, true_name) = (address.clone(), *port, name.to_owned());
        let (credential, connect_timeout) = (credential.cloned(), CONNECT);
        match way {
            Way::DriverPlain | Way::DriverTls => {
                let tls = means.mongodb.client.clone().filter(|_| way == Way::DriverTls);
                let endpoint =
                    Endpoint { address, port, true_name, tls, credential, connect_timeout };
                let driver = Driver::connect(Arc::clone(means.transport), &endpoint).await?;
                Ok(Arc::new(driver))
            }
            Way::ShellPlain | Way::ShellTls => {
                let tls = Some(files.clone()).filter(|_| way == Way::ShellTls);
                let endpoint =
                    Endpoint { address, port, true_name, tls, credential, connect_timeout };
                let agent = self.agent(means).await?;
                Ok(Arc::new(Mongosh::connect(agent, &endpoint).await?))
            }
        }
    }
}

async fn is_arbiter(database: &dyn Database) -> bool {
    use crate::mongo::hello::{Role, hello};
    matches!(hello(database).await, Ok(hello) if hello.role == Role::Arbiter)
}

#[cfg(test)]
mod tests {
    use super::{Way::*, *};

    #[test]
    fn the_driver_goes_first_where_it_can_connect() {
        let order = |mode, has_identity, pinned| ways(Situation { mode, has_identity, pinned });
        let plain = vec![DriverPlain, ShellPlain, ShellTls];
        assert_eq!(order(TlsMode::Disabled, false, None), plain);
        assert_eq!(order(TlsMode::Prefer, false, None), plain);
        let require = vec![ShellTls, DriverPlain, ShellPlain];
        assert_eq!(order(TlsMode::Require, false, None), require);
        assert_eq!(order(TlsMode::Require, true, None)[0], DriverTls);
        let pinned = order(TlsMode::Allow, true, Some(ReadWith::Mongosh));
        assert_eq!(pinned, [ShellPlain, ShellTls]);
    }
}
