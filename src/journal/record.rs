//! A run as its journal has it: whose it was, what it left open, and whether it came to the end.

use std::io::{self, BufRead};

use serde::de::DeserializeOwned;

use super::{
    data::{Begin, CameData, End, IntentData, Mark, OutcomeData},
    flaw::{Damage, Flaw},
    line::{Kind, Line},
    lines::{Lines, Next},
};
use crate::{error::Exit, name::HostName};

/// What a journal says.
#[derive(Clone, Debug)]
pub struct Record {
    /// Whose it is.
    pub begin: Begin,
    /// What may be done, not done or half done: acts without an outcome, and outcomes that were not
    /// known. In their order.
    pub left: Vec<Left>,
    /// Whether its last line is whole.
    pub tail: Tail,
    end: Option<End>,
}

/// An act of which a run did not say what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Its number in the journal.
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

/// A journal that gives no record.
#[derive(Debug)]
pub enum Unread {
    /// It could not be read.
    Io(io::Error),
    /// It is damaged.
    Damaged(Damage),
}

impl Record {
    /// Reads a journal, where its first line is `wanted`. A journal without a whole first line is of
    /// a run that did nothing.
    pub fn read(
        input: impl BufRead,
        wanted: impl FnOnce(&Begin) -> bool,
    ) -> Result<Option<Self>, Unread> {
        let mut lines = Lines::new(input);
        let mut record = match lines.read()? {
            Next::Line(line) => match first(&line)? {
                begin if wanted(&begin) => Self::new(begin),
                _ => return Ok(None),
            },
            Next::End | Next::Torn => return Ok(None),
            Next::Damaged(damage) => return Err(Unread::Damaged(damage)),
        };
        loop {
            match lines.read()? {
                Next::Line(line) => record.take(&line)?,
                Next::End => return Ok(Some(record)),
                Next::Torn => return Ok(Some(Self { tail: Tail::Torn, ..record })),
                Next::Damaged(damage) => return Err(Unread::Damaged(damage)),
            }
        }
    }

    fn new(begin: Begin) -> Self {
        Self { begin, left: Vec::new(), tail: Tail::Whole, end: None }
    }

    /// Whether the run found or made everything as the plan says: whatever was open before, is settled.
    #[must_use]
    pub fn converged(&self) -> bool {
        self.end.is_some_and(|end| end.exit == Exit::Converged.code())
    }

    /// How it ended; `None` where it was cut off.
    #[must_use]
    pub fn exit(&self) -> Option<u8> {
        self.end.map(|end| end.exit)
    }

    fn take(&mut self, line: &Line) -> Result<(), Damage> {
        match line.ev {
            Kind::Intent => self.left.push(opened(line)?),
            Kind::Outcome => {
                self.settle(data(line)?).map_err(|flaw| Damage { line: line.seq, flaw })?;
            }
            Kind::Note if line.data.get("end").is_some() => match data(line)? {
                Mark::End(end) => self.end = Some(end),
                Mark::Begin(_) => {}
            },
            Kind::Observe | Kind::Skip | Kind::Confirm | Kind::Note => {}
        }
        Ok(())
    }

    fn settle(&mut self, outcome: OutcomeData) -> Result<(), Flaw> {
        let is_it = |left: &Left| left.number == outcome.of && left.why.is_none();
        let at = self.left.iter().position(is_it).ok_or(Flaw::Stray)?;
        match outcome.came {
            CameData::Done | CameData::NotDone => drop(self.left.remove(at)),
            CameData::Unknown => {
                let why = outcome.why.unwrap_or_else(|| "it is not said why".to_owned());
                self.left.get_mut(at).ok_or(Flaw::Stray)?.why = Some(why);
            }
        }
        Ok(())
    }
}

fn first(line: &Line) -> Result<Begin, Damage> {
    match data(line)? {
        Mark::Begin(begin) if line.ev == Kind::Note => Ok(begin),
        _ => Err(Damage { line: line.seq, flaw: Flaw::Stray }),
    }
}

fn opened(line: &Line) -> Result<Left, Damage> {
    let IntentData { act, detail } = data(line)?;
    Ok(Left {
        number: line.seq,
        run: line.run.clone(),
        time: line.t.clone(),
        host: line.host.clone(),
        what: format!("{act} {detail}").trim().to_owned(),
        why: None,
    })
}

fn data<T: DeserializeOwned>(line: &Line) -> Result<T, Damage> {
    T::deserialize(&line.data)
        .map_err(|source| Damage { line: line.seq, flaw: Flaw::Data { kind: line.ev, source } })
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
