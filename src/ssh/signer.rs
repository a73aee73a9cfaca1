//! Signs with a key in memory, under the hash that was asked for.
//!
//! russh's own way to log in with a certificate always signs an RSA one with SHA-1, which every
//! server of today refuses; through a signer the hash is ours to choose.

use std::sync::Arc;

use russh::{
    Signer,
    keys::{
        HashAlg, PrivateKey,
        agent::AgentIdentity,
        signature::Signer as _,
        ssh_encoding::Encode,
        ssh_key::{Signature, private::KeypairData},
    },
};

/// A private key as a signer.
pub(super) struct KeySigner(pub(super) Arc<PrivateKey>);

/// The signature could not be made or not be delivered.
#[derive(Debug, thiserror::Error)]
pub(super) enum SignError {
    #[error("the key cannot sign")]
    Signature(#[from] russh::keys::signature::Error),
    #[error("the signature cannot be encoded")]
    Encoding(#[from] russh::keys::ssh_encoding::Error),
    #[error("the connection ended")]
    Gone(#[from] russh::SendError),
}

impl Signer for KeySigner {
    type Error = SignError;

    async fn auth_sign(
        &mut self,
        _key: &AgentIdentity,
        hash: Option<HashAlg>,
        mut data: Vec<u8>,
    ) -> Result<Vec<u8>, SignError> {
        let signature: Signature = match self.0.key_data() {
            KeypairData::Rsa(pair) => (pair, hash).try_sign(&data)?,
            pair => pair.try_sign(&data)?,
        };
        let mut encoded = Vec::new();
        signature.encode(&mut encoded)?;
        encoded.as_slice().encode(&mut data)?;
        Ok(data)
    }
}
