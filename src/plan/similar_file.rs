//! The file that was probably meant by a path where there is none.

use std::{fs, path::Path};

use super::message::did_you_mean;

/// How many names are looked at: a directory may be huge, and this is only a help.
const LOOKED_AT: usize = 1000;

/// "did you mean `x`?", for a file in the same directory with nearly the same name.
pub(crate) fn similar_file(path: &Path) -> Option<String> {
    let wanted = path.file_name()?.to_str()?;
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let entries = fs::read_dir(directory.unwrap_or(Path::new("."))).ok()?;
    let names: Vec<String> = entries
        .take(LOOKED_AT)
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    did_you_mean(wanted, names.iter().map(String::as_str))
}
