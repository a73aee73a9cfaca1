//! A database process on a machine. The traits are the seam; [`live`] is what ships.

pub mod canary;
pub mod canary_error;
mod canary_text;
pub mod connection_log;
pub mod health_probe;
#[expect(clippy::module_inception, reason = "the trait is the folder's namesake")]
mod instance;
pub mod live;
pub mod look;
mod member;
pub mod peer_tls_check;
pub mod script;
mod server;
pub mod server_log;
mod service;

pub use instance::Instance;
pub use member::Member;
pub use server::Server;
pub use service::Service;
