//! What happens next, and doing it: pure decisions on fresh observations, and the loop around them.

pub mod decide;
pub mod forecast;
pub mod goal;
