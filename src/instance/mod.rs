//! A database process on a machine. The traits are the seam; [`live`] is what ships.

#[expect(clippy::module_inception, reason = "the trait is the folder's namesake")]
mod instance;
pub mod live;
pub mod look;
mod member;
mod server;
mod service;

pub use instance::Instance;
pub use member::Member;
pub use server::Server;
pub use service::Service;
