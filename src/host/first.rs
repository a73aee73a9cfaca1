//! The file as it was before the first change: where a way back ends.

use super::{Host, call::Call, call_error::CallError, script::Script};

/// What a host has kept of a file's beginnings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstFile {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Whether what is in place came from us.
    pub in_place: InPlace,
}

/// Whose the bytes in place are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InPlace {
    /// They are the first ones.
    First,
    /// They were put there by a run.
    Ours,
    /// Somebody else changed the file since.
    Theirs,
}

impl Host {
    /// The first bytes of a file; `None` where no run has changed it.
    pub async fn first_file(&self, path: &str) -> Result<Option<FirstFile>, CallError> {
        let call = Call::new(&Script::FIRST, "reading the first file");
        let fields = self.run(&call.arg(path).arg(self.state_dir())).await?.fields();
        Ok(fields.block("first").map(|bytes| FirstFile {
            bytes: bytes.to_vec(),
            in_place: match fields.text("whose") {
                Some("first") => InPlace::First,
                Some("ours") => InPlace::Ours,
                _ => InPlace::Theirs,
            },
        }))
    }
}
