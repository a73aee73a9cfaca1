//! What can happen at a moment that is known beforehand.

use tlsplan::host::deadman::SwitchId;

use super::{session::SessionId, way_back::Step, world::World};

/// Something that is done to the world at its moment.
pub(crate) type Scheduled = Box<dyn FnOnce(&mut World) + Send>;

pub(crate) enum Happens {
    /// Writes, replication, elections and leases go on.
    Pulse,
    /// One member asks another how it is; `again` two seconds later.
    Heartbeat { by: usize, to: usize, life: u32, again: bool },
    /// The old process is gone.
    Stopped { host: usize, job: u32 },
    /// systemd starts the unit.
    Starts { host: usize, job: u32 },
    /// The process listens.
    Listens { host: usize, life: u32 },
    /// The process ends by itself.
    Dies { host: usize, life: u32 },
    /// The old primary has chosen this one to stand at once.
    Stands { host: usize, life: u32 },
    /// The host has power again.
    Boots { host: usize, boot: u32 },
    /// The timer of a switch.
    SwitchDue { host: usize, id: SwitchId, boot: u32 },
    /// The way back goes on.
    WayBack { host: usize, boot: u32, step: Step },
    /// A controller gives signs of life.
    Beat { session: SessionId },
    /// Anything else.
    Scheduled(Scheduled),
}
