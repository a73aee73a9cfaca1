//! The node that ships: root's scripts on the host, and two clients to its database.

pub mod certificate;
mod clients;
mod evidence;
mod fault;
mod first;
mod identity;
mod inner;
mod known;
mod lease;
mod names;
mod node;

mod servers;
mod start;
mod switch;
mod ties;
mod unit;
mod untied;

pub use node::LiveNode;
pub use start::{Access, start};
