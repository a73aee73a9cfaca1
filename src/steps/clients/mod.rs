//! The `clients` step: nobody goes on before the clients have gone over to TLS.

mod gate;
mod gate_error;
mod kind;

pub use gate::{Gate, Passed, hold};
pub use gate_error::GateBlocked;
