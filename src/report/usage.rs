//! Help texts, versions and wrong command lines: what clap wants to say.

use crate::error::Exit;

/// Prints it where it belongs and says how the program ends: 64 for a wrong command line.
#[must_use]
pub fn print(usage: &clap::Error) -> Exit {
    // There is nobody left to tell if this cannot be printed.
    let _ = usage.print();
    if usage.use_stderr() { Exit::Usage } else { Exit::Converged }
}
