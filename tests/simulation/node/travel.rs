//! The way of a call to its host and back, and everything that can become of it.

use std::time::Duration;

use tlsplan::host::deadman::SettleAction;
use tokio::time::sleep;

use super::{
    act::{Act, Answer, Door},
    errors::Wrong,
    perform::perform,
    simulated::SimulatedNode,
};
use crate::{
    fault_plan::{Leg, Mishap},
    model::{Conn, Line, Lost, SessionId, Shared, Sudo},
};

/// A dead peer is noticed after this.
const DEAD_PEER: Duration = Duration::from_secs(20);
/// A connection that cannot be made takes so long.
const CONNECT: Duration = Duration::from_secs(5);
/// A server that does not answer is waited for so long.
const SERVER: Duration = Duration::from_secs(10);
/// How long a script waits at the gate.
const GATE: Duration = Duration::from_secs(5);
const KEEPER: Duration = Duration::from_millis(500);

/// What becomes of a call where it arrives.
enum Arrival {
    Answer(Result<Answer, Wrong>),
    /// Nothing comes back; so long until that is noticed.
    Silence(Duration, Wrong),
    /// The server is there and says nothing.
    Mute,
    Gate,
}

/// What has left arrives although its sender is gone, as often as not.
struct InFlight<'a> {
    node: &'a SimulatedNode,
    act: &'a Act,
    arrives_in: Duration,
    landed: bool,
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        if self.landed {
            return;
        }
        let (host, session, act) = (self.node.index, self.node.session, self.act.clone());
        let mut world = self.node.world.lock();
        let gone = world.sessions[session.0].ties[host].conn == Conn::Gone;
        if !world.dice.chance(500) || gone || !world.hears(host).0 || !act.needs_lease() {
            return;
        }
        if act.door() == Door::Server {
            // It stands in the stream before the end of the connection, which frees the lease.
            let _ = perform(&mut world, session, host, &act);
        } else {
            world.later(self.arrives_in, move |world| {
                let _ = perform(world, session, host, &act);
            });
        }
    }
}

impl SimulatedNode {
    pub(super) async fn call(&self, act: Act) -> Result<Answer, Wrong> {
        self.pass(&act, Leg::Before).await;
        self.begin(&act);
        if act.needs_lease() {
            self.may_act().await.map_err(Wrong::NotHeld)?;
        }
        let mishap = self.fault_plan.mishap();
        self.connect(&act).await?;
        let (there, back) = self.distances(&act, mishap);
        let number = self.world.lock().sessions[self.session.0].ties[self.index].number;
        let mut flight = InFlight { node: self, act: &act, arrives_in: there, landed: false };
        sleep(there).await;
        flight.landed = true;
        drop(flight);
        self.pass(&act, Leg::Midway).await;
        let arrival = self.arrival(&act, (mishap, number)).await;
        let answer = match arrival {
            Arrival::Silence(after, wrong) => {
                sleep(after).await;
                self.disconnect();
                return Err(wrong);
            }
            Arrival::Mute => {
                sleep(SERVER).await;
                return Err(Wrong::Lost);
            }
            Arrival::Gate => return Err(Wrong::Fenced("its gate is locked")),
            Arrival::Answer(answer) => answer,
        };
        sleep(back).await;
        self.pass(&act, Leg::After).await;
        if mishap == Some(Mishap::LostAfter) || !self.comes_back() {
            self.disconnect();
            return Err(Wrong::Lost);
        }
        if matches!(
            answer,
            Err(Wrong::CannotArm | Wrong::CanaryRefuses | Wrong::Masked | Wrong::Disk(_))
        ) {
            self.world.lock().meets_trouble(self.session, self.index);
        }
        answer
    }

    /// promise: E4. What the run has decided, before it is known what becomes of it.
    fn begin(&self, act: &Act) {
        if let Some(target) = act.target() {
            self.world.lock().judge_begin(self.session, self.index, target);
        }
        if let Act::Settle(id, SettleAction::Fire) = act {
            let mut world = self.world.lock();
            let own = format!("{}-", world.sessions[self.session.0].run);
            if id.as_str().starts_with(&own) {
                world.meets_trouble(self.session, self.index);
            }
        }
    }

