//! What is to go wrong in a run, and when: at a call that is known by its number or by its phase.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tlsplan::{engine::cancel::Cancel, host::deadman::SettleAction};
use tokio::{sync::Notify, time::Instant};

use crate::{fault::Fault, model::Dice, node::Act, phase::Phase};

/// On which leg of its way a call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leg {
    /// It has not left.
    Before,
    /// It has arrived and is about to be carried out.
    Midway,
    /// The answer is back and nobody has read it.
    After,
}

/// When it goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trigger {
    Never,
    /// At this leg of all the calls of the run.
    Leg(usize),
    /// At this call of a phase.
    Phase(Phase, usize, Leg),
}

/// A small mishap of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mishap {
    LostBefore,
    LostAfter,
    Slow,
}

/// What goes wrong in one run.
pub(crate) struct FaultPlan {
    inner: Mutex<Inner>,
    /// The controller dies.
    pub(crate) death: Notify,
    /// The controller is stopped for a while.
    pub(crate) frost: Notify,
    pub(crate) cancel: Cancel,
}

struct Inner {
    trigger: Trigger,
    fault: Fault,
    /// Mishaps in a thousand calls.
    mishaps: usize,
    dice: Dice,
    legs: usize,
    /// The legs of calls that change something.
    acts: Vec<usize>,
    /// Where the run is, and how many calls it has made in each phase.
    phase: Phase,
    calls: [usize; 11],
    /// Whether a member has been restarted and not confirmed.
    open: bool,
    begun: bool,
    /// Whom it met, and when.
    met: Option<(usize, Phase, Instant)>,
    window: Option<Instant>,
    paper: Paper,
}

/// Whether the journal can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paper {
    Left,
    Full,
}

impl FaultPlan {
    pub(crate) fn new(trigger: Trigger, fault: Fault, mishaps: usize, seed: u64) -> Self {
        let inner = Inner {
            trigger,
            fault,
            mishaps,
            dice: Dice::new(seed),
            legs: 0,
            acts: Vec::new(),
            phase: Phase::Pf,
            calls: [0; 11],
            open: false,
            begun: false,
            met: None,
            window: None,
            paper: Paper::Left,
        };
        let (death, frost) = (Notify::new(), Notify::new());
        Self { inner: Mutex::new(inner), death, frost, cancel: Cancel::default() }
    }

    /// Nothing goes wrong.
    pub(crate) fn none() -> Self {
        Self::new(Trigger::Never, Fault::Nothing, 0, 0)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A leg begins; the fault to inject now, if any.
    pub(crate) fn passes(&self, act: &Act, leg: Leg, host: usize) -> Option<Fault> {
        let mut inner = self.lock();
        inner.legs += 1;
        if act.needs_lease() {
            let leg = inner.legs;
            inner.acts.push(leg);
        }
        if leg == Leg::Before {
            inner.moves(act);
        }
        let due = match inner.trigger {
            Trigger::Never => false,
            Trigger::Leg(leg) => inner.legs == leg,
            Trigger::Phase(phase, nth, at) => {
                inner.phase == phase
                    && inner.calls[phase as usize] >= nth
                    && at == leg
                    && Self::fits(phase, act)
            }
        };
        if !due {
            return None;
        }
        inner.trigger = Trigger::Never;
        inner.met = Some((host, inner.phase, Instant::now()));
        Some(inner.fault)
    }

    /// In the phases of a single act the fault meets that act, not a look beside it.
    fn fits(phase: Phase, act: &Act) -> bool {
        match phase {
            Phase::St | Phase::Ar | Phase::Sd | Phase::Cm | Phase::Cf | Phase::Rt => {
                act.needs_lease()
            }
            _ => true,
        }
    }

    /// A small mishap of one call.
    pub(crate) fn mishap(&self) -> Option<Mishap> {
        let mut inner = self.lock();
        let rate = inner.mishaps;
        if rate == 0 || !inner.dice.chance(rate) {
            return None;
        }
        Some(inner.dice.pick(&[Mishap::LostBefore, Mishap::LostAfter, Mishap::Slow]))
    }

    /// The fault to inject now, wherever the run is: at its beginning or its end.
    pub(crate) fn injects_in(&self, phase: Phase) -> Option<Fault> {
        let mut inner = self.lock();
        let due = matches!(inner.trigger, Trigger::Phase(at, ..) if at == phase);
        if due {
            inner.trigger = Trigger::Never;
            inner.met = Some((0, phase, Instant::now()));
        }
        due.then(|| inner.fault)
    }

    pub(crate) fn met(&self) -> Option<(usize, Phase, Instant)> {
        self.lock().met
    }

    /// The fault that ended the controller without a word, where it did.
    pub(crate) fn vanished(&self) -> Option<Fault> {
        let inner = self.lock();
        inner.met.map(|_| inner.fault).filter(|fault| *fault == Fault::ControllerVanishes)
    }

    pub(crate) fn legs(&self) -> (usize, Vec<usize>) {
        let inner = self.lock();
        (inner.legs, inner.acts.clone())
    }

    pub(crate) fn close_window(&self) {
        self.close_window_in(Duration::ZERO);
    }

    pub(crate) fn close_window_in(&self, time: Duration) {
        self.lock().window = Some(Instant::now() + time);
    }

    pub(crate) fn fill_journal(&self) {
        self.lock().paper = Paper::Full;
    }

    pub(crate) fn paper(&self) -> Paper {
        self.lock().paper
    }

    pub(crate) fn window(&self) -> Option<Instant> {
        self.lock().window
    }
}

impl Inner {
    fn moves(&mut self, act: &Act) {
        self.phase = self.next(act);
        if FaultPlan::fits(self.phase, act) {
            self.calls[self.phase as usize] += 1;
        }
    }

    fn next(&mut self, act: &Act) -> Phase {
        match act {
            Act::Restart(_) => {
                (self.open, self.begun) = (true, true);
                // Looks are counted from each restart on.
                self.calls[Phase::Vf as usize] = 1000 * self.calls[Phase::Cm as usize];
                Phase::Cm
            }
            Act::Settle(_, SettleAction::Confirm) => {
                self.open = false;
                Phase::Cf
            }
            Act::Arm(_) => Phase::Ar,
            Act::StepDown => Phase::Sd,
            Act::Replace(_) | Act::SetMode(_) => {
                self.begun = true;
                Phase::Rt
            }
            Act::Drop(_) => Phase::Rt,
            Act::Operations | Act::SyncFrom(_) | Act::StopSleep(_) => Phase::St,
            _ if self.open => match self.phase {
                Phase::Cm | Phase::Vf => Phase::Vf,
                other => other,
            },
            _ if self.begun => self.phase,
            _ => Phase::Pf,
        }
    }
}
