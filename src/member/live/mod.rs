//! The node that ships: root's scripts on the host, and two clients to its database.

pub mod certificate;
mod clients;
mod fault;
mod known;
mod node;
mod start;
mod unit;

pub use node::LiveNode;
pub use start::{Access, start};
