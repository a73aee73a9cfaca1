//! A way to a host that outlives its connections, and still never repeats a command.
//!
//! A new connection is made only before anything was sent. A command whose connection broke has an
//! unknown outcome, and what to do about that is decided by looking at the host, not here.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::sleep;

use super::{
    connect::connect, credentials::Credentials, error::ConnectError, limits::Limits,
    session::Session, target::Target,
};
use crate::{
    error::Cause,
    host::transport::{Pending, Process, Stream, Transport, TransportError},
};

/// How often a lost connection is tried anew; each try is bounded by the limits.
const TRIES: u32 = 3;

/// A host with a session that is replaced when it is lost.
pub struct Link {
    target: Target,
    credentials: Credentials,
    limits: Limits,
    current: Mutex<Arc<Session>>,
    /// Held while a new session is made, so that it is made once for all who wait.
    renewing: tokio::sync::Mutex<()>,
}

impl Link {
    /// Connects for the first time.
    pub async fn connect(
        target: Target,
        credentials: Credentials,
        limits: Limits,
    ) -> Result<Self, ConnectError> {
        let session = connect(&target, &credentials, &limits).await?;
        Ok(Self {
            target,
            credentials,
            limits,
            current: Mutex::new(Arc::new(session)),
            renewing: tokio::sync::Mutex::new(()),
        })
    }

    /// The session of the moment, lost or not.
    #[must_use]
    pub fn current(&self) -> Arc<Session> {
        Arc::clone(&self.current.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The session of the moment, made anew where it was lost.
    pub async fn reconnect(&self) -> Result<Arc<Session>, ConnectError> {
        let _renewing = self.renewing.lock().await;
        let mut tries = 1;
        loop {
            let current = self.current();
            if !current.is_lost() {
                return Ok(current);
            }
            match connect(&self.target, &self.credentials, &self.limits).await {
                Ok(session) => {
                    *self.current.lock().unwrap_or_else(PoisonError::into_inner) =
                        Arc::new(session);
                }
                Err(error) if error.is_passing() && tries < TRIES => {
                    // A host that restarts its network says nothing; there is nothing to wait for.
                    sleep(Duration::from_millis(300) * tries).await;
                    tries += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn live(&self) -> Result<Arc<Session>, TransportError> {
        self.reconnect().await.map_err(|error| TransportError::NotSent(Box::new(Cause::new(error))))
    }

    async fn start(&self, command: &str) -> Result<Process, TransportError> {
        let session = self.live().await?;
        match session.spawn(command).await {
            // Lost before the command went out: the one case in which it may go out once more.
            Err(TransportError::NotSent(_)) if session.is_lost() => {
                self.live().await?.spawn(command).await
            }
            other => other,
        }
    }

    async fn connect_to(
        &self,
        address: &str,
        port: u16,
    ) -> Result<Box<dyn Stream>, TransportError> {
        let session = self.live().await?;
        match session.dial(address, port).await {
            Err(TransportError::NotSent(_)) if session.is_lost() => {
                self.live().await?.dial(address, port).await
            }
            other => other,
        }
    }
}

impl Transport for Link {
    fn spawn<'a>(&'a self, command: &'a str) -> Pending<'a, Result<Process, TransportError>> {
        Box::pin(self.start(command))
    }

    fn dial<'a>(
        &'a self,
        address: &'a str,
        port: u16,
    ) -> Pending<'a, Result<Box<dyn Stream>, TransportError>> {
        Box::pin(self.connect_to(address, port))
    }

    fn afresh(&self) -> Pending<'_, Result<Arc<dyn Transport>, TransportError>> {
        Box::pin(async move {
            let (target, credentials) = (self.target.clone(), self.credentials.clone());
            let link = Self::connect(target, credentials, self.limits.clone()).await;
            let link =
                link.map_err(|error| TransportError::NotSent(Box::new(Cause::new(error))))?;
            Ok(Arc::new(link) as Arc<dyn Transport>)
        })
    }

    fn is_lost(&self) -> bool {
        self.current().is_lost()
    }
}
