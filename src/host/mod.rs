//! What a host can do for us, over any transport: run constant scripts, files, units, sudo.
//!
//! [`call`] says what is asked, [`remote`] asks it, and the rest of the folder is one file per
//! question: [`facts`], [`replace`] and so on, each with its script under `scripts/`.

pub mod call;
pub mod call_error;
pub mod capture;
mod classify;
pub mod config_file;
pub mod deadman;
pub mod digest;
mod exchange;
pub mod facts;
pub mod fields;
pub mod first;
mod frame;
pub mod interactive;
pub mod keys;
pub mod lease;
pub mod live_machine;
pub mod log;
pub mod machine;
pub mod privilege;
pub mod quote;
pub mod remote;
pub mod replace;
pub mod replace_error;
pub mod restart;
pub mod script;
mod stdin_writer;
pub mod sudo;
pub mod survey;
pub mod transport;
pub mod unit;

pub use remote::Host;
