//! A client that writes with `w: majority` and keeps what was acknowledged.

use std::time::Duration;

use super::world::World;

/// What an idle primary writes by itself.
const NOTHING: Duration = Duration::from_secs(10);

#[derive(Clone, Debug, Default)]
pub(crate) struct Writer {
    /// Between two writes; `None` is a set that nobody writes to.
    pub(crate) every: Option<Duration>,
    last: Duration,
    /// The newest acknowledged entry.
    pub(crate) acknowledged: (i64, u32),
    acknowledged_at: Duration,
    /// The longest time between two acknowledgements.
    pub(crate) longest: Duration,
}

impl World {
    pub(crate) fn write(&mut self, set: usize) {
        let every = self.sets[set].writer.every.unwrap_or(NOTHING);
        let Some(primary) = self.primary(set) else { return };
        if self.now.saturating_sub(self.sets[set].writer.last) >= every {
            self.sets[set].writer.last = self.now;
            self.write_at(primary);
        }
    }

    /// One more entry in the primary's oplog.
    pub(crate) fn write_at(&mut self, primary: usize) {
        let Some(term) = self.hosts[primary].server.as_ref().map(|server| server.term) else {
            return;
        };
        self.hosts[primary].log.append(term);
        let index = self.hosts[primary].log.end().1 as usize;
        let times = &mut self.sets[self.hosts[primary].set].times;
        if times.len() <= index {
            times.resize(index + 1, self.now);
        }
        times[index] = self.now;
    }

    pub(crate) fn write_majority(&self, set: usize) -> usize {
        let data = |host: &&super::host::Host| host.slot.votes() && host.slot.bears_data();
        self.majority(set).min(self.members(set).filter(data).count())
    }

    pub(crate) fn acknowledge(&mut self, set: usize) {
        let Some(primary) = self.primary(set) else { return };
        let log = &self.hosts[primary].log;
        let voters = self.members(set).filter(|host| host.slot.votes() && host.slot.bears_data());
        let mut ends: Vec<u32> =
            voters.filter(|host| log.holds(host.log.end())).map(|host| host.log.end().1).collect();
        ends.sort_unstable_by(|one, other| other.cmp(one));
        let Some(&index) = ends.get(self.write_majority(set) - 1) else { return };
        let (term, last) = log.end();
        if !log.holds((term, index)) || index <= self.sets[set].writer.acknowledged.1 {
            return;
        }
        let (now, writer) = (self.now, &mut self.sets[set].writer);
        writer.acknowledged = (term, index);
        let waited = now.saturating_sub(writer.acknowledged_at);
        if writer.every.is_some() && index <= last {
            writer.longest = writer.longest.max(waited);
        }
        writer.acknowledged_at = now;
    }
}
