//! `tlsplan rollback PLAN`: the legal way back from wherever the cluster is, to the first files.

use crate::engine::progress::Progress;
use std::{path::Path, sync::Arc};

use futures_util::future::join_all;

use super::{
    Outcome,
    load::Loaded,
    work::{self, Direction, Work},
};
use crate::{
    cli::ApplyArgs,
    error::Cause,
    instance::{Service, live::LiveInstance},
    report::Reporter,
    steps::{rollback_plan::way_back, tls_mode::rollback_files::BackFiles},
};

/// Takes back what the plan did.
pub async fn run(args: &ApplyArgs, state_dir: Option<&Path>, report: &Arc<Reporter>) -> Outcome {
    work::run(args, Direction::Back, state_dir, report).await
}

/// The plan turned around: its rungs downwards, and at their end what each host has kept of its
/// beginnings. Everything that is in the way is told, not only the first of it.
pub(super) async fn turned(loaded: Loaded, nodes: &[LiveInstance]) -> Result<Work, Vec<Cause>> {
    let firsts =
        nodes.iter().map(|node| async { (node.host().clone(), node.original_file().await) });
    let (mut texts, mut wrong) = (Vec::new(), Vec::new());
    for (host, first) in join_all(firsts).await {
        match first {
            Ok(text) => texts.push((host, text)),
            Err(error) => wrong.push(Cause::new(error)),
        }
    }
    if let Some(last) = wrong.pop() {
        wrong.push(last.with_hint(Progress::Untouched.describe()));
        return Err(wrong);
    }
    let Loaded { plan, files, limit } = loaded;
    let files = BackFiles::new(files, texts).map_err(|error| vec![error])?;
    if let Some(apart) = files.apart() {
        return Err(vec![Cause::new(apart).with_hint(Progress::Untouched.describe())]);
    }
    let turned = way_back(&plan, files.lowest());
    Ok(Work { plan: turned, files: Box::new(files), limit, undo: plan.steps })
}
