//! tlsplan.
fn main() {}
