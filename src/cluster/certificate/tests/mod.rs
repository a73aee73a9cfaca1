//! Certificates that are made up for a test, and what the rules say of them.

mod chain;
mod leaf;
mod member_lookalike;
mod peer_trust;
mod rules;
mod samples;
