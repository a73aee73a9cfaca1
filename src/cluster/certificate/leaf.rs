//! One certificate, with what the rules ask of it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use x509_parser::{
    extensions::{GeneralName, ParsedExtension},
    oid_registry::{self, Oid},
    pem::Pem,
    prelude::{FromDer, X509Certificate},
    x509::X509Name,
};

/// A certificate as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Its bytes, in DER.
    pub der: Vec<u8>,
    /// Its subject on one line.
    pub subject: String,
    /// Its issuer on one line.
    pub issuer: String,
    /// The parts of its subject by which mongod knows a member: each O, OU and DC, sorted.
    pub organisation: Vec<(&'static str, String)>,
    /// The first and the last second at which it is valid, since the epoch.
    pub valid: (i64, i64),
    /// The DNS names among its alternative names, in small letters.
    pub names: Vec<String>,
    /// The addresses among them.
    pub addresses: Vec<IpAddr>,
    /// What counts where there are no alternative names.
    pub common_name: Option<String>,
    /// What it may be used for.
    pub usage: Usage,
    /// Whether it may sign others.
    pub authority: Authority,
    /// Its public key, in DER.
    pub public_key: Vec<u8>,
}

/// What the extended key usage says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// Nothing: everything is allowed.
    Any,
    /// Accepting connections.
    Server,
    /// Making connections.
    Client,
    /// Both of them.
    Both,
    /// Something else, and neither of them.
    Neither,
}

/// Whether a certificate may sign others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authority {
    /// It is a CA.
    Yes,
    /// Its basic constraints or its key usage say that it is not.
    No,
}

/// A PEM text in which no certificate can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// There is none.
    #[error("there is no certificate in it")]
    None,
    /// One of them is damaged.
    #[error("certificate {0} in it cannot be read")]
    Damaged(usize),
}

impl Certificate {
    /// All certificates of a PEM text, in their order.
    pub fn all(pem: &[u8]) -> Result<Vec<Self>, Unread> {
        let mut all = Vec::new();
        for (index, block) in Pem::iter_from_buffer(pem).enumerate() {
            let read = block.ok().and_then(|block| Self::read(&block.contents));
            all.push(read.ok_or(Unread::Damaged(index + 1))?);
        }
        if all.is_empty() { Err(Unread::None) } else { Ok(all) }
    }

    /// The first certificate of a PEM text: the one that a server shows for itself.
    #[must_use]
    pub fn first(pem: &[u8]) -> Option<Self> {
        Self::read(&Pem::iter_from_buffer(pem).next()?.ok()?.contents)
    }

    /// One certificate in DER.
    #[must_use]
    pub fn read(der: &[u8]) -> Option<Self> {
        let (_, read) = X509Certificate::from_der(der).ok()?;
        let (names, addresses) = alternative_names(&read);
        let subject = read.subject();
        Some(Self {
            der: der.to_vec(),
            subject: subject.to_string(),
            issuer: read.issuer().to_string(),
            organisation: organisation(subject),
            valid: (read.validity().not_before.timestamp(), read.validity().not_after.timestamp()),
            names,
            addresses,
            common_name: common_name(&read),
            usage: usage(&read),
            authority: authority(&read),
            public_key: read.public_key().raw.to_vec(),
        })
    }

    /// Whether it was issued to itself, as roots are.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.subject == self.issuer
    }
}

/// It counts only where there are no alternative names of any kind, not even of mailboxes.
fn common_name(read: &X509Certificate<'_>) -> Option<String> {
    if matches!(read.subject_alternative_name(), Ok(Some(_))) {
        return None;
    }
    let name = read.subject().iter_common_name().next()?.as_str().ok()?;
    Some(name.to_lowercase())
}

fn organisation(subject: &X509Name<'_>) -> Vec<(&'static str, String)> {
    let kinds: [(_, Oid<'_>); 3] = [
        ("DC", oid_registry::OID_DOMAIN_COMPONENT),
        ("O", oid_registry::OID_X509_ORGANIZATION_NAME),
        ("OU", oid_registry::OID_X509_ORGANIZATIONAL_UNIT),
    ];
    let of_kind = |(kind, oid): (&'static str, Oid<'_>)| {
        let values = subject.iter_by_oid(&oid).filter_map(|value| value.as_str().ok());
        values.map(|value| (kind, value.to_owned())).collect::<Vec<_>>()
    };
    let mut parts: Vec<_> = kinds.into_iter().flat_map(of_kind).collect();
    parts.sort_unstable();
    parts
}

fn alternative_names(read: &X509Certificate<'_>) -> (Vec<String>, Vec<IpAddr>) {
    let (mut names, mut addresses) = (Vec::new(), Vec::new());
    let Ok(Some(extension)) = read.subject_alternative_name() else { return (names, addresses) };
    for name in &extension.value.general_names {
        match name {
            GeneralName::DNSName(name) => names.push(name.to_lowercase()),
            GeneralName::IPAddress(bytes) => addresses.extend(address(bytes)),
            _ => {}
        }
    }
    (names, addresses)
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    let v4 = || <[u8; 4]>::try_from(bytes).ok().map(|four| IpAddr::from(Ipv4Addr::from(four)));
    let v6 = || <[u8; 16]>::try_from(bytes).ok().map(|all| IpAddr::from(Ipv6Addr::from(all)));
    v4().or_else(v6)
}

fn usage(read: &X509Certificate<'_>) -> Usage {
    let Ok(Some(extension)) = read.extended_key_usage() else { return Usage::Any };
    let usage = extension.value;
    match (usage.any || usage.server_auth, usage.any || usage.client_auth) {
        (true, true) => Usage::Both,
        (true, false) => Usage::Server,
        (false, true) => Usage::Client,
        (false, false) => Usage::Neither,
    }
}

/// A root of the first version of X.509 has no extensions, and OpenSSL takes it for a CA.
fn authority(read: &X509Certificate<'_>) -> Authority {
    let constraints = read.basic_constraints().ok().flatten();
    let is_ca = constraints.map(|constraints| constraints.value.ca);
    let signs = read.extensions().iter().find_map(|extension| match extension.parsed_extension() {
        ParsedExtension::KeyUsage(usage) => Some(usage.key_cert_sign()),
        _ => None,
    });
    let old_root = read.version().0 == 0 && read.subject() == read.issuer();
    let is_ca = is_ca.unwrap_or(old_root) && signs.unwrap_or(true);
    if is_ca { Authority::Yes } else { Authority::No }
}
