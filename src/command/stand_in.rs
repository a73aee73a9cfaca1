//! A stand-in for everything that reads plans; goes away with the merge.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::Outcome;
use crate::error::{Designed, Exit};

pub(super) fn read(plan: &Path) -> Outcome {
    let text = fs::read_to_string(plan);
    text.map_err(|source| Unreadable { path: plan.to_owned(), source })?;
    Ok(Exit::Converged)
}

#[derive(Debug, thiserror::Error)]
#[error("cannot read the plan `{}`", path.display())]
struct Unreadable {
    path: PathBuf,
    #[source]
    source: io::Error,
}

impl Designed for Unreadable {
    fn exit(&self) -> Exit {
        Exit::Plan
    }
}
