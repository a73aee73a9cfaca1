//! The unit of a live server and its files: one script each.

use super::{fault, live_instance::LiveInstance};
use crate::{
    error::node_error::NodeError,
    failpoint,
    host::{
        deadman::{SettleAction, SettleReport, SwitchId},
        replace::Replacement,
    },
    instance::{
        Service,
        canary::Priority,
        look::{Arm, FileChange, Identity, Pace, UnitNow},
    },
    name::HostName,
    plan::model::InstanceSettings,
};

/// How many lines of the server's log an error quotes.
const QUOTED: usize = 6;

impl Service for LiveInstance {
    fn host(&self) -> &HostName {
        self.0.host.name()
    }

    fn settings(&self) -> &InstanceSettings {
        &self.0.mongodb
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

    async fn settle(&self, id: &SwitchId, wish: SettleAction) -> Result<SettleReport, NodeError> {
        self.0.may_act().await?;
        self.0.between("settle", self.0.settle(id, wish)).await
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

    async fn original_file(&self) -> Result<String, NodeError> {
        self.0.original_file().await
    }

    async fn certificate(&self) -> Option<Vec<u8>> {
        self.0.certificate().await
    }
}

fn replacement<'a>(path: &'a str, change: &'a FileChange) -> Replacement<'a> {
    let (bytes, kind) = (change.text.as_bytes(), change.kind);
    Replacement { path, seen: change.seen, bytes, kind }
}
