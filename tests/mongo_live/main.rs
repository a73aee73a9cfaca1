//! Both clients against real servers: `TLSPLAN_TEST_MONGOD` names the binary to test with.
//!
//! The tests are ignored where no binary is given, so that a run without one says so.

mod certificates;
mod driver;
mod server;
mod transport;
