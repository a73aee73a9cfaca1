//! The subcommands, one file each; each reads like a table of contents.

pub mod apply;
pub mod check;
pub mod confirm;
mod connect;
pub mod explain;
mod failures;
mod journal;
mod lease;
mod load;
pub mod plan;
pub mod rollback;
mod run_reporter;
mod signals;
mod start;
pub mod status;
mod window;
mod work;

use std::sync::Arc;

use crate::{
    cli::{Cli, Command},
    error::{Designed, Exit},
    report::Reporter,
};

pub use start::start;

/// How a command ends: with an exit code, or with the error that is to be printed.
pub type Outcome = Result<Exit, Box<dyn Designed>>;

/// Runs the command of a command line and prints its error, if it ends with one.
pub async fn run(cli: Cli, report: &Arc<Reporter>) -> Exit {
    let state_dir = cli.state_dir.as_deref();
    let outcome = match &cli.command {
        Command::Check(args) => check::run(args, report).await,
        Command::Plan(args) => plan::run(args, report).await,
        Command::Apply(args) => apply::run(args, state_dir, report).await,
        Command::Rollback(args) => rollback::run(args, state_dir, report).await,
        Command::Confirm(args) => confirm::run(args, report).await,
        Command::Status(args) => status::run(args, state_dir, report).await,
        Command::Explain(args) => explain::run(args, report).await,
    };
    outcome.unwrap_or_else(|error| {
        report.error(&*error);
        error.exit()
    })
}
