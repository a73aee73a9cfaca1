//! What is wanted: the plan file, its problems, and the plan that is left when there are none. Pure.

pub mod model;
pub mod template;

pub use model::Plan;
