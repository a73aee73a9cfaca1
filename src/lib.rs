//! tlsplan moves a running MongoDB cluster from plaintext to TLS only, over SSH, without an outage.
//!
//! The folders are the pipeline: a [`plan`] file says what is wanted, [`cluster`] knows MongoDB's
//! rules, [`engine`] decides and runs, [`host`] and [`client`] are its hands, [`ssh`] carries them,
//! and [`report`] tells what happened. `docs/design.md` is the map.

pub mod cli;
pub mod client;
pub mod cluster;
pub mod command;
pub mod engine;
pub mod error;
pub mod event;
pub mod failpoint;
pub mod glob;
pub mod host;
pub mod instance;
pub mod journal;
pub mod local_machine;
pub mod name;
pub mod plan;
pub mod report;
pub mod sanitise;
pub mod secret;
pub mod source;
pub mod ssh;
pub mod steps;
pub mod text;
