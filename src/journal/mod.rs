//! The journal of a run: what was about to be done, what came of it, and everything that was told.
//!
//! One file per run, `<state>/runs/<run>/journal.jsonl`, written by appending whole lines only. An
//! intent is on disk before its act is begun. A line carries its own checksum and that of the line
//! before it, so a reader takes a beginning of what was written or says where it is broken, and never
//! takes something for done that was not. The hosts are the truth: a journal that is lost is history
//! that is lost, and nothing else.

mod clock;
mod cut;
mod data;
mod error;
mod flaw;
mod history;
mod line;
mod lines;
mod noted;
mod paper;
mod pen;
mod record;
mod run_journal;
mod runs;
mod state_dir;
mod sum;

pub use data::Begin;
pub use error::JournalError;
pub use flaw::{Damage, Flaw};
pub use history::{History, past};
pub use line::{Kind, LONGEST, Line};
pub use lines::{Lines, Next};
pub use noted::Noted;
pub use paper::Paper;
pub use record::{Left, Record};
pub use run_journal::RunJournal;
pub use runs::{KEPT, Runs};
pub use state_dir::{Environment, StateDir};
