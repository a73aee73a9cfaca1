//! Secrets in files of the controller: only in files that others cannot read.

use std::{
    fs::{self, File},
    io::Read,
    os::unix::fs::MetadataExt,
    path::Path,
};

use super::{SecretError, load::LONGEST};

/// Permission bits that let anyone but the owner in.
const OTHERS: u32 = 0o077;
/// What root may leave open: a group that root chose to trust with a file of its own.
const GROUP_READ: u32 = 0o040;

/// Reads the file, up to one byte more than is allowed.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, SecretError> {
    let unreadable = |source| SecretError::Unreadable { path: path.to_owned(), source };
    // Opening a pipe would wait for its writer, so the kind is asked for first.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(SecretError::NotAFile { path: path.to_owned() });
    }
    let file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    let open_to = metadata.mode() & OTHERS;
    if open_to != 0 && !(metadata.uid() == 0 && open_to == GROUP_READ) {
        let mode = metadata.mode() & 0o7777;
        return Err(SecretError::Exposed { path: path.to_owned(), mode });
    }
    let mut bytes = Vec::with_capacity(1024);
    file.take(LONGEST as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::{io, os::unix::fs::PermissionsExt};

    use super::*;
    use crate::{
        error::{Designed, Exit},
        secret::{SecretRef, load},
    };

    #[test]
    fn a_file_is_read_only_where_others_cannot() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("secret");
        fs::write(&path, "hunter2\n")?;
        for (mode, open) in [(0o600, false), (0o400, false), (0o644, true), (0o602, true)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode))?;
            match load(&SecretRef::File(path.clone())) {
                Ok(secret) => assert!(!open && secret.expose() == "hunter2", "{mode:o}"),
                Err(error) => assert!(open && error.exit() == Exit::Permission, "{mode:o}"),
            }
        }
        Ok(())
    }

    #[test]
    fn a_directory_and_a_missing_file_are_told_apart() {
        let error = |path: &str| load(&SecretRef::File(path.into())).unwrap_err();
        assert!(matches!(error("/"), SecretError::NotAFile { .. }));
        assert!(matches!(error("/nowhere/x"), SecretError::Unreadable { .. }));
    }
}
