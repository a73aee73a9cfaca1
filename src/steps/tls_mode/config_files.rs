//! The configuration files that a step wants on the hosts.

use crate::{
    cluster::{certificate::Certificate, mode::TlsMode},
    error::Cause,
    name::HostName,
};

/// The texts that a step wants in the hosts' configuration files. Pure; tests bring their own.
pub trait ConfigFiles: Send + Sync {
    /// The mode that a file in place stands for.
    fn mode_of(&self, text: &str) -> Result<TlsMode, Cause>;

    /// The file that `host` shall have for `mode`, made from its file in place.
    fn wanted(&self, host: &HostName, mode: TlsMode, in_place: &str) -> Result<NewFile, Cause>;

    /// The certificate that the controller itself shows to the members, where it has one.
    fn client(&self) -> Option<&Certificate> {
        None
    }
}

/// A file that is wanted, and how it differs from the one in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// Its text.
    pub text: String,
    /// The change in words.
    pub change: String,
    /// The unified diff, secrets masked; empty where nothing changes.
    pub diff: String,
}

/// A file as it was before this run last replaced it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Previous {
    /// Its text.
    pub text: String,
    /// The mode in it.
    pub mode: TlsMode,
    /// What this run put in its place.
    pub replaced_by: String,
}
