//! A member of the model behind the trait that the engine knows.
//!
//! Each call travels: it leaves, arrives, is carried out, and its answer comes back. It can be lost
//! on each leg, and the controller can die on each; what has left arrives all the same, as often as not.

mod act;
mod attempt;
mod errors;
mod legs;
mod machine;
mod perform;
mod simulated;
mod travel;

pub(crate) use act::Act;
pub(crate) use simulated::SimulatedNode;
