//! `tlsplan explain LINE|ID`: a server's words about TLS in plain ones.

use std::io::{self, BufRead};

use super::Outcome;
use crate::{
    cli::ExplainArgs,
    cluster::explain::{Entry, explain},
    error::{Designed, Exit},
    event::{Event, Explained, Sink},
    report::Reporter,
};

/// The longest part of standard input that is looked at, in lines.
const MOST_LINES: usize = 100_000;

/// Explains what stands on the command line, or every line of standard input for `-`.
#[expect(clippy::unused_async, reason = "commands are called alike")]
pub async fn run(args: &ExplainArgs, report: &Reporter) -> Outcome {
    let lines = match args.line.as_slice() {
        [only] if only == "-" => read()?,
        words => vec![words.join(" ")],
    };
    let mut told: Vec<&Entry> = Vec::new();
    for entry in lines.iter().flat_map(|line| explain(line)) {
        if !told.contains(&entry) {
            told.push(entry);
        }
    }
    if told.is_empty() {
        return Err(Box::new(NothingKnown));
    }
    for entry in told {
        report.emit(Event::Explained(explained(entry)));
    }
    Ok(Exit::Converged)
}

fn read() -> Result<Vec<String>, Box<dyn Designed>> {
    let lines = io::stdin().lock().split(b'\n').take(MOST_LINES);
    let lines = lines.map(|line| line.map(|line| String::from_utf8_lossy(&line).into_owned()));
    lines.collect::<Result<_, _>>().map_err(|source| Box::new(NotRead { source }) as _)
}

fn explained(entry: &Entry) -> Explained {
    let Entry { ids, says, means, fix, .. } = *entry;
    let (says, means, fix) = (says.to_owned(), means.to_owned(), fix.to_owned());
    Explained { says, ids: ids.to_vec(), means, fix }
}

/// The words are not in the table.
#[derive(Debug, thiserror::Error)]
#[error("nothing is known of this line")]
struct NothingKnown;

impl Designed for NothingKnown {
    fn exit(&self) -> Exit {
        Exit::Usage
    }

    fn hints(&self) -> Vec<String> {
        vec![
            "it explains what mongod and mongos say about TLS: a whole line of the log, or its id"
                .to_owned(),
            "to look through a log: grep -iE 'ssl|tls|pem' mongod.log | tlsplan explain -"
                .to_owned(),
        ]
    }
}

/// Standard input broke.
#[derive(Debug, thiserror::Error)]
#[error("standard input cannot be read")]
struct NotRead {
    #[source]
    source: io::Error,
}

impl Designed for NotRead {
    fn exit(&self) -> Exit {
        Exit::Usage
    }
}
