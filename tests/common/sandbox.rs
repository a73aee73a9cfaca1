//! A directory of root's own with tools that stand in for the host's, and a `Host` that lives there.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use tempfile::TempDir;
use tlsplan::{
    host::{Host, privilege::Become, remote::SEARCH_PATH},
    name::HostName,
};

use super::local_transport::LocalTransport;

/// A place for one test.
pub(crate) struct Sandbox {
    root: TempDir,
}

impl Sandbox {
    /// Makes the place, with a `systemctl` that writes down how it was called and says yes.
    pub(crate) fn new() -> Self {
        let sandbox = Self { root: tempfile::tempdir().unwrap() };
        fs::create_dir(sandbox.path("bin")).unwrap();
        fs::create_dir(sandbox.path("etc")).unwrap();
        fs::create_dir(sandbox.path("units")).unwrap();
        sandbox.held_by("this run");
        sandbox.tool("systemctl", &format!("echo \"$@\" >> {}", sandbox.path("calls").display()));
        sandbox
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// Puts a tool before the system's own.
    pub(crate) fn tool(&self, name: &str, script: &str) {
        let path = self.path("bin").join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// A file of the sandbox, with its mode.
    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// How `systemctl` was called.
    pub(crate) fn calls(&self) -> String {
        fs::read_to_string(self.path("calls")).unwrap_or_default()
    }

    /// The host, over a transport, as root by itself.
    pub(crate) fn host(&self, transport: LocalTransport) -> Host {
        self.host_becoming(transport, Become::None)
    }

    pub(crate) fn host_becoming(&self, transport: LocalTransport, by: Become) -> Host {
        let host = self.host_without_lease(transport, by);
        host.set_fencing_token("this run");
        host
    }

    /// A host that no run has taken yet.
    pub(crate) fn host_without_lease(&self, transport: LocalTransport, by: Become) -> Host {
        let search_path = format!("{}:{SEARCH_PATH}", self.path("bin").display());
        let path = |name| self.path(name).display().to_string();
        let host = Host::new(HostName::new("db1"), Arc::new(transport), by);
        host.with_layout(&search_path, [&path("state"), &path("run"), &path("units")])
    }

    /// Writes down a run as the holder of the lease.
    pub(crate) fn held_by(&self, run: &str) {
        let directory = self.path("run");
        fs::create_dir_all(&directory).unwrap();
        fs::set_permissions(&directory, fs::Permissions::from_mode(0o700)).unwrap();
        fs::write(directory.join("owner"), format!("{run}\nsomebody\n1\n")).unwrap();
        fs::write(directory.join("gate"), "").unwrap();
    }
}

/// The names in a directory that begin with a dot: what a replacement may leave behind.
pub(crate) fn leftovers(directory: &Path) -> Vec<String> {
    let names = fs::read_dir(directory).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with('.')).collect()
}
