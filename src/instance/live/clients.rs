//! Who speaks to the member: its log, the options it was started with, and its own list.

use std::net::IpAddr;

use mongodb::bson::Document;

use super::{
    fault::{of_facts, of_read},
    inner::Inner,
};
use crate::{
    client::{connector::Freshness, current_op::open_connections, process::command_line},
    cluster::{
        clients::{ClientReading, Connections, Handshakes, LogPlace, Logging},
        mode::TlsMode,
    },
    error::node_error::NodeError,
};

impl Inner {
    /// One look; `from` is where the one before ended.
    pub(super) async fn clients(&self, from: &LogPlace) -> Result<ClientReading, NodeError> {
        let failed = |error| of_read(self.host.name(), "asking who is connected", error);
        let database = self.database(Freshness::Any).await.map_err(failed)?;
        let options = command_line(&*database).await.map_err(failed)?.parsed;
        let path = log_path(&options);
        let (unit, path) = (&self.mongodb.service, path.unwrap_or_default());
        let (log, open) =
            tokio::join!(self.host.connection_log(path, unit, from), open_connections(&*database),);
        let log = log.map_err(of_facts)?;
        Ok(ClientReading {
            log: log.lines,
            first_line: log.first_line,
            place: log.place,
            clock: log.clock,
            addresses: self.addresses(log.addresses),
            logging: logging(&options),
            // An arbiter has no login and tells nobody; its log does.
            open: open.ok(),
        })
    }
}

impl Inner {
    /// What the host says of itself, and what the plan calls it: behind a translation of addresses its
    /// members know it by that.
    fn addresses(&self, mut own: Vec<IpAddr>) -> Vec<IpAddr> {
        own.extend(self.address.parse::<IpAddr>());
        own
    }
}

/// The file that the server logs to; `None` where it logs to where systemd keeps it.
fn log_path(options: &Document) -> Option<&str> {
    let log = options.get_document("systemLog").ok()?;
    log.get_str("path").ok().filter(|_| log.get_str("destination").ok() == Some("file"))
}

pub(super) fn logging(options: &Document) -> Logging {
    let tls = options.get_document("net").and_then(|net| net.get_document("tls")).ok();
    let text = |key| tls.and_then(|tls| tls.get_str(key).ok());
    let parameters = options.get_document("setParameter").ok();
    // A parameter is what was written: a text, a number or a truth.
    let is_set = |key| {
        let value = parameters.and_then(|parameters| parameters.get(key));
        value.is_some_and(|value| {
            value.as_bool().unwrap_or(false) || matches!(value.as_str(), Some("true" | "1"))
        })
    };
    let hidden =
        is_set("disableNonTLSConnectionLogging") || is_set("disableNonSSLConnectionLogging");
    let handshakes = match Handshakes::from_log_versions(text("logVersions")) {
        Handshakes::NotLogged if hidden => Handshakes::Hidden,
        handshakes => handshakes,
    };
    let quiet = options.get_document("systemLog").and_then(|log| log.get_bool("quiet")).ok();
    Logging {
        start_mode: text("mode").and_then(|mode| mode.parse().ok()).unwrap_or(TlsMode::Disabled),
        handshakes,
        connections: if quiet == Some(true) { Connections::Quiet } else { Connections::Logged },
    }
}

#[cfg(test)]
mod tests {
    use mongodb::bson::doc;

    use super::*;

    #[test]
    fn options_tell_what_is_logged() {
        let all = "TLS1_0,TLS1_1, TLS1_2,TLS1_3";
        let hidden = doc! { "disableNonTLSConnectionLogging": "true" };
        for (options, expected) in [
            (doc! {}, (TlsMode::Disabled, Handshakes::NotLogged, Connections::Logged)),
            (
                doc! { "net": { "tls": { "mode": "allowTLS", "logVersions": all } } },
                (TlsMode::Allow, Handshakes::Logged, Connections::Logged),
            ),
            (
                doc! { "net": { "tls": { "mode": "preferTLS", "logVersions": "TLS1_2" } }, "systemLog": { "quiet": true } },
                (TlsMode::Prefer, Handshakes::NotLogged, Connections::Quiet),
            ),
            (
                doc! { "setParameter": hidden },
                (TlsMode::Disabled, Handshakes::Hidden, Connections::Logged),
            ),
        ] {
            let found = logging(&options);
            assert_eq!((found.start_mode, found.handshakes, found.connections), expected);
        }
    }

    #[test]
    fn only_a_file_has_a_path() {
        let file = doc! { "systemLog": { "destination": "file", "path": "/var/log/x.log" } };
        assert_eq!(log_path(&file), Some("/var/log/x.log"));
        assert_eq!(log_path(&doc! { "systemLog": { "destination": "syslog" } }), None);
        assert_eq!(log_path(&doc! {}), None);
    }
}
