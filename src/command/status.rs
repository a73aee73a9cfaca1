//! A stand-in until the real command is merged: it reads the plan file and stops there.

use super::{Outcome, stand_in};
use crate::{cli::PlanArgs, report::Reporter};

/// Runs `tlsplan status`.
#[expect(clippy::unused_async, reason = "the real command waits for hosts")]
pub async fn run(args: &PlanArgs, _report: &Reporter) -> Outcome {
    stand_in::read(&args.plan)
}
