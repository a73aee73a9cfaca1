//! Dialing the members of a set by TLS from a host, with the files of its own server.

use super::script;
use crate::{
    cluster::{
        certificate::Certificate,
        config::{AddressFamily, KeyPassphrase, PeerDialConfig, Trust},
        peer_tls_check::{DialAttempt, DialEnd},
    },
    host::{Host, call::Call, call_error::CallError, fields::Fields, survey::Service},
    name::MemberName,
    sanitise::sanitise,
};

use std::{net::IpAddr, time::Duration};

/// How long one member is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// Beside that: the script's own time.
const REST: Duration = Duration::from_secs(15);

/// Why the check could not be done.
#[derive(Debug, thiserror::Error)]
pub enum PeerTlsCheckError {
    /// The host or the file lacks what the check needs.
    #[error("{0}")]
    Unable(String),
    /// The call failed.
    #[error(transparent)]
    Call(CallError),
}

impl Host {
    /// Dials these members, side by side, as the server of this host would.
    pub async fn peer_tls_check(
        &self,
        service: &Service,
        outgoing: &PeerDialConfig,
        members: &[MemberName],
    ) -> Result<Vec<DialAttempt>, PeerTlsCheckError> {
        let unable = |why: &str| PeerTlsCheckError::Unable(why.to_owned());
        let Some(certificate) = &outgoing.certificate else {
            return Err(unable("its file names no certificate"));
        };
        let phrase = match &outgoing.phrase {
            KeyPassphrase::None => Vec::new(),
            KeyPassphrase::InFile(phrase) if !phrase.expose().contains(['\n', '\0']) => {
                phrase.expose().as_bytes().to_vec()
            }
            KeyPassphrase::InFile(_) | KeyPassphrase::External => {
                return Err(unable("the pass phrase of its key is not in its file"));
            }
        };
        let authority = match &outgoing.trust {
            Trust::File(path) => path.as_str(),
            Trust::System | Trust::Unverified => "",
        };
        let call = Call::new(&script::PEER_TLS_CHECK, "dialing the members by TLS")
            .arg(service.user.to_string())
            .arg(service.group.to_string())
            .arg(&service.groups)
            .arg(certificate)
            .arg(authority)
            .arg(match outgoing.family {
                AddressFamily::V4 => "4",
                AddressFamily::Both => "",
            })
            .arg(PATIENCE.as_secs().to_string())
            .payload(phrase)
            .deadline(PATIENCE + REST);
        let call = members.iter().fold(call, |call, member| {
            let is_address = member.host().parse::<IpAddr>().is_ok();
            let name = if is_address { "" } else { member.host() };
            call.arg(place(member)).arg(name)
        });
        match self.run(&call).await {
            Ok(output) => Ok(attempts(&output.fields(), members.len())),
            Err(CallError::Failed { status: 60, reason, .. }) => {
                Err(PeerTlsCheckError::Unable(reason))
            }
            Err(error) => Err(PeerTlsCheckError::Call(error)),
        }
    }
}

/// What openssl connects to; an address of IPv6 has its brackets.
fn place(member: &MemberName) -> String {
    let (host, port) = (member.host(), member.port());
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

fn attempts(fields: &Fields, count: usize) -> Vec<DialAttempt> {
    let one = |number: usize| {
        let block =
            |key: &str| fields.block(&format!("{key}.{number}")).unwrap_or_default().to_vec();
        DialAttempt {
            ending: match fields.text(&format!("end.{number}")) {
                Some("answered") => DialEnd::Answered,
                Some("silent") => DialEnd::TimedOut,
                _ => DialEnd::Closed,
            },
            said: sanitise(&block("said")),
            certificate: Certificate::first(&block("pem")),
        }
    };
    (1..=count).map(one).collect()
}
