//! The atomic replacement of a configuration file, alone or with the restart that goes with it.
//!
//! The old bytes are named by their sum: where the file was changed since it was read,
//! nothing is done. They are kept first, under `prev` in the state directory on the host.

use super::{
    Host, call::Call, call_error::CallError, digest::Digest, replace_error::ReplaceError,
    restart::RESTART_REFUSED, script,
};
use crate::name::UnitName;

/// A file's new bytes, and which old ones they are meant to follow.
#[derive(Clone, Copy, Debug)]
pub struct Replacement<'a> {
    /// The file on the host, an absolute path.
    pub path: &'a str,
    /// The sum of the bytes that were seen there.
    pub seen: Digest,
    /// The bytes to put there.
    pub bytes: &'a [u8],
    /// Which change of the file this is.
    pub kind: Change,
}

/// Which change of a file this is, for a rollback that ends at its original bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The first: the bytes in place are the original ones, and older ones are forgotten.
    First,
    /// A later one: the original bytes are known already, if there are any.
    Later,
    /// Back to older bytes.
    Revert,
}

/// What came of a replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// Where the previous version is kept on the host.
    pub kept: String,
}

impl Host {
    /// Replaces a file. A reader sees the old bytes or the new ones, never a mix.
    pub async fn replace(&self, file: Replacement<'_>) -> Result<Replaced, ReplaceError> {
        let doing = format!("replacing `{}`", file.path);
        self.run_replace(file, doing, None).await
    }

    /// Replaces a file and asks for a restart of the unit, in one script: neither a lost
    /// connection nor a lost right to use sudo can fall between the two.
    pub async fn replace_and_restart(
        &self,
        file: Replacement<'_>,
        unit: &UnitName,
    ) -> Result<Replaced, ReplaceError> {
        let doing = format!("replacing `{}` and asking for a restart of `{unit}`", file.path);
        self.run_replace(file, doing, Some(unit)).await
    }

    async fn run_replace(
        &self,
        file: Replacement<'_>,
        doing: String,
        unit: Option<&UnitName>,
    ) -> Result<Replaced, ReplaceError> {
        let call = Call::new(&script::REPLACE, doing)
            .arg(file.path)
            .arg(file.seen.to_string())
            .arg(self.state_dir())
            .arg(unit.map_or("", UnitName::as_str))
            .arg(match file.kind {
                Change::First => "begin",
                Change::Later => "",
                Change::Revert => "back",
            })
            .payload(file.bytes.to_vec());
        match self.run(&self.fenced(call)).await {
            Ok(output) => {
                let kept = output.fields().text("kept").unwrap_or_default().to_owned();
                Ok(Replaced { kept })
            }
            Err(CallError::Failed { host, status: RESTART_REFUSED, reason, .. }) => {
                let unit = unit.cloned().unwrap_or_else(|| UnitName::new(""));
                Err(ReplaceError::RestartRefused { host, unit, reason })
            }
            Err(error) => Err(ReplaceError::from_call(error, file.path)),
        }
    }
}
