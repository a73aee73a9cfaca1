//! The census and the gate, on captured logs and on made-up ones.

mod census;
mod event;
mod gate;
mod samples;
