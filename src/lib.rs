//! tlsplan moves a running MongoDB cluster from plaintext to TLS only, over SSH, without an outage.
//!
//! The folders are the pipeline: a [`plan`] file says what is wanted, [`cluster`] knows MongoDB's
//! rules, [`engine`] decides and runs, [`host`] and [`mongo`] are its hands, [`ssh`] carries them,
//! and [`report`] tells what happened. `docs/design.md` is the map.

pub mod action;
pub mod cli;
pub mod cluster;
pub mod command;
pub mod controller;
pub mod crash;
pub mod engine;
pub mod error;
pub mod event;
pub mod host;
pub mod journal;
pub mod member;
pub mod mongo;
pub mod name;
pub mod plan;
pub mod report;
pub mod secret;
pub mod source;
pub mod ssh;
