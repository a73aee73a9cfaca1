//! The journal of a run: the records of its stream, intents and outcomes among them.
//!
//! One file per run, `<state>/runs/<run>/journal.jsonl`, written by appending whole lines only. An
//! intent is on disk before its act is begun. A line carries its own checksum and that of the line
//! before it, so a reader takes a beginning of what was written or says where it is broken, and never
//! takes something for done that was not. The hosts are the truth: a journal that is lost is history
//! that is lost, and nothing else.

mod begin;
mod checksum;
mod clock;
mod error;
mod history;
mod line;
mod line_error;
mod lines;
mod run_journal;
mod runs;
mod state_dir;
mod storage;
mod summary;
mod truncate;
mod version1;
mod writer;

pub use error::JournalError;
pub use history::{History, past};
pub use line::{Kind, LONGEST, Line, Link};
pub use line_error::{Damage, LineError};
pub use lines::{Lines, Next};
pub use run_journal::RunJournal;
pub use runs::{KEPT, Runs};
pub use state_dir::{Environment, StateDir};
pub use storage::Storage;
pub use summary::{OpenIntent, RunSummary};
