//! Templates of `mongod.conf`: compiled and checked before any connection, rendered per host.
//!
//! Handlebars is made strict here: nothing is escaped, nothing missing or null renders as nothing,
//! and what its strict mode overlooks (`{{#if misspelt}}`) is found by a walk over the template.
//! What comes out is read again and checked against the step.

mod capped;
mod check;
mod compiled;
mod error;
mod helpers;
mod place;
mod rendered;
mod scope;
mod structure;
#[cfg(test)]
mod tests;
mod variables;

pub(crate) use check::{NamedTemplate, check};
pub use compiled::Template;
pub use error::TemplateError;
pub use rendered::{RenderedError, validate_rendered};
pub use scope::Scope;
