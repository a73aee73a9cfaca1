//! The rehearsal of preferTLS: what came of dialling every member by TLS from every other one. Pure.
//!
//! From preferTLS on the members speak TLS with each other, and a certificate that only its peers
//! refuse shows then and not before. At allowTLS every member takes TLS already, so each host can
//! try it for its server, with the server's own files, while nothing depends on it.

mod attempt;
mod gap;
mod judge;
mod obstacle;

pub use attempt::{Attempt, Ending};
pub use gap::{Gap, Gaps};
pub use judge::judge;
pub use obstacle::Obstacle;
