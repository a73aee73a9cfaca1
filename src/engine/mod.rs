//! What happens next, and doing it: pure decisions on fresh observations, and the loop around them.

pub mod act;
pub mod armed;
pub mod cancel;
pub mod context;
pub mod decide;
pub mod descend;
mod exits;
pub mod failure;
pub mod first;
pub mod forecast;
mod gaps;
pub mod goal;
mod hints;
pub mod inventory;
pub mod journal;
pub mod orders;
mod plaintext;
pub mod preflight;
pub mod run;
pub mod settle;
mod stand;
pub mod survey;
