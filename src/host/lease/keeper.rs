//! Keeping a lease: a sign of life now and then, and the lease taken again where only the
//! connection broke.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use tokio::{
    sync::{oneshot, watch},
    time::{MissedTickBehavior, interval, sleep, timeout},
};

use super::{
    HEARTBEAT, LeaseError, MARGIN, Owner, SILENCE,
    error::Holder,
    holder::{Held, Take},
    last_contact::LastContact,
};
use crate::{host::Host, name::HostName};

/// Between two attempts to have the lease again.
const AGAIN: Duration = Duration::from_millis(500);
/// How long to wait for the keeper to report who holds a host.
const VERDICT: Duration = Duration::from_secs(15);
/// How long letting go may take; a connection that ends lets go as well.
const GOODBYE: Duration = Duration::from_secs(5);

/// A lease that is kept by a task of its own. Dropping it lets go.
pub struct Lease {
    host: HostName,
    state: watch::Receiver<State>,
    /// Sent or dropped, it ends the keeper, which answers when the host is free.
    stop: Mutex<Option<oneshot::Sender<oneshot::Sender<()>>>>,
}

/// Who holds the host.
#[derive(Clone, Debug)]
enum State {
    /// Ours, as of this moment; the reason where it was asked since, and has not answered.
    Ours(LastContact, Unheard),
    /// The process that held it is gone; it is asked for again, in vain for this reason so far.
    Again(LastContact, Unheard),
    /// Another run has it.
    Theirs(Holder),
    /// The holder has been unknown for too long; the reason where the host could not be asked.
    Lost(LastContact, Unheard),
}

/// Why a host that was asked gave no answer. A run that was frozen has asked no host.
type Unheard = Option<Arc<LeaseError>>;

impl Host {
    /// Takes the host for a run; from now on it is this run that the fence lets through.
    pub async fn lease(self: &Arc<Self>, owner: &Owner) -> Result<Lease, LeaseError> {
        let asked = LastContact::now();
        let held = match Held::take(self, owner, Take::First).await {
            Err(LeaseError::Held { host, holder }) if holder.run == owner.run => {
                return Err(LeaseError::Twice { host });
            }
            other => other?,
        };
        self.set_fencing_token(&owner.run);
        let (state, seen) = watch::channel(State::Ours(asked, None));
        let (stop, stopped) = oneshot::channel();
        let (host, owner) = (Arc::clone(self), owner.clone());
        let keeper = Keeper { host, owner, state, heard: asked, unheard: None };
        tokio::spawn(keeper.run(held, stopped));
        Ok(Lease { host: self.name().clone(), state: seen, stop: Mutex::new(Some(stop)) })
    }
}

impl Lease {
    /// Whether the host is still ours, by its own word of a moment ago. Waits while it is asked for
    /// again after a connection broke. A lease that ran out while this process was stopped, or its
    /// machine asleep, is somebody else's or nobody's: the keeper asks once, and says which.
    pub async fn held(&self) -> Result<(), LeaseError> {
        let (mut state, asked) = (self.state.clone(), Instant::now());
        loop {
            let now = state.borrow_and_update().clone();
            let host = self.host.clone();
            let (heard, why) = match now {
                State::Ours(heard, _) if is_fresh(heard) => return Ok(()),
                State::Theirs(holder) => return Err(LeaseError::Held { host, holder }),
                State::Ours(heard, why) | State::Again(heard, why) => (heard, why),
                State::Lost(heard, why) => {
                    return Err(LeaseError::Lost { host, silent: heard.age(), why });
                }
            };
            let known = why.is_some() || asked.elapsed() > VERDICT;
            // Either it changes, or what was heard becomes too old, or it was let go.
            let let_go = async { matches!(timeout(AGAIN, state.changed()).await, Ok(Err(_))) };
            if (known && !is_fresh(heard)) || let_go.await {
                return Err(LeaseError::Lost { host, silent: heard.age(), why });
            }
        }
    }

