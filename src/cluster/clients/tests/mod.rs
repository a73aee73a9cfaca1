//! The census and the gate, on captured logs and on made-up ones.

mod connection_tracker;
mod gate;
mod log_event;
mod samples;
