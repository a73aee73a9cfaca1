//! Before the first step: what the plan's files would meet on every host, all of it told at once.
//!
//! A server starts happily with a certificate that its peers refuse, and a run that finds that out
//! half-way has a cluster in two halves. So what the wanted files name is read on all hosts side by
//! side and judged by the rules of [`crate::cluster::check`], before anything is touched.

mod checked;
mod configs;
mod examine;
mod identities;
mod texts;

pub use checked::Checked;
pub use examine::Preflight;
