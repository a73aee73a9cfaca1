//! Certificates that are made up for a test, and what the rules say of them.

mod across;
mod chain;
mod impostor;
mod leaf;
mod rules;
mod samples;
