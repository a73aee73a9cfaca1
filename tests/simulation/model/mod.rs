//! Replica sets and their hosts in memory: what they do by themselves, and what they do when asked.
//!
//! Written from the facts about servers in `docs/design.md` and from the scripts under
//! `src/host/scripts/` and `src/instance/scripts/`, never from `decide`: a model that took its rules
//! from the engine would agree with it. Everything that happens is an event at a moment of the paused clock, and after
//! each one the promises are checked.

mod audience;
mod dice;
mod election;
mod faults;
mod files;
mod happens;
mod heartbeat;
mod host;
mod lease;
mod links;
mod oplog;
mod power;
mod promises;
mod replication;
mod server;
mod session;
mod set;
mod side_by_side;
mod slot;
mod switch;
mod systemd;
mod unit;
mod view;
mod way_back;
mod world;
mod writer;

pub(crate) use audience::Guest;
pub(crate) use dice::Dice;
pub(crate) use faults::{Canary, Certificate, Disk, Faults, HostFault, Line, Sudo};
pub(crate) use files::{OneLine, mode as file_mode, text as file_text};
pub(crate) use host::{Host, Power};
pub(crate) use promises::By;
pub(crate) use session::{Conn, Controller, Lost, SessionId};
pub(crate) use slot::Shape;
pub(crate) use switch::{NotArmed, trouble};
pub(crate) use unit::Policy;
pub(crate) use view::{index, name};
pub(crate) use world::{Shared, World};
