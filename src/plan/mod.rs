//! What is wanted: the plan file, its problems, and the plan that is left when there are none.
//!
//! [`load`] is the way in. It reads the plan and the files that the plan names, and nothing else.

pub mod diagnostic;
mod diagnostics;
mod duration;
mod entry;
mod file;
pub mod invalid_plan;
mod load;
mod mask;
mod message;
pub mod model;
mod reader;
mod resolve;
mod rule;
pub mod selector;
mod similar_file;
mod syntax;
pub mod template;
#[cfg(test)]
mod tests;
mod violation;
pub mod window;

pub use invalid_plan::InvalidPlan;
pub use load::load;
pub use model::Plan;
