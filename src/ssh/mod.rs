//! The way to a host: SSH, with the identity of both sides checked before anything is said.
//!
//! This is the only room that names russh. A [`Target`] and its [`Credentials`] become a
//! [`Session`], one authenticated connection; a [`Link`] holds one and makes a new one when it is
//! lost, but never repeats a command. Both are a [`crate::host::transport::Transport`].

mod abortable_stream;
mod agent;
mod algorithms;
mod auth;
mod connect;
mod credentials;
mod error;
mod forwarded_stream;
mod handler;
mod handshake;
mod hop;
mod jump;
mod key_file;
pub mod known_hosts;
mod limits;
mod link;
mod process;
mod refusal;
mod route;
mod session;
mod signer;
mod socket;
mod ssh_config;
mod target;
mod tokens;
mod verdict;

pub use connect::connect;
pub use credentials::{Credentials, Prompt};
pub use error::{ConnectError, Peer, Phase};
pub use key_file::KeyFileError;
pub use limits::Limits;
pub use link::Link;
pub use refusal::Refusal;
pub use session::Session;
pub use ssh_config::{SshConfig, SshConfigError};
pub use target::Target;
