//! The plan file, tested through its front door.

mod clients;
mod hostile;
mod hosts_and_steps;
mod loading;
mod resolved;
mod sections;
mod unbuilt;
mod way_back;
