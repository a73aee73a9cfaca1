//! What is offered in the key exchange: little, modern, and fixed.
//!
//! No SHA-1, no CBC, no compression. The marker for strict key exchange is part of the list, because
//! a list of one's own without it switches the protection against Terrapin off without a word.

use std::borrow::Cow;

use russh::{
    Preferred, cipher,
    client::Config,
    compression, kex,
    keys::{Algorithm, EcdsaCurve, HashAlg},
    mac,
};

use super::{
    known_hosts::{HostId, KnownHosts},
    limits::Limits,
};

const KEY_EXCHANGE: &[kex::Name] = &[
    kex::MLKEM768X25519_SHA256,
    kex::CURVE25519,
    kex::CURVE25519_PRE_RFC_8731,
    kex::EXTENSION_SUPPORT_AS_CLIENT,
    kex::EXTENSION_OPENSSH_STRICT_KEX_AS_CLIENT,
];

/// The second is accepted with strict key exchange only; the handler sees to that.
const CIPHERS: &[cipher::Name] = &[cipher::AES_256_GCM, cipher::CHACHA20_POLY1305];

const MACS: &[mac::Name] = &[mac::HMAC_SHA512_ETM, mac::HMAC_SHA256_ETM];

/// The host key types that are accepted at all, best first; RSA only with SHA-2.
pub(super) const HOST_KEYS: &[Algorithm] = &[
    Algorithm::Ed25519,
    Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 },
    Algorithm::Ecdsa { curve: EcdsaCurve::NistP384 },
    Algorithm::Ecdsa { curve: EcdsaCurve::NistP521 },
    Algorithm::Rsa { hash: Some(HashAlg::Sha512) },
    Algorithm::Rsa { hash: Some(HashAlg::Sha256) },
];

/// The configuration for one host: its recorded key types are the only ones it is asked for.
pub(super) fn config(known: &KnownHosts, host: &HostId, limits: &Limits) -> Config {
    let preference = known.preference(host, HOST_KEYS);
    Config {
        preferred: Preferred {
            kex: Cow::Borrowed(KEY_EXCHANGE),
            key: Cow::Owned(preference.plain),
            host_key_certificates: Cow::Owned(preference.certificates),
            cipher: Cow::Borrowed(CIPHERS),
            mac: Cow::Borrowed(MACS),
            compression: Cow::Borrowed(&[compression::NONE]),
        },
        keepalive_interval: Some(limits.keepalive),
        keepalive_max: limits.missed_keepalives,
        // A restart may be silent for minutes; only the keepalives judge whether the host is there.
        inactivity_timeout: None,
        nodelay: true,
        ..Config::default()
    }
}
