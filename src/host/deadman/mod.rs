//! The dead-man's switch: a host that puts its old file back by itself if nobody confirms the new one.
//!
//! Armed before a member's file changes, by a timer of systemd and a guard for the next boot; confirmed
//! over a connection of its own once the member is proved. One rename on the host decides between the
//! two, and what the host decided is what is reported.

mod arm;
mod error;
mod settle;
mod switch;

pub use arm::{Arming, Hearing, Voice};
pub use error::ArmError;
pub use settle::Wish;
pub use switch::{Ended, Phase, SwitchEnd, SwitchId, SwitchNow};
