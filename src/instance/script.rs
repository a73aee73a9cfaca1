//! The scripts that know the server, run on its host as those of [`crate::host::script`] are.

use crate::host::script::{Script, scripts};

scripts! { "src/instance/scripts":
    /// The start of the real server on a file, beside the running one.
    CANARY = "canary.sh";
    /// What the server's log says of connections.
    CONNECTION_LOG = "connection_log.sh";
    /// Dialing the members of a set by TLS, as the server of this host would.
    PEER_TLS_CHECK = "peer_tls_check.sh";
}

/// Asks the server whether it is healthy. It is installed in front of the script that reverts a
/// change by itself.
pub const HEALTH_PROBE: Script =
    Script { name: "health_probe.sh", text: include_str!("scripts/health_probe.sh") };
