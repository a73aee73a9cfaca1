//! One story: a set, what goes wrong in the first run, and what the next ones make of it.
//!
//! Its name says everything about it, so that a story which breaks a promise can be told again.

use std::time::Duration;

use tlsplan::cluster::mode::TlsMode::{self, Allow, Disabled, Prefer};

use crate::{
    fault::Fault,
    fault_plan::{Leg, Trigger},
    model::{Dice, Policy, Shape},
    phase::Phase,
};

/// How long is waited before somebody runs it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// At once, as a person would.
    No,
    /// Until every switch has fired, as cron would.
    PastTheDeadline,
}

#[derive(Clone, Debug)]
pub(crate) struct Story {
    /// `TLSPLAN_SEED` that tells it again.
    pub(crate) name: String,
    pub(crate) seed: u64,
    /// The sets of the cluster.
    pub(crate) shapes: Vec<Shape>,
    pub(crate) modes: Vec<TlsMode>,
    pub(crate) policy: Policy,
    /// Between two writes of the client; `None` is an idle set.
    pub(crate) writes: Option<Duration>,
    pub(crate) fault: Fault,
    pub(crate) trigger: Trigger,
    /// In a thousand calls.
    pub(crate) mishaps: usize,
    pub(crate) wait: Wait,
}

/// The faults that stories choose from, the most likely ones more than once.
const FAULTS: [Fault; 38] = [
    Fault::Nothing,
    Fault::ControllerDies,
    Fault::ControllerDies,
    Fault::ControllerDies,
    Fault::ControllerVanishes,
    Fault::ControllerVanishes,
    Fault::Signal,
    Fault::JournalFull,
    Fault::WindowCloses,
    Fault::Cut,
    Fault::Hole,
    Fault::HalfOpen,
    Fault::Reset,
    Fault::CutToAnother,
    Fault::PowerCut,
    Fault::PowerCut,
    Fault::SudoRemoved,
    Fault::DiskFull,
    Fault::DataFull,
    Fault::ReadOnly,
    Fault::Immutable,
    Fault::NewFileRefused,
    Fault::CanaryRefuses,
    Fault::DiesLater,
    Fault::WrongName,
    Fault::WrongCa,
    Fault::AnotherDies,
    Fault::MemberFrozen,
    Fault::AnotherLags,
    Fault::NoElection,
    Fault::SecondController,
    Fault::HostTaken,
    Fault::ControllerFrozen,
    Fault::PersonEdits,
    Fault::PersonRestarts,
    Fault::Garbled,
    Fault::OtherKey,
    Fault::CannotArm,
];

impl Story {
    /// Everything from one number.
    pub(crate) fn of(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let shapes = [
            Shape::Three,
            Shape::Three,
            Shape::Three,
            Shape::Five,
            Shape::ThreeAndHidden,
            Shape::FourAndArbiter,
        ];
        let shape = dice.pick(&shapes);
        let start = dice.pick(&[Disabled, Disabled, Disabled, Allow, Prefer]);
        let fault = dice.pick(&FAULTS);
        let trigger = some_trigger(&mut dice);
        let wait = dice.pick(&[Wait::No, Wait::No, Wait::PastTheDeadline]);
        let mishaps = dice.pick(&[0, 0, 0, 1, 4]);
        let writes = dice.pick(&[Some(100), Some(100), Some(300), None]);
        let policy = dice.pick(&[Policy::No, Policy::No, Policy::OnFailure]);
        let sets = dice.pick(&[1, 1, 1, 1, 1, 2, 2, 3]);
        let shapes =
            (0..sets).map(|set| if set == 0 { shape } else { dice.pick(&shapes) }).collect();
        Self {
            name: seed.to_string(),
            seed,
            shapes,
            modes: vec![start],
            policy,
            writes: writes.map(Duration::from_millis),
            fault,
            trigger,
            mishaps,
            wait,
        }
    }

    /// Plain sets of three in which the controller dies at one leg of one call.
    pub(crate) fn death(sets: usize, leg: usize, fault: Fault, wait: Wait) -> Self {
        let name = format!("death:{sets}:{leg}:{fault:?}:{wait:?}");
        let trigger = Trigger::Leg(leg);
        Self { name, fault, trigger, wait, ..Self::plain_sets(sets, 1) }
    }

    /// Nothing goes wrong in any of these sets of three.
    pub(crate) fn plain_sets(sets: usize, seed: u64) -> Self {
        Self { shapes: vec![Shape::Three; sets], ..Self::plain(seed) }
    }

    /// Nothing goes wrong.
    pub(crate) fn plain(seed: u64) -> Self {
        Self {
            name: format!("plain:{seed}"),
            seed,
            shapes: vec![Shape::Three],
            modes: vec![Disabled],
            policy: Policy::No,
            writes: Some(Duration::from_millis(100)),
            fault: Fault::Nothing,
            trigger: Trigger::Never,
            mishaps: 0,
            wait: Wait::No,
        }
    }

    /// From its name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        if let Ok(seed) = name.parse() {
            return Some(Self::of(seed));
        }
        let parts: Vec<&str> = name.split(':').collect();
        match parts[..] {
            ["plain", seed] => Some(Self::plain(seed.parse().ok()?)),
            ["death", sets, leg, fault, wait] => {
                let fault = [Fault::ControllerDies, Fault::ControllerVanishes]
                    .into_iter()
                    .find(|it| format!("{it:?}") == fault)?;
                let waits = [Wait::No, Wait::PastTheDeadline];
                let wait = waits.into_iter().find(|it| format!("{it:?}") == wait)?;
                Some(Self::death(sets.parse().ok()?, leg.parse().ok()?, fault, wait))
            }
            _ => None,
        }
    }
}

/// Any leg of any call, or a call of some phase.
fn some_trigger(dice: &mut Dice) -> Trigger {
    let phases = [
        Phase::Pf,
        Phase::Lk,
        Phase::St,
        Phase::Ar,
        Phase::Sd,
        Phase::Cm,
        Phase::Vf,
        Phase::Cf,
        Phase::Rt,
        Phase::Fn,
    ];
    if dice.chance(400) {
        return Trigger::Leg(1 + dice.below(7000));
    }
    let phase = dice.pick(&phases);
    let leg = dice.pick(&[Leg::Before, Leg::Midway, Leg::After]);
    Trigger::Phase(phase, some_call(phase, dice), leg)
}

/// A call of a phase.
pub(crate) fn some_call(phase: Phase, dice: &mut Dice) -> usize {
    match phase {
        Phase::Pf => 1 + dice.below(9),
        Phase::Ar | Phase::Cf | Phase::Cm => 1 + dice.below(3),
        Phase::St => 1 + dice.below(7),
        // Of the looks after one of three restarts.
        Phase::Vf => 1000 * dice.below(3) + 1 + dice.below(60),
        Phase::Rt => 1 + dice.below(20),
        _ => 1,
    }
}