    /// The keeper's word; while it asks again, that is waited for.
    pub(super) async fn may_act(&self) -> Result<(), Lost> {
        loop {
            let held = self.world.lock().held(self.session, self.index);
            match held {
                Err(Lost::NotKnown) => sleep(KEEPER).await,
                other => return other,
            }
        }
    }

    fn distances(&self, act: &Act, mishap: Option<Mishap>) -> (Duration, Duration) {
        let mut world = self.world.lock();
        let takes = act.takes(&mut world.dice);
        let (there, back) = (world.dice.millis(1, 4), world.dice.millis(1, 3));
        let slow = match mishap {
            Some(Mishap::Slow) => world.dice.millis(500, 3000),
            _ => Duration::ZERO,
        };
        (there + takes + slow, back)
    }

    /// A connection that is gone is made anew; a confirmation always comes by a new one.
    async fn connect(&self, act: &Act) -> Result<(), Wrong> {
        let (anew, line, there) = {
            let world = self.world.lock();
            let gone = world.sessions[self.session.0].ties[self.index].conn == Conn::Gone;
            let anew = gone || matches!(act, Act::Settle(..));
            (anew, world.hosts[self.index].line, world.hears(self.index))
        };
        if !anew {
            return Ok(());
        }
        match line {
            Line::OtherKey => Err(Wrong::OtherKey),
            Line::Cut => Err(Wrong::NotSent),
            _ if there != (true, true) => {
                sleep(CONNECT).await;
                Err(Wrong::NotSent)
            }
            _ => {
                sleep(Duration::from_millis(120)).await;
                self.world.lock().sessions[self.session.0].ties[self.index].conn = Conn::Up;
                Ok(())
            }
        }
    }

    async fn arrival(&self, act: &Act, how: (Option<Mishap>, u32)) -> Arrival {
        let mut waited = Duration::ZERO;
        loop {
            if let Some(arrival) = self.try_arrive(act, how) {
                return arrival;
            }
            if waited >= GATE {
                return Arrival::Gate;
            }
            let step = Duration::from_millis(200);
            sleep(step).await;
            waited += step;
        }
    }

    /// `None` while the way back has the gate.
    fn try_arrive(&self, act: &Act, (mishap, number): (Option<Mishap>, u32)) -> Option<Arrival> {
        let mut world = self.world.lock();
        let tie = world.sessions[self.session.0].ties[self.index];
        let (there, back) = world.hears(self.index);
        let gone = tie.conn == Conn::Gone || tie.number != number;
        if gone || world.hosts[self.index].line == Line::Cut {
            return Some(Arrival::Silence(Duration::ZERO, Wrong::Lost));
        }
        if mishap == Some(Mishap::LostBefore) {
            return Some(Arrival::Silence(Duration::from_millis(50), Wrong::Lost));
        }
        if !there {
            return Some(Arrival::Silence(DEAD_PEER, Wrong::Lost));
        }
        let host = &world.hosts[self.index];
        let script = act.door() == Door::Script;
        if script && act.needs_lease() && host.switches.at_the_gate {
            return None;
        }
        if script && host.sudo == Sudo::Removed {
            return Some(Arrival::Answer(Err(Wrong::NoSudo)));
        }
        let frozen = host.server.as_ref().is_some_and(|server| server.frozen);
        if !script && frozen {
            return Some(Arrival::Mute);
        }
        let answer = perform(&mut world, self.session, self.index, act);
        if !back {
            return Some(Arrival::Silence(DEAD_PEER, Wrong::Lost));
        }
        if script && world.hosts[self.index].line == Line::Garbled {
            return Some(Arrival::Answer(Err(Wrong::Garbled)));
        }
        Some(Arrival::Answer(answer))
    }

    fn comes_back(&self) -> bool {
        let world = self.world.lock();
        let up = world.sessions[self.session.0].ties[self.index].conn == Conn::Up;
        up && world.hears(self.index).1
    }

    fn disconnect(&self) {
        disconnect(&self.world, self.session, self.index);
    }
}

fn disconnect(world: &Shared, session: SessionId, host: usize) {
    world.lock().disconnect(session, host);
}
