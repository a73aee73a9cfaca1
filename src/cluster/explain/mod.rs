//! What a server's words about TLS mean, and what to do about them.
//!
//! The words were measured on 4.2.6 (text) and 6.0.5 (JSON), where OpenSSL 1.1 and 3 say some things
//! differently; the ids are those of `src/client/util/net/ssl_manager*.cpp` since 4.4.

mod context_lines;
mod entry;
mod files;
mod line;
mod modes;
mod peers;

pub use entry::Entry;
pub use line::{explain, trouble};
