//! The command line, as types and help texts. What the commands do is in [`crate::command`].

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::report::settings::{Color, Format, Settings, Verbosity};

const EXAMPLES: &str = "\
Examples:
  tlsplan check plans/prod.toml                  is the plan sound?
  tlsplan plan plans/prod.toml                   what would be done?
  tlsplan apply plans/prod.toml                  do it, after a question
  tlsplan apply plans/prod.toml --yes --quiet    the same from cron
  tlsplan status plans/prod.toml --limit 'db*'   where are we?
  tlsplan rollback plans/prod.toml               back to the files of before
  tlsplan explain 23256                          what does a server's line about TLS mean?";

const EXIT_CODES: &str = "\
Exit codes:
   0  converged, also when nothing had to be done
  20  stopped safely part-way: run again
  21  a step failed; the host was put back and that was verified
  22  a person is needed: a member is down, or a way back could not be verified
  23  the outcome is not known: `tlsplan status`, then run again
  64  the command line is wrong
  65  the plan is wrong
  69  a host cannot be reached
  70  a bug of tlsplan
  73  the journal or the output cannot be written, or the journal is damaged
  75  locked by another run, or outside the window: nothing was started
  76  a host key is unknown, changed or revoked
  77  permission: sudo, authentication or file modes stand in the way
  78  refused: quorum, lag, certificate, a forgotten member
The most severe wins: 22, 23, 21, 76, 73, 70, 77, 78, 69, 20, 75.";

/// Move a running MongoDB cluster from plaintext to TLS only, over SSH, without an outage
///
/// A plan is a TOML file that lists hosts and steps. tlsplan brings the hosts to what the plan says,
/// one member at a time, and verifies every change from elsewhere before it touches the next member.
/// It can be stopped at any moment and run again: the hosts themselves say what is left to do.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true, after_help = EXAMPLES)]
#[command(after_long_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"))]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Where the journals of runs are
    ///
    /// Every run of `apply` writes one: what it is about to do and what came of it. `status` reads
    /// them. Without this option they are in `$XDG_STATE_HOME/tlsplan`, or else in
    /// `~/.local/state/tlsplan`, and for root without a `HOME` in `/var/lib/tlsplan`. It has to be a real
    /// directory of yours to which nobody else can write.
    #[arg(long, global = true, value_name = "DIR")]
    pub state_dir: Option<PathBuf>,
    /// How to say it.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check a plan without connecting to anything
    ///
    /// Reports every problem that can be known from the plan and its templates, each with line and
    /// column. Exits with 65 if there is one.
    #[command(after_help = "Example:\n  tlsplan check plans/prod.toml")]
    Check(PlanArgs),
    /// Show what `apply` would do, and change nothing
    ///
    /// Connects to every host, looks at its files and its running server, and shows the changes of
    /// files as diffs and the restarts in their order. What cannot be known before is named.
    #[command(after_help = "Example:\n  tlsplan plan plans/prod.toml")]
    Plan(PlanArgs),
    /// Bring the cluster to what the plan says
    ///
    /// On a terminal it shows what it is going to do and asks. With --yes, or where there is no
    /// terminal, it does not ask. What is met already is left alone, so it is safe to run it again
    /// after every kind of end.
    #[command(after_help = "\
Examples:
  tlsplan apply plans/prod.toml
  tlsplan apply plans/prod.toml --yes --quiet      from cron: silent unless something is wrong
  tlsplan apply plans/prod.toml --format json      one JSON object per line, for programs")]
    Apply(ApplyArgs),
    /// Go back to the files that were there before the first change
    ///
    /// The whole cluster comes down one rung of the ladder after another, by rolling restarts, and ends
    /// on the exact bytes that each host had. It works from every state that `apply` may have left, and
    /// may be stopped and run again as well. A file that somebody else has changed since is not touched.
    #[command(after_help = "\
Examples:
  tlsplan rollback plans/prod.toml           shows what it would do, and asks
  tlsplan rollback plans/prod.toml --yes")]
    Rollback(ApplyArgs),
    /// Say yes to a question of the plan
    ///
    /// A `confirm` step holds the run until a person has answered. The answer counts for this plan as it is
    /// and for this cluster; it ends with a rollback or with a change of the plan. It lies on the hosts.
    #[command(
        after_help = "Example:\n  tlsplan confirm plans/prod.toml 'the application is tested'"
    )]
    Confirm(ConfirmArgs),
    /// Show where every host is
    ///
    /// A table: host, member, role, running mode, mode in the file, lag, expiry of the certificate,
    /// and what is pending. What could not be found out is shown as `?`, with the reason beneath.
    #[command(after_help = "Example:\n  tlsplan status plans/prod.toml --limit '@rs0,!db4'")]
    Status(PlanArgs),
    /// Say what a server's words about TLS mean, and what to do about them
    ///
    /// Takes a line of the log of mongod or mongos as it is, text or JSON, or the id of one; `-` reads
    /// lines from standard input. It knows what servers from 4.2 to 6.0 say of certificates, PEM files,
    /// modes and connections.
    #[command(after_help = "\
Examples:
  tlsplan explain 23256
  tlsplan explain 'SSL peer certificate validation failed: unsupported certificate purpose'
  tail -n 1000 /var/log/mongodb/mongod.log | tlsplan explain -")]
    Explain(ExplainArgs),
}

/// Which question is answered.
#[derive(Debug, Args)]
pub struct ConfirmArgs {
    /// The plan
    #[command(flatten)]
    pub plan: PlanArgs,
    /// The step that asks, by its name or its number
    #[arg(value_name = "STEP")]
    pub step: String,
}

/// What is to be explained.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A line of a server's log, its id, or `-` for standard input
    #[arg(required = true, value_name = "LINE|ID")]
    pub line: Vec<String>,
}

/// Which plan, and which part of it.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// The plan file
    pub plan: PathBuf,
    /// Act on these hosts only: names, globs, @group, !negation, separated by commas
    ///
    /// It narrows what is acted on, never what is looked at: quorum and the order of phases are
    /// judged on the whole cluster, and a phase that stays unfinished ends with 20.
    #[arg(long, value_name = "SELECTOR")]
    pub limit: Option<String>,
}

/// What `apply` takes.
#[derive(Debug, Args)]
pub struct ApplyArgs {
    /// The plan.
    #[command(flatten)]
    pub plan: PlanArgs,
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
    /// Begin although the plan's maintenance window is closed or about to close
    #[arg(long)]
    pub ignore_window: bool,
}

/// Options about output, common to all subcommands.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// The form of the output
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: Format,
    /// Say more: what is being done and what is seen meanwhile
    #[arg(long, short, global = true, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Say nothing on success, and one line otherwise
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub color: Color,
}

impl OutputArgs {
    /// The same as the reporter wants it.
    #[must_use]
    pub fn settings(&self) -> Settings {
        let verbosity = match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, true) => Verbosity::Verbose,
            (false, false) => Verbosity::Normal,
        };
        Settings { format: self.format, verbosity, color: self.color }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_table_of_exit_codes_has_every_code() {
        use crate::error::Exit as E;
        for exit in [
            E::Converged,
            E::PartWay,
            E::PutBack,
            E::Person,
            E::Unknown,
            E::Usage,
            E::Plan,
            E::Unreachable,
            E::Bug,
            E::State,
            E::Locked,
            E::HostKey,
            E::Permission,
            E::Refused,
        ] {
            let code = format!("\n  {:>2}  ", exit.code());
            assert!(EXIT_CODES.contains(&code), "{exit:?}");
        }
    }
}
