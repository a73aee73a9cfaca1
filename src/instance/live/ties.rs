//! The ties between a plan and a process: unit, port and file have to be those of one server.
//!
//! Where they are not, a run would edit a file that nobody reads, restart a server that it does not
//! watch, or be overruled by an option on the command line. Each of these is seen before anything
//! is touched, on all hosts at once.

use std::{path::Path, time::Duration};

use tokio::time::{Instant, sleep};

use super::{
    fault,
    inner::Inner,
    untied::{Tie, Untied},
};
use crate::{
    client::{
        connector::Freshness,
        database::DatabaseError,
        process::{CommandLine, command_line, server_pid},
    },
    cluster::config::ConfigFile,
    error::node_error::NodeError,
    host::{facts::HostFacts, unit::Reload},
    plan::model::InstanceSettings,
};

/// How long unit and port may disagree before that is a finding: longer than a signalled stop.
const AGREEMENT: Duration = Duration::from_secs(20);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(200);
/// `Unauthorized`.
const UNAUTHORIZED: i32 = 13;

/// What is known of a host's server. What it says itself is missing where it does not answer.
struct Seen<'a> {
    /// The port in the file, where the file can be read at all: if not, that is told elsewhere.
    file_port: Option<u16>,
    command_line: Option<&'a CommandLine>,
    /// The arguments of the unit's process as the host shows them, for a server that is silent.
    argv: Option<&'a [String]>,
    /// The process that answers at the port.
    answering: Option<u32>,
    /// The unit's process; 0 where it has none.
    main_pid: u32,
    reload: Reload,
    not_replaceable: Option<&'a str>,
    helpless: Option<&'a str>,
}

impl Inner {
    /// What does not fit between the plan's unit, port and file and the server's. A server that does not
    /// answer now is held to the rest. Nothing is changed.
    pub(super) async fn loose_ties(&self) -> Result<Vec<Untied>, NodeError> {
        let mut facts = self.facts().await?;
        let file = self.learn_from(&facts).await?;
        let (mut command_line, mut answering) = self.told_by_server().await?;
        // The answer may be the old process's last, or the new one's first: a server that is being
        // restarted, by a run that was cut, is looked at until unit and port agree.
        let since = Instant::now();
        while answering.is_some_and(|pid| pid != facts.unit.incarnation.pid)
            && since.elapsed() < AGREEMENT
        {
            sleep(LOOK).await;
            facts = self.facts().await?;
            (command_line, answering) = self.told_by_server().await?;
        }
        let seen = Seen {
            file_port: ConfigFile::parse(&file.text).ok().map(|file| file.port()),
            command_line: command_line.as_ref(),
            answering,
            ..self.told_by_host(&facts)
        };
        let name = self.host.name();
        let untied = |tie| Untied { host: name.clone(), plan: self.mongodb.clone(), tie };
        Ok(loose(&self.mongodb, &seen).into_iter().map(untied).collect())
    }

    fn told_by_host(&self, facts: &HostFacts) -> Seen<'_> {
        Seen {
            file_port: None,
            command_line: None,
            argv: self.argv.as_deref(),
            answering: None,
            main_pid: facts.unit.incarnation.pid,
            reload: facts.unit.reload,
            not_replaceable: self.not_replaceable.as_deref(),
            helpless: self.helpless.as_deref(),
        }
    }

    /// Silence is no error: the run itself waits for servers. A refusal is one.
    async fn told_by_server(&self) -> Result<(Option<CommandLine>, Option<u32>), NodeError> {
        let database = match self.database(Freshness::Any).await {
            Ok(database) => database,
            Err(error @ DatabaseError::Login(_)) => {
                return Err(fault::of_read(self.host.name(), "logging in to the server", error));
            }
            Err(_) => return Ok((None, None)),
        };
        let (line, pid) = tokio::join!(command_line(&*database), server_pid(&*database));
        Ok((
            self.unless_refused("getCmdLineOpts", line)?,
            self.unless_refused("serverStatus", pid)?,
        ))
    }

    fn unless_refused<T>(
        &self,
        doing: &'static str,
        answer: Result<T, DatabaseError>,
    ) -> Result<Option<T>, NodeError> {
        match answer {
            Ok(told) => Ok(Some(told)),
            Err(
                error @ (DatabaseError::Command { code: UNAUTHORIZED, .. }
                | DatabaseError::Shape { .. }),
            ) => Err(fault::of_read(self.host.name(), doing, error)),
            Err(_) => Ok(None),
        }
    }
}

/// Every tie that does not hold.
fn loose(plan: &InstanceSettings, seen: &Seen<'_>) -> Vec<Tie> {
    let mut loose = Vec::new();
    if let Some(line) = seen.command_line {
        loose.extend(wrong_file(plan, line));
    }
    let argv = seen.command_line.map(|line| line.argv.as_slice()).or(seen.argv);
    if let Some(argv) = argv {
        loose.extend(overruling(argv));
    }
    if let Some(port) = seen.file_port.filter(|&port| port != plan.port) {
        loose.push(Tie::FilePort { port });
    }
    if let Some(answering) = seen.answering.filter(|&pid| pid != seen.main_pid) {
        loose.push(Tie::OtherProcess { answering, main_pid: seen.main_pid });
    }
    if seen.reload == Reload::Needed {
        loose.push(Tie::NotReloaded);
    }
    if let Some(reason) = seen.not_replaceable {
        loose.push(Tie::NotReplaceable { reason: reason.to_owned() });
    }
    if let Some(reason) = seen.helpless {
        loose.push(Tie::Helpless { reason: reason.to_owned() });
    }
    loose
}

fn wrong_file(plan: &InstanceSettings, line: &CommandLine) -> Option<Tie> {
    match &line.config_file {
        None => Some(Tie::NoFile),
        // Compared part by part, so that a doubled slash makes no difference.
        Some(path) if Path::new(path) == Path::new(&plan.config_file) => None,
        Some(path) => Some(Tie::OtherFile { path: path.clone() }),
    }
}

/// The arguments that win over the file, and a second file. Names only: a value may be a secret.
fn overruling(argv: &[String]) -> Vec<Tie> {
    let option = |word: &String| word.split('=').next().unwrap_or_default().to_owned();
    let words = || argv.iter().skip(1);
    let tls = words().map(option).filter(|name| is_tls(name));
    let mut loose: Vec<_> = tls.map(|option| Tie::TlsOption { option }).collect();
    let files = words().filter(|word| is_config(word)).count();
    if files > 1 {
        loose.push(Tie::SecondFile);
    }
    loose
}

fn is_tls(option: &str) -> bool {
    option.starts_with("--tls") || option.starts_with("--ssl")
}

/// `--config FILE`, `--config=FILE`, `-f FILE` and `-fFILE`.
fn is_config(word: &str) -> bool {
    word == "--config" || word.starts_with("--config=") || word.starts_with("-f")
}

#[cfg(test)]
#[path = "ties_tests.rs"]
mod tests;
