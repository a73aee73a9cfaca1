//! A stand-in until the real command is merged: it reads the plan file and stops there.

use super::{Outcome, stand_in};
use crate::{cli::ApplyArgs, report::Reporter};

/// Runs `tlsplan apply`.
#[expect(clippy::unused_async, reason = "the real command waits for hosts")]
pub async fn run(args: &ApplyArgs, _report: &Reporter) -> Outcome {
    stand_in::read(&args.plan.plan)
}
