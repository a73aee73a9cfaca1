//! The node that ships: root's scripts on the host, and two clients to its database.

mod fault;
mod known;
mod node;
mod start;

pub use node::LiveNode;
pub use start::{Access, start};
