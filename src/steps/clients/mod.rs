//! The `clients` step: nobody goes on before the clients have gone over to TLS.

mod gate;

pub use gate::{Gate, Passed, hold};
