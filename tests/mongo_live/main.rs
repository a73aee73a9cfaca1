//! Both clients against real servers: `TLSPLAN_TEST_MONGOD` names the binary to test with.
//!
//! The tests are ignored where no binary is given, so that a run without one says so.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a server that cannot be started is a failed test, and measurements are printed"
)]

mod certificates;
mod cluster_peers;
mod connector;
mod driver;
mod either;
mod mongosh;
mod moves;
mod server;
mod transport;
mod wait;
