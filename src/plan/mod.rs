//! What is wanted: the plan file, its problems, and the plan that is left when there are none.
//!
//! [`load`] is the way in. It reads the plan and the files that the plan names, and nothing else.

mod duration;
mod entry;
mod fault;
mod file;
mod load;
mod mask;
pub mod model;
mod nearby;
pub mod problem;
pub mod problems;
mod reader;
mod resolve;
mod rule;
pub mod selector;
mod sheet;
mod syntax;
pub mod template;
#[cfg(test)]
mod tests;
pub mod window;
mod words;

pub use load::load;
pub use model::Plan;
pub use problems::Problems;
