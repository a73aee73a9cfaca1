//! A member in our hands: its host and its database as one thing that the engine can look at and
//! act on. The trait is the seam; the live node is the one that ships.

pub mod live;
mod look;
pub mod node;
