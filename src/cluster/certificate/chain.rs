//! Whether a chain leads from a certificate to a root in the CA file.

use x509_parser::{
    error::X509Error,
    prelude::{FromDer, X509Certificate},
};

use super::{Authority, Certificate};

/// No honest chain is longer.
const LONGEST: usize = 10;

/// Where a chain ends too early.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// Nobody who could have issued it is there.
    #[error("the issuer `{issuer}` is neither in the CA file nor behind the certificate")]
    NoIssuer {
        /// The issuer that is missing.
        issuer: String,
    },
    /// The CA file has an intermediate, and the root above it is not there.
    #[error("the CA file has `{intermediate}`, and not the root `{issuer}` that issued it")]
    NoRoot {
        /// What is there.
        intermediate: String,
        /// What is missing.
        issuer: String,
    },
    /// Somebody of the issuer's name is there, and has another key.
    #[error("it was not signed by the `{issuer}` that is there: another CA of the same name")]
    OtherKey {
        /// The name of both.
        issuer: String,
    },
    /// Who signed it is no CA.
    #[error("`{issuer}` signed it and is no CA")]
    NoAuthority {
        /// Who signed it.
        issuer: String,
    },
}

impl ChainError {
    /// What to do about it.
    #[must_use]
    pub const fn fix(&self) -> &'static str {
        match self {
            Self::NoRoot { .. } => "put the root into the CA file, on every host",
            Self::NoIssuer { .. } => {
                "issue it by the CA in the CA file, or put its own CA there, on every host; intermediates belong behind the certificate"
            }
            Self::OtherKey { .. } | Self::NoAuthority { .. } => {
                "issue it anew by the CA that is in the CA file, or put its own CA there, on every host"
            }
        }
    }
}

/// Builds the chain as OpenSSL does without partial chains: up to a root among the trusted ones.
/// `others` are the certificates that stand behind it in its own file.
pub fn chain(
    leaf: &Certificate,
    others: &[Certificate],
    trusted: &[Certificate],
) -> Result<(), ChainError> {
    let (mut below, mut steps) = (leaf, 0);
    // A trusted self-signed leaf needs no issuer.
    while !(below.is_root() && trusted.iter().any(|root| root.der == below.der)) {
        steps += 1;
        below = above(below, others, trusted)?;
        if steps > LONGEST {
            return Err(ChainError::NoIssuer { issuer: below.issuer.clone() });
        }
    }
    Ok(())
}

fn above<'c>(
    below: &Certificate,
    others: &'c [Certificate],
    trusted: &'c [Certificate],
) -> Result<&'c Certificate, ChainError> {
    let issuer = below.issuer.clone();
    let named = || trusted.iter().chain(others).filter(|above| above.subject == issuer);
    let signers = || named().filter(|above| signed(below, above));
    if let Some(signer) = signers().find(|above| above.authority == Authority::Yes) {
        return Ok(signer);
    }
    if signers().next().is_some() {
        return Err(ChainError::NoAuthority { issuer });
    }
    if named().next().is_some() {
        return Err(ChainError::OtherKey { issuer });
    }
    let is_trusted = trusted.iter().any(|one| one.der == below.der);
    Err(if is_trusted {
        ChainError::NoRoot { intermediate: below.subject.clone(), issuer }
    } else {
        ChainError::NoIssuer { issuer }
    })
}

/// A signature of a kind that cannot be checked here is the server's to judge.
fn signed(below: &Certificate, above: &Certificate) -> bool {
    let read = |certificate: &Certificate| {
        X509Certificate::from_der(&certificate.der).is_ok_and(|(_, below)| {
            let Ok((_, above)) = X509Certificate::from_der(&above.der) else { return false };
            match below.verify_signature(Some(above.public_key())) {
                Ok(()) | Err(X509Error::SignatureUnsupportedAlgorithm) => true,
                Err(_) => false,
            }
        })
    };
    read(below)
}
