//! A configuration file as it lies on a host.

use super::{
    digest::Digest,
    fields::{Fields, MissingField},
};

/// The largest configuration file that is read.
pub const LARGEST: usize = 1024 * 1024;

/// What is found under the path of a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigState {
    /// Nothing.
    Absent,
    /// A file that can be worked with.
    Regular(ConfigFile),
    /// A symbolic link: replacing it would not do what was meant.
    Symlink {
        /// Where it points to.
        target: String,
    },
    /// Something else: a directory, a pipe, a device, in `stat`'s words.
    Special {
        /// What it is.
        kind: String,
    },
    /// A file larger than [`LARGEST`].
    TooLarge,
}

/// A regular file.
#[derive(Clone, PartialEq, Eq)]
pub struct ConfigFile {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Their sum.
    pub digest: Digest,
    /// Its owner's name.
    pub owner: String,
    /// Its group's name.
    pub group: String,
    /// Its mode in octal, as `stat` prints it.
    pub mode: String,
    /// How many names it has; more than one cannot be replaced.
    pub links: u32,
}

impl ConfigState {
    pub(crate) fn parse(fields: &Fields) -> Result<Self, MissingField> {
        match fields.text("file.kind").ok_or(MissingField("file.kind"))? {
            "absent" => Ok(Self::Absent),
            "symlink" => {
                let target = fields.text("file.target").unwrap_or_default();
                Ok(Self::Symlink { target: target.to_owned() })
            }
            "regular" => {
                let bytes = fields.block("file").ok_or(MissingField("file"))?;
                if bytes.len() > LARGEST {
                    return Ok(Self::TooLarge);
                }
                Ok(Self::Regular(ConfigFile {
                    digest: Digest::from_content(bytes),
                    bytes: bytes.to_vec(),
                    owner: fields.get("file.owner")?,
                    group: fields.get("file.group")?,
                    mode: fields.get("file.mode")?,
                    links: fields.get("file.links")?,
                }))
            }
            kind => Ok(Self::Special { kind: kind.to_owned() }),
        }
    }

    /// The file, where there is one to work with.
    #[must_use]
    pub fn file(&self) -> Option<&ConfigFile> {
        match self {
            Self::Regular(file) => Some(file),
            _ => None,
        }
    }
}

impl std::fmt::Debug for ConfigFile {
    // The bytes may hold a passphrase; the sum says enough.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConfigFile")
            .field("digest", &self.digest)
            .field("owner", &self.owner)
            .field("group", &self.group)
            .field("mode", &self.mode)
            .field("links", &self.links)
            .finish_non_exhaustive()
    }
}