    /// Lets go; returns when the host is free and nothing of the lease is left on it.
    pub async fn release(&self) {
        let stop = self.stop.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (done, free) = oneshot::channel();
        if stop.is_some_and(|stop| stop.send(done).is_ok()) {
            let _ = timeout(GOODBYE, free).await;
        }
    }
}

fn is_fresh(heard: LastContact) -> bool {
    heard.age() < SILENCE.saturating_sub(MARGIN)
}

struct Keeper {
    host: Arc<Host>,
    owner: Owner,
    state: watch::Sender<State>,
    heard: LastContact,
    unheard: Unheard,
}

impl Keeper {
    async fn run(mut self, mut held: Held, mut stop: oneshot::Receiver<oneshot::Sender<()>>) {
        loop {
            tokio::select! {
                () = self.keep(&mut held) => {}
                order = &mut stop => {
                    held.release().await;
                    if let Ok(done) = order {
                        let _ = done.send(());
                    }
                    return;
                }
            }
            let again = tokio::select! {
                again = self.take_again() => again,
                _ = &mut stop => return,
            };
            match again {
                Ok(again) => held = again,
                Err(state) => {
                    self.state.send_replace(state);
                    return;
                }
            }
        }
    }

    /// Returns when the process on the host is gone.
    async fn keep(&mut self, held: &mut Held) {
        let (mut asked, mut clock) = (VecDeque::<LastContact>::new(), interval(HEARTBEAT));
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = clock.tick() => {
                    self.missed(asked.back());
                    asked.push_back(LastContact::now());
                    held.heartbeat().await;
                }
                line = held.line() => match line {
                    None => return,
                    Some(_) => if let Some(heard) = asked.pop_front() {
                        (self.heard, self.unheard) = (heard, None);
                        self.state.send_replace(State::Ours(heard, None));
                    }
                }
            }
        }
    }

    /// What an unanswered question means at the next one. Nothing where this machine slept meanwhile:
    /// then the answer may be on its way, and what was known of the host is from another day.
    fn missed(&mut self, asked: Option<&LastContact>) {
        let Some(asked) = asked else { return };
        if asked.age() > HEARTBEAT * 3 / 2 {
            self.unheard = None;
        } else if is_fresh(self.heard) {
            self.unheard = Some(self.unanswered());
        }
        self.state.send_replace(State::Ours(self.heard, self.unheard.clone()));
    }

    fn unanswered(&self) -> Arc<LeaseError> {
        Arc::new(LeaseError::Unanswered { host: self.host.name().clone() })
    }

    /// What is left of the old connection on the host is ended there.
    async fn take_again(&mut self) -> Result<Held, State> {
        if self.unheard.is_none() && is_fresh(self.heard) {
            self.unheard = Some(self.unanswered());
        }
        while is_fresh(self.heard) {
            self.state.send_replace(State::Again(self.heard, self.unheard.clone()));
            let asked = LastContact::now();
            match Held::take(&self.host, &self.owner, Take::Again).await {
                Ok(held) if is_fresh(self.heard) => {
                    (self.heard, self.unheard) = (asked, None);
                    self.state.send_replace(State::Ours(asked, None));
                    return Ok(held);
                }
                Ok(late) => late.release().await,
                // It may be about to let go: who only looked in is not who stays.
                Err(error) => self.unheard = Some(Arc::new(error)),
            }
            sleep(AGAIN).await;
        }
        // Much later means that this machine slept in the middle of that.
        let slept = self.heard.age() > SILENCE * 2;
        let why = self.unheard.take().filter(|_| !slept);
        self.state.send_replace(State::Again(self.heard, why));
        Err(self.current_holder().await)
    }

    /// A lease that ran out is not taken again: what was seen under it may not be true any more. Its host
    /// is asked once who holds it now.
    async fn current_holder(&self) -> State {
        match self.host.owner().await {
            Ok(Some(holder)) if holder.run != self.owner.run => State::Theirs(holder),
            Ok(_) => State::Lost(self.heard, None),
            Err(source) => {
                let host = self.host.name().clone();
                State::Lost(self.heard, Some(Arc::new(LeaseError::Call { host, source })))
            }
        }
    }
}
