//! Templates of `mongod.conf`: compiled and checked before any connection, rendered per host.
//!
//! Handlebars is made strict here: nothing is escaped, nothing missing or null renders as nothing,
//! and what its strict mode overlooks (`{{#if misspelt}}`) is found by a walk over the template.
//! What comes out is read again and must mean what was meant.

mod capped;
mod check;
mod compiled;
mod helpers;
mod meant;
mod place;
mod problem;
mod scope;
mod structure;
#[cfg(test)]
mod tests;
mod variables;

pub(crate) use check::check;
pub use compiled::Template;
pub use meant::{RenderedError, meant};
pub use problem::TemplateProblem;
pub use scope::Scope;
