//! `tlsplan apply PLAN`: bring the cluster to what the plan says.

use std::{path::Path, sync::Arc};

use super::{
    Outcome,
    work::{self, Direction},
};
use crate::{cli::ApplyArgs, report::Reporter};

/// Carries out the plan.
pub async fn run(args: &ApplyArgs, state_dir: Option<&Path>, report: &Arc<Reporter>) -> Outcome {
    work::run(args, Direction::Forward, state_dir, report).await
}
