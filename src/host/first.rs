//! What a host has kept of a file: the original bytes, where a rollback ends, and the last versions
//! since.

use super::{Host, call::Call, call_error::CallError, script};

/// What a host has kept of a file's beginnings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstFile {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Whether what is in place came from us.
    pub in_place: InPlace,
}

/// Who wrote the bytes in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InPlace {
    /// They are the first ones.
    First,
    /// They were put there by a run.
    Ours,
    /// Another program or a person changed the file since.
    Theirs,
}

/// How many versions `kept.sh` tells.
const KEPT: usize = 5;

impl Host {
    /// The last versions of a file that were replaced, the newest first.
    pub async fn kept_files(&self, path: &str) -> Result<Vec<Vec<u8>>, CallError> {
        let call = Call::new(&script::KEPT, "reading the versions that were kept");
        let call = call.arg(path).arg(self.state_dir()).reply_cap(8 * 1024 * 1024);
        let fields = self.run(&call).await?.fields();
        let kept = (1..=KEPT).filter_map(|number| fields.block(&format!("kept{number}")));
        Ok(kept.map(<[u8]>::to_vec).collect())
    }

    /// The first bytes of a file; `None` where no run has changed it.
    pub async fn first_file(&self, path: &str) -> Result<Option<FirstFile>, CallError> {
        let call = Call::new(&script::FIRST, "reading the first file");
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
