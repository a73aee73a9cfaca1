//! Who holds a host: `lease.sh` on its side, the keeper on the controller's.

use std::time::Duration;

use super::{
    faults::Line,
    happens::Happens,
    host::{Holding, Power},
    session::{Conn, Controller, Lost, Session, SessionId},
    world::World,
};

/// After so much silence the host is free for others.
const SILENCE: Duration = Duration::from_secs(30);
/// The controller gives up this much earlier.
const MARGIN: Duration = Duration::from_secs(3);
const BEAT: Duration = Duration::from_secs(10);

impl World {
    pub(crate) fn open_session(&mut self, run: String) -> SessionId {
        let id = SessionId(self.sessions.len());
        self.sessions.push(Session::new(run, self.hosts.len(), self.now));
        self.after(BEAT, Happens::Beat { session: id });
        id
    }

    /// Whether a message of the controller arrives, and whether an answer does.
    pub(crate) fn hears(&self, host: usize) -> (bool, bool) {
        let it = &self.hosts[host];
        match it.line {
            _ if it.power == Power::Off => (false, false),
            Line::Up | Line::OtherKey | Line::Garbled => (true, true),
            Line::HalfOpen => (true, false),
            Line::Cut | Line::Hole => (false, false),
        }
    }

    /// Takes a host for a run; the words of the holder where it is another one.
    pub(crate) fn take(&mut self, session: SessionId, host: usize) -> Result<(), String> {
        let (run, now) = (self.sessions[session.0].run.clone(), self.now);
        if let Some(holder) = self.hosts[host].lease.as_ref().filter(|holder| holder.run != run) {
            return Err(holder.run.clone());
        }
        self.hosts[host].lease = Some(Holding { session, run, heard: now });
        let tie = &mut self.sessions[session.0].ties[host];
        (tie.had, tie.holds, tie.heard, tie.conn) = (true, true, now, Conn::Up);
        Ok(())
    }

    pub(crate) fn beat(&mut self, session: SessionId) {
        let now = self.now;
        if self.sessions[session.0].state == Controller::Dead {
            return;
        }
        self.after(BEAT, Happens::Beat { session });
        if self.sessions[session.0].state == Controller::Frozen {
            return;
        }
        for host in 0..self.hosts.len() {
            let (there, back) = self.hears(host);
            let tie = &mut self.sessions[session.0].ties[host];
            if tie.conn == Conn::Gone || !tie.holds || !there {
                continue;
            }
            if back {
                tie.heard = now;
            }
            if let Some(lease) = self.hosts[host].lease.as_mut().filter(|it| it.session == session)
            {
                lease.heard = now;
            }
        }
    }

    /// A silent controller's leases end, and its connections before them.
    pub(crate) fn end_leases(&mut self) {
        for host in 0..self.hosts.len() {
            let now = self.now;
            let silent = |it: &&Holding| now.saturating_sub(it.heard) >= SILENCE;
            let Some(lease) = self.hosts[host].lease.as_ref().filter(silent) else { continue };
            let session = lease.session;
            self.hosts[host].lease = None;
            self.disconnect(session, host);
        }
    }

    /// The connection is gone, and with it the process that held the lease.
    pub(crate) fn disconnect(&mut self, session: SessionId, host: usize) {
        let tie = &mut self.sessions[session.0].ties[host];
        (tie.conn, tie.holds) = (Conn::Gone, false);
        tie.number += 1;
        let lease = &mut self.hosts[host].lease;
        if lease.as_ref().is_some_and(|it| it.session == session) {
            *lease = None;
        }
    }

    /// The controller is gone. Hosts that see its connections end are free at once.
    pub(crate) fn close_session(&mut self, session: SessionId) {
        self.sessions[session.0].state = Controller::Dead;
        for host in 0..self.hosts.len() {
            if self.hears(host).0 {
                self.disconnect(session, host);
            }
        }
    }

    /// The keepers ask again where only the connection broke.
    pub(crate) fn keep_leases(&mut self) {
        for session in (0..self.sessions.len()).map(SessionId) {
            if self.sessions[session.0].state != Controller::Alive {
                continue;
            }
            for host in 0..self.hosts.len() {
                let tie = self.sessions[session.0].ties[host];
                if tie.had && !tie.holds {
                    let _ = self.held(session, host);
                }
            }
        }
    }

    /// Whether the controller may act, as far as it knows; what the keeper does is done here.
    pub(crate) fn held(&mut self, session: SessionId, host: usize) -> Result<(), Lost> {
        let now = self.now;
        let tie = self.sessions[session.0].ties[host];
        let run = self.sessions[session.0].run.clone();
        let age = now.saturating_sub(tie.heard);
        let other = self.hosts[host].lease.as_ref().filter(|it| it.run != run);
        let there = self.hears(host) == (true, true) && self.hosts[host].line != Line::OtherKey;
        if age >= SILENCE.saturating_sub(MARGIN) {
            let theirs = other.filter(|_| there).map(|it| Lost::Theirs(it.run.clone()));
            let line = if there { Line::Up } else { self.hosts[host].line };
            // A host without power is as silent as one behind a hole.
            let line = if !there && line == Line::Up { Line::Hole } else { line };
            return Err(theirs.unwrap_or(Lost::Silent(age, line)));
        }
        if tie.holds && tie.conn == Conn::Up {
            return Ok(());
        }
        if there && other.is_none() {
            return self.take(session, host).map_err(Lost::Theirs);
        }
        Err(Lost::NotKnown)
    }
}
