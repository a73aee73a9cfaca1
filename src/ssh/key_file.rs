//! A private key in a file, judged and opened the way ssh does.

use std::{
    error::Error,
    fs::{self, File},
    io::{self, Read},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use russh::keys::{self, Certificate, PrivateKey, PublicKey};
use zeroize::Zeroizing;

use crate::{
    error::{Designed, Exit},
    secret::Secret,
};

/// No key is larger; what is, is not a key.
const LARGEST: u64 = 256 * 1024;

/// A key that can be offered.
#[derive(Clone)]
pub(super) struct Identity {
    pub(super) path: PathBuf,
    pub(super) key: Arc<PrivateKey>,
    /// The certificate beside it, `NAME-cert.pub`.
    pub(super) certificate: Option<Certificate>,
}

/// A key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// It cannot be read.
    #[error("the key `{}` cannot be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Others than its owner can read it.
    #[error("the key `{}` is open to others (mode {mode:04o})", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It has a passphrase and there is none to be had.
    #[error("the key `{}` is encrypted, and there is no passphrase and nobody to ask", path.display())]
    Encrypted {
        /// The file.
        path: PathBuf,
    },
    /// The passphrase does not open it.
    #[error("the passphrase does not open the key `{}`", path.display())]
    Passphrase {
        /// The file.
        path: PathBuf,
        /// What the decoder said.
        source: Box<dyn Error + Send + Sync>,
    },
    /// It holds no key that can be used.
    #[error("`{}` is not a usable private key", path.display())]
    NotAKey {
        /// The file.
        path: PathBuf,
        /// What the decoder said.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The certificate beside it cannot be used.
    #[error("`{}` is not a usable certificate", path.display())]
    Certificate {
        /// The certificate's file.
        path: PathBuf,
        /// What the decoder said.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl KeyFileError {
    /// For a task that did not come back.
    pub(super) fn lost<E: Error + Send + Sync + 'static>(path: &Path) -> impl FnOnce(E) -> Self {
        let path = path.to_owned();
        move |source| Self::NotAKey { path, source: Box::new(source) }
    }
}

impl Designed for KeyFileError {
    fn exit(&self) -> Exit {
        Exit::Permission
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Open { path, .. } => vec![format!("run `chmod 600 {}`", path.display())],
            Self::Encrypted { .. } => vec![
                "give `identity_passphrase` in `[ssh]`, add the key to an agent with `ssh-add`, or \
                 run on a terminal"
                    .to_owned(),
            ],
            Self::Passphrase { path, .. } => {
                vec![format!("try it: `ssh-keygen -y -f {}`", path.display())]
            }
            Self::Unreadable { .. } | Self::NotAKey { .. } | Self::Certificate { .. } => Vec::new(),
        }
    }
}

/// Reads a key and the certificate beside it.
pub(super) fn open(path: &Path, passphrase: Option<&Secret>) -> Result<Identity, KeyFileError> {
    let text = read(path)?;
    let decoded = keys::decode_secret_key(&text, passphrase.map(Secret::expose));
    let key = decoded.map_err(|error| match (error, passphrase) {
        (keys::Error::KeyIsEncrypted, None) => KeyFileError::Encrypted { path: path.to_owned() },
        (error, None) => KeyFileError::NotAKey { path: path.to_owned(), source: Box::new(error) },
        (error, Some(_)) => {
            KeyFileError::Passphrase { path: path.to_owned(), source: Box::new(error) }
        }
    })?;
    let certificate = certificate(path)?;
    Ok(Identity { path: path.to_owned(), key: Arc::new(key), certificate })
}

/// The public half of a key, from the file beside it: known without opening the private one.
pub(super) fn public_key(path: &Path) -> Option<PublicKey> {
    let mut name = path.as_os_str().to_owned();
    name.push(".pub");
    keys::load_public_key(PathBuf::from(name)).ok()
}

fn read(path: &Path) -> Result<Zeroizing<String>, KeyFileError> {
    let unreadable = |source| KeyFileError::Unreadable { path: path.to_owned(), source };
    // Looked at before it is opened: opening a FIFO would wait for ever.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(unreadable(io::Error::other("it is not a regular file")));
    }
    let file = File::open(path).map_err(unreadable)?;
    let mode = file.metadata().map_err(unreadable)?.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(KeyFileError::Open { path: path.to_owned(), mode });
    }
    let mut text = Zeroizing::new(String::new());
    file.take(LARGEST).read_to_string(&mut text).map_err(unreadable)?;
    Ok(text)
}

fn certificate(key: &Path) -> Result<Option<Certificate>, KeyFileError> {
    let mut name = key.as_os_str().to_owned();
    name.push("-cert.pub");
    let path = PathBuf::from(name);
    let unusable = |source| KeyFileError::Certificate { path: path.clone(), source };
    match fs::read_to_string(&path) {
        Ok(text) => {
            Certificate::from_openssh(&text).map(Some).map_err(|error| unusable(Box::new(error)))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unusable(Box::new(error))),
    }
}
