//! What people do before they run it again.

use crate::model::{By, Disk, Faults, Line, Sudo, World};

/// Somebody repairs everything: the lines, the disks, the servers.
pub(crate) fn repair(world: &mut World) {
    world.note(|| "everything is repaired".to_owned());
    world.stir();
    for host in 0..world.hosts.len() {
        let it = &mut world.hosts[host];
        let policy = it.unit.policy;
        (it.line, it.disk, it.sudo) = (Line::Up, Disk::Well, Sudo::Works);
        it.faults = Faults::default();
        it.unit.policy = policy;
        if let Some(server) = it.server.as_mut() {
            server.frozen = false;
        }
    }
    world.check();
}

/// A person starts what is down.
pub(crate) fn start_what_is_down(world: &mut World) {
    for host in 0..world.hosts.len() {
        if world.hosts[host].server.is_none() && world.hosts[host].unit.is_down() {
            world.reset_failed(host);
            world.restart(host, By::Person);
        }
    }
}
