//! The truth: the program on real hosts with sshd, sudo, systemd and mongod, under a load that
//! counts what is lost.
//!
//! Every test says what the lab shall be like, puts it back to the pristine plaintext set, and watches with
//! the oracles while the program works; the oracles share no code with it. Modules are named so that tests
//! on the same kind of lab follow each other.
//!
//! A test's place is its ring. `make lab-test`, a part of `make test`, runs those that stand directly in a file
//! of this folder. Those in its `mod thorough` are for `make lab-thorough`, those in its `mod sweep`, which
//! go through many cells of faults and phases, for `make lab-sweep`. `tests/docs.rs` holds that there is no
//! other place.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a lab that does not do as it is told is a failed test, and figures are printed"
)]

mod both_ways;
mod cell;
mod clock;
mod files;
mod fingerprint;
mod history;
mod hook;
mod lab;
mod monitor;
mod proof;
mod run;
mod shell_writer;
mod site;
mod stages;
mod stop;
mod timeline;
mod traces;
mod wait;
mod watch;
mod wire;
mod writer;

mod auth;
mod black_hole;
mod clients;
mod controllers;
mod crash;
mod cron;
mod deadman;
mod disk;
mod human;
mod lease;
mod oracles;
mod points;
mod preflight;
mod put_back;
mod refusals;
mod rehearsal;
mod rollback;
mod scenarios;
mod signals;
mod sudo;
mod upgrade;
mod versions;
mod windows;
