//! The node that ships: root's scripts on the host, and two clients to its database.

pub mod certificate;
mod clients;
mod evidence;
mod fault;
mod identity;
mod inner;
mod known;
mod lease;
mod live_instance;
mod member;
mod names;
mod original_file;
mod server;
mod service;

mod servers;
mod start;
mod switch;
mod ties;
mod unit;
mod untied;

pub use live_instance::LiveInstance;
pub use start::start;
