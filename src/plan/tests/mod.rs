//! The plan file, tested through its front door.

mod clients;
mod databases;
mod hostile;
mod hosts_and_steps;
mod loading;
mod machines;
mod resolved;
mod run_and_ssh;
mod sections;
mod templates;
mod unsupported;
mod waits;
mod way_back;
