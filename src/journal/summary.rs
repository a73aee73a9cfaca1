//! A run as its journal has it: whose it was, what it left open, and whether it came to the end.

use std::io::{self, BufRead};

use super::{
    line::Line,
    line_error::{Damage, LineError},
    lines::{Lines, Next},
};
use crate::{
    error::Exit,
    event::{ActResult, Begin, Event, Intent, Outcome, Record},
    name::HostName,
};

/// What a journal says.
#[derive(Clone, Debug)]
pub struct RunSummary {
    /// Whose it is.
    pub begin: Begin,
    /// What may be done, not done or half done: acts without an outcome, and outcomes that were not
    /// known. In their order.
    pub open: Vec<OpenIntent>,
    /// Whether its last line is whole.
    pub tail: Tail,
    exit: Option<Exit>,
}

/// An act of which a run did not say what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenIntent {
    /// Its number in the run.
    pub number: u64,
    /// The run.
    pub run: String,
    /// When it was about to be begun, in UTC.
    pub time: String,
    /// The host; `None` for several at once.
    pub host: Option<HostName>,
    /// What was to be done.
    pub what: String,
    /// Why the outcome was not known; `None` where the run ended without a word.
    pub why: Option<String>,
}

/// How a journal ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    /// With a whole line.
    Whole,
    /// With a part of one, which was left out.
    Torn,
}

/// A journal that gives no summary.
#[derive(Debug)]
pub enum Unread {
    /// It could not be read.
    Io(io::Error),
    /// It is damaged.
    Damaged(Damage),
}

impl RunSummary {
    /// Reads a journal, where its first line is `wanted`. A journal without a whole first line is of
    /// a run that did nothing.
    pub fn read(
        input: impl BufRead,
        wanted: impl FnOnce(&Begin) -> bool,
    ) -> Result<Option<Self>, Unread> {
        let mut lines = Lines::new(input);
        let mut summary = match lines.read()? {
            Next::Line(line) => match first(*line)? {
                begin if wanted(&begin) => Self::new(begin),
                _ => return Ok(None),
            },
            Next::End | Next::Torn => return Ok(None),
            Next::Damaged(damage) => return Err(Unread::Damaged(damage)),
        };
        loop {
            match lines.read()? {
                Next::Line(line) => summary.take(*line)?,
                Next::End => return Ok(Some(summary)),
                Next::Torn => return Ok(Some(Self { tail: Tail::Torn, ..summary })),
                Next::Damaged(damage) => return Err(Unread::Damaged(damage)),
            }
        }
    }

    fn new(begin: Begin) -> Self {
        Self { begin, open: Vec::new(), tail: Tail::Whole, exit: None }
    }

    /// Whether the run found or made everything as the plan says: whatever was open before, is settled.
    #[must_use]
    pub fn converged(&self) -> bool {
        self.exit == Some(Exit::Converged)
    }

    /// How it ended; `None` where it was cut off.
    #[must_use]
    pub fn exit(&self) -> Option<u8> {
        self.exit.map(Exit::code)
    }

    fn take(&mut self, line: Line) -> Result<(), Damage> {
        let seq = line.link.seq;
        let Record { at, run, event, .. } = line.record;
        match event {
            Event::Intent(Intent { number, host, act, detail }) => self.open.push(OpenIntent {
                number,
                run: run.unwrap_or_default(),
                time: format!("{at:.3}"),
                host,
                what: format!("{act} {detail}").trim().to_owned(),
                why: None,
            }),
            Event::Outcome(outcome) => {
                self.close(outcome).map_err(|error| Damage { line: seq, error })?;
            }
            Event::RunEnded { exit, .. } => self.exit = Some(exit),
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, outcome: Outcome) -> Result<(), LineError> {
        let is_it = |open: &OpenIntent| open.number == outcome.of && open.why.is_none();
        let at = self.open.iter().position(is_it).ok_or(LineError::Stray)?;
        match outcome.result {
            ActResult::Done | ActResult::NotDone => drop(self.open.remove(at)),
            ActResult::Unknown => {
                let why = outcome.reason.unwrap_or_else(|| "it is not said why".to_owned());
                self.open.get_mut(at).ok_or(LineError::Stray)?.why = Some(why);
            }
        }
        Ok(())
    }
}

fn first(line: Line) -> Result<Begin, Damage> {
    match line.record.event {
        Event::RunStarted(begin) => Ok(begin),
        _ => Err(Damage { line: line.link.seq, error: LineError::Stray }),
    }
}

impl From<io::Error> for Unread {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Damage> for Unread {
    fn from(damage: Damage) -> Self {
        Self::Damaged(damage)
    }
}
