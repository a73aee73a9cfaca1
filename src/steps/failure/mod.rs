//! Why a run stopped, as a person needs it: what was done, what was seen last, what is safe now.

mod exits;
#[expect(clippy::module_inception, reason = "the type is the folder's namesake")]
mod failure;
mod gaps;
mod hints;
mod plaintext;
mod stand;

pub(crate) use failure::rough;
pub use failure::{Failure, list};
pub use gaps::Rehearsed;
pub use plaintext::Held;
pub use stand::{Begun, Closing, LastSeen, WayBack};
