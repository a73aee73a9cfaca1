//! How a fault is brought about in the model.

use std::time::Duration;

use tlsplan::{
    cluster::mode::TlsMode,
    host::deadman::SwitchId,
    instance::look::{Arm, FileNow},
};

use crate::{
    fault::Fault,
    fault_plan::FaultPlan,
    model::{By, Canary, Certificate, Disk, HostFault, Line, SessionId, Shared, Sudo, World},
};

impl Fault {
    /// Brings it about; whether the controller is dead now.
    pub(crate) fn inject(
        self,
        shared: &Shared,
        session: SessionId,
        host: usize,
        fault_plan: &FaultPlan,
    ) -> bool {
        {
            let mut world = shared.lock();
            world.note(|| format!("{self:?} is injected at db{}", host + 1));
            world.stir();
            self.on_the_line(&mut world, session, host);
            self.on_the_host(&mut world, host);
            self.at_the_server(&mut world, host);
            world.check();
        }
        match self {
            Self::ControllerDies | Self::ControllerVanishes => fault_plan.death.notify_one(),
            Self::ControllerFrozen => fault_plan.frost.notify_one(),
            Self::Signal => fault_plan.cancel.ask(),
            Self::JournalFull => fault_plan.fill_journal(),
            Self::WindowCloses => fault_plan.close_window(),
            _ => {}
        }
        matches!(self, Self::ControllerDies | Self::ControllerVanishes)
    }

    /// What hits the controller and its lines.
    fn on_the_line(self, world: &mut World, session: SessionId, host: usize) {
        let other = world.next(host);
        let it = &mut world.hosts[host];
        match self {
            Self::Cut => cut(world, session, host, Line::Cut),
            Self::CutToAnother => cut(world, session, other, Line::Cut),
            Self::Hole => it.line = Line::Hole,
            Self::HalfOpen => it.line = Line::HalfOpen,
            Self::Reset => world.disconnect(session, host),
            Self::Garbled => it.line = Line::Garbled,
            Self::OtherKey => cut(world, session, host, Line::OtherKey),
            Self::SecondController => second(world),
            Self::HostTaken => taken(world, session, other),
            _ => {}
        }
    }

    fn on_the_host(self, world: &mut World, host: usize) {
        let it = &mut world.hosts[host];
        match self {
            Self::PowerCut => world.power_cut(host),
            Self::SudoRemoved => it.sudo = Sudo::Removed,
            Self::DiskFull => it.disk = Disk::Full,
            Self::ReadOnly => it.disk = Disk::ReadOnly,
            Self::Immutable => it.disk = Disk::Immutable,
            Self::ArmedElsewhere => {
                let (file, minute) = (it.file.clone(), Duration::from_secs(60));
                let old = FileNow::new(file.clone());
                let (id, in_place) = (SwitchId::new("earlier", 1), old.digest);
                let arm = Arm { id, in_place, old, new: file, within: minute, start: minute };
                let _ = world.arm(host, &arm);
            }
            Self::PersonEdits => {
                let line = format!("# by hand at {:.3}\n", world.now.as_secs_f64());
                let it = &mut world.hosts[host];
                it.by_hand.push_str(&line);
                it.file.push_str(&line);
            }
            Self::PersonRestarts => {
                world.restart(host, By::Person);
            }
            Self::CannotArm => it.faults.add(HostFault::CannotArm),
            _ => {}
        }
    }

    fn at_the_server(self, world: &mut World, host: usize) {
        let other = world.next(host);
        let it = &mut world.hosts[host];
        match self {
            Self::DataFull => {
                it.faults.add(HostFault::DiesAlways);
                it.faults.canary = Canary::Blind;
                world.not_up_yet(host);
            }
            Self::NoWayBack => {
                it.faults.add(HostFault::DiesAlways);
                it.faults.canary = Canary::Blind;
                it.faults.certificate = Certificate::WrongCa;
                world.not_up_yet(host);
            }
            Self::NewFileRefused => {
                it.faults.dies_from = Some(TlsMode::Allow);
                it.faults.canary = Canary::Blind;
                world.not_up_yet(host);
            }
            Self::Expired => {
                it.faults.dies_from = Some(TlsMode::Allow);
                world.not_up_yet(host);
            }
            Self::CanaryRefuses => it.faults.canary = Canary::Refuses,
            Self::DiesLater => dies_soon(world, host),
            Self::WrongName => it.faults.certificate = Certificate::WrongName,
            Self::WrongCa => it.faults.certificate = Certificate::WrongCa,
            Self::AnotherDies => world.kill(other),
            Self::MemberFrozen => {
                if let Some(server) = it.server.as_mut() {
                    server.frozen = true;
                }
            }
            Self::AnotherLags => world.hosts[other].faults.add(HostFault::Lags),
            Self::NoElection => {
                stand_back(world, host);
            }
            Self::NoPrimary => {
                stand_back(world, host);
                if let Some(primary) = world.primary(world.hosts[host].set) {
                    world.resign(primary);
                }
            }
            _ => {}
        }
    }
}

/// No member of its set stands for election.
fn stand_back(world: &mut World, host: usize) {
    for member in world.beside(host) {
        world.hosts[member].faults.add(HostFault::StandsBack);
    }
}

fn cut(world: &mut World, session: SessionId, host: usize, line: Line) {
    world.hosts[host].line = line;
    world.disconnect(session, host);
}

fn dies_soon(world: &mut World, host: usize) {
    let later = world.dice.millis(100, 20_000);
    world.hosts[host].faults.dies_later = Some(Duration::from_secs(20));
    world.later(later, move |world| {
        if world.hosts[host].faults.dies_later.is_some() {
            world.kill(host);
        }
    });
}

/// promise: D1. It finds every host taken.
fn second(world: &mut World) {
    let intruder = world.open_session("intruder".to_owned());
    if world.hosts[0].lease.is_none() {
        // It was first.
        for host in 0..world.hosts.len() {
            let _ = world.take(intruder, host);
        }
        return world.later(Duration::from_secs(60), move |world| world.close_session(intruder));
    }
    let got = (0..world.hosts.len()).filter(|&host| world.take(intruder, host).is_ok()).count();
    if got == world.hosts.len() {
        world.broken("D1", "a second run got every host".to_owned());
    }
    world.close_session(intruder);
}

/// The lease of a host has gone to another run.
fn taken(world: &mut World, session: SessionId, host: usize) {
    let intruder = world.open_session("intruder".to_owned());
    world.disconnect(session, host);
    let _ = world.take(intruder, host);
    world.later(Duration::from_secs(60), move |world| world.close_session(intruder));
}
