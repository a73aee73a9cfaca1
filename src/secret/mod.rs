//! Secrets: the type that hides them, and the places they are loaded from.

mod command;
mod error;
mod file;
mod load;
mod reference;
#[expect(clippy::module_inception, reason = "the type is the room's namesake")]
mod secret;

pub use error::SecretError;
pub use load::load;
pub use reference::SecretRef;
pub use secret::Secret;
