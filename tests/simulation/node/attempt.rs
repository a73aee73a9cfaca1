//! What openssl would say on one host of the model of another one.

use tlsplan::cluster::{
    certificate::{Authority, Certificate as Shown, Usage},
    peer_tls_check::{DialAttempt, DialEnd},
};

use crate::model::{Certificate, Power, World, name};

/// Dials a member by TLS, as a server at preferTLS would.
pub(super) fn attempt(world: &World, from: usize, to: usize) -> DialAttempt {
    let nothing =
        |ending, said: &str| DialAttempt { ending, said: said.to_owned(), certificate: None };
    if world.hosts[to].power == Power::Off {
        return nothing(DialEnd::TimedOut, "");
    }
    let Some(peer) = world.hosts[to].server.as_ref().filter(|it| it.office.listens()) else {
        return nothing(DialEnd::Closed, "connect: Connection refused\n");
    };
    if peer.frozen {
        return nothing(DialEnd::TimedOut, "");
    }
    if !peer.mode.takes_tls() {
        return nothing(DialEnd::Closed, "unexpected eof while reading\n");
    }
    let papers = |host: usize| world.hosts[host].faults.certificate;
    let foreign = |host| papers(host) == Certificate::WrongCa;
    let untrusted =
        "depth=0 CN = member\nverify error:num=20:unable to get local issuer certificate\n";
    let dialled = name(to);
    let shown = if papers(to) == Certificate::WrongName { "elsewhere" } else { dialled.host() };
    DialAttempt {
        ending: if foreign(from) { DialEnd::Closed } else { DialEnd::Answered },
        said: if foreign(to) { untrusted.to_owned() } else { String::new() },
        certificate: Some(certificate(shown)),
    }
}

fn certificate(name: &str) -> Shown {
    Shown {
        der: Vec::new(),
        subject: format!("CN={name}"),
        issuer: "CN=authority".to_owned(),
        organisation: Vec::new(),
        valid: (0, i64::MAX),
        names: vec![name.to_owned()],
        addresses: Vec::new(),
        common_name: None,
        usage: Usage::Both,
        authority: Authority::No,
        public_key: Vec::new(),
    }
}
