//! The canary: the real server, started on the new file before the running one is touched.
//!
//! Nobody knows better than mongod what mongod takes. It runs as the service's user, on a socket
//! in a private directory instead of a port, with data that is thrown away. The first try uses a
//! storage engine that stores nothing, which takes a tenth of a second; that engine refuses some
//! good files (it knows no `directoryPerDB`), so a refusal counts only from the file's own engine.

use std::time::Duration;

use super::{canary_error::CanaryError, canary_text::canary_text, script, server_log::telling};
use crate::host::{Host, call::Call, call_error::CallError, fields::Fields, survey::Service};

/// How long a canary may take to come up.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many of the server's lines an error quotes.
const QUOTED: usize = 4;

/// How a canary shares the host with the running server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// Somebody waits for it.
    Normal,
    /// Beside other work.
    Low,
}

/// Which storage engine a canary runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Engine {
    /// One that stores nothing.
    Quick,
    /// The file's own.
    True,
}

/// What one start came to.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Good,
    Refused(Vec<String>),
    Silent(Vec<String>),
}

impl Host {
    /// Starts the server on this text and returns once it waits for connections, having ended it.
    pub async fn canary(
        &self,
        service: &Service,
        text: &str,
        priority: Priority,
    ) -> Result<(), CanaryError> {
        // What only the real engine can judge is not worth a first try.
        let needs_engine = ["configString", "enableEncryption", "inMemory"];
        if !needs_engine.iter().any(|key| text.contains(key))
            && self.try_canary(service, text, priority, Engine::Quick).await? == Verdict::Good
        {
            return Ok(());
        }
        let host = self.name().clone();
        match self.try_canary(service, text, priority, Engine::True).await? {
            Verdict::Good => Ok(()),
            Verdict::Refused(words) => Err(CanaryError::Refused { host, words }),
            Verdict::Silent(words) => Err(CanaryError::Silent { host, after: PATIENCE, words }),
        }
    }

    async fn try_canary(
        &self,
        service: &Service,
        text: &str,
        priority: Priority,
        engine: Engine,
    ) -> Result<Verdict, CanaryError> {
        let niceness = match priority {
            Priority::Normal => "0",
            Priority::Low => "15",
        };
        let call = Call::new(&script::CANARY, "trying the new file on a canary")
            .arg(&service.binary)
            .arg(service.user.to_string())
            .arg(service.group.to_string())
            .arg(&service.groups)
            .arg(&service.ld_library_path)
            .arg(niceness)
            .arg(PATIENCE.as_secs().to_string())
            .arg(match engine {
                Engine::Quick => "quick",
                Engine::True => "true",
            })
            .payload(canary_text(text).into_bytes())
            .deadline(PATIENCE + Duration::from_secs(15));
        match self.run(&call).await {
            Ok(output) => self.verdict(&output.fields()),
            Err(CallError::Failed { host, status: 60 | 61, reason, .. }) => {
                Err(CanaryError::NoStart { host, reason })
            }
            Err(error) => Err(CanaryError::Call(error)),
        }
    }

    fn verdict(&self, fields: &Fields) -> Result<Verdict, CanaryError> {
        match fields.text("verdict") {
            Some("good") => Ok(Verdict::Good),
            Some("refused") => Ok(Verdict::Refused(words(fields))),
            Some("silent") => Ok(Verdict::Silent(words(fields))),
            _ => {
                let reason = "its answer has no verdict".to_owned();
                Err(CanaryError::NoStart { host: self.name().clone(), reason })
            }
        }
    }
}

/// A server that does not like an option says so before it opens its log.
fn words(fields: &Fields) -> Vec<String> {
    let log = telling(fields.block("log").unwrap_or_default(), QUOTED);
    if !log.is_empty() {
        return log;
    }
    let mut out = telling(fields.block("out").unwrap_or_default(), QUOTED);
    out.retain(|line| !line.starts_with("try '"));
    out
}
