//! Parses the command line, runs the command, and ends with its exit code.

use std::{
    panic::{self, AssertUnwindSafe},
    process::ExitCode,
    sync::Arc,
};

use clap::Parser;
use tlsplan::{
    cli::Cli,
    command,
    error::Exit,
    report::{self, Reporter, usage},
};

fn main() -> ExitCode {
    let exit = match Cli::try_parse() {
        Ok(cli) => run(cli),
        Err(wrong) => usage::print(&wrong),
    };
    ExitCode::from(exit.code())
}

fn run(cli: Cli) -> Exit {
    let report = Arc::new(Reporter::new(cli.output.settings()));
    report::panic::install(&report);
    // The panic was reported by the hook; here it only becomes an exit code.
    let exit = panic::catch_unwind(AssertUnwindSafe(|| command::start(cli, &report)));
    report.finish(report::panic::exit_code(exit.unwrap_or(Exit::Bug)))
}
