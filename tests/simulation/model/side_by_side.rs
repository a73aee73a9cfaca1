//! Promise E4: what a run may begin in one set while it works on others.

use tlsplan::cluster::mode::TlsMode;

use super::{host::Power, session::SessionId, world::World};

/// Whether a broken E4 fails a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Watch {
    On,
    #[expect(dead_code, reason = "the other position of the switch")]
    Off,
}

/// The switch of the promise E4.
pub(crate) const WATCH: Watch = Watch::On;

/// What a run has begun, as its calls show it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Begun {
    /// The members that were to reach a mode.
    members: Vec<(usize, TlsMode)>,
    /// The modes in which some member was well after this run began to lead members there.
    proved: Vec<TlsMode>,
    /// The set in which the run met what it cannot get past.
    trouble: Option<usize>,
}

impl World {
    /// A call that leads a member to a mode is about to leave.
    pub(crate) fn judge_begin(&mut self, session: SessionId, host: usize, target: TlsMode) {
        let entry = (host, target);
        let down = self.hosts[host].running() >= Some(target);
        if down || self.sessions[session.0].begun.members.contains(&entry) {
            return;
        }
        if let Some(words) = self.too_early(session, host, target)
            && WATCH == Watch::On
        {
            self.broken("E4", words);
        }
        self.sessions[session.0].begun.members.push(entry);
    }

    /// Why nothing may be begun on this member now.
    pub(crate) fn too_early(
        &mut self,
        session: SessionId,
        host: usize,
        target: TlsMode,
    ) -> Option<String> {
        self.note_proofs();
        let begun = &self.sessions[session.0].begun;
        if let Some(set) = begun.trouble.filter(|&set| set != self.hosts[host].set) {
            return Some(format!("db{} is begun after trouble in rs{set}", host + 1));
        }
        let others = begun.members.iter().any(|&(_, mode)| mode == target);
        let unproved = others && !begun.proved.contains(&target) && !self.is_proved(target);
        unproved.then(|| format!("db{} is begun before {target} was proved anywhere", host + 1))
    }

    /// A run has met what it cannot get past; only the first one counts.
    pub(crate) fn meets_trouble(&mut self, session: SessionId, host: usize) {
        let set = self.hosts[host].set;
        self.sessions[session.0].begun.trouble.get_or_insert(set);
    }

    /// A member that was well once is proved, whatever becomes of it.
    pub(crate) fn note_proofs(&mut self) {
        for session in 0..self.sessions.len() {
            let begun = &self.sessions[session].begun;
            let Some(&(_, target)) = begun.members.last() else { continue };
            if !begun.proved.contains(&target) && self.is_proved(target) {
                self.sessions[session].begun.proved.push(target);
            }
        }
    }

    fn is_proved(&self, target: TlsMode) -> bool {
        self.hosts.iter().any(|host| {
            let there = host.running() >= Some(target) && host.file_mode() >= Some(target);
            there && host.answers_well() && host.switches.open.is_none()
        })
    }

    /// A run that ended after trouble in one set leaves nothing half done in another.
    pub(crate) fn judge_in_hand(&mut self, session: SessionId) {
        let Some(set) = self.sessions[session.0].begun.trouble else { return };
        let run = format!("{}-", self.sessions[session.0].run);
        let left = self.hosts.iter().position(|host| {
            let open = host.switches.open.as_ref();
            host.set != set
                && host.power == Power::On
                && open.is_some_and(|open| open.id.as_str().starts_with(&run))
        });
        if let Some(host) = left
            && self.hears(host) == (true, true)
            && WATCH == Watch::On
        {
            self.broken("E4", format!("db{} is armed after trouble in rs{set}", host + 1));
        }
    }
}
