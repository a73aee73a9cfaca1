//! Readers of events: text for people and JSON lines for programs. The only place that prints.
//!
//! Standard output carries what a command produces: the facts of a run in their order, the preview
//! of `plan`, the table of `status`, JSON lines. Standard error carries talk: the live lines, the
//! questions, and the error with its causes and hints. So `tlsplan apply PLAN > run.log` keeps the
//! record and still shows why it failed. With `--format json` everything is on standard output, the
//! error too. With `--quiet` there is nothing on success and one line otherwise.

pub mod line;
pub mod messages;
pub mod panic;
pub mod prompt;
pub mod reporter;
pub mod settings;
pub mod table;
pub mod usage;

mod clean;
mod clients;
mod diff;
mod duration;
mod failure;
mod json;
mod layout;
mod live;
mod output;
mod palette;
mod preview;
mod problem;
mod quiet;
mod status;
mod stream;
mod text;
mod wrap;

pub use reporter::Reporter;
pub use settings::Settings;
