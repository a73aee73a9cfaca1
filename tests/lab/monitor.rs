//! The oracle of availability: every member is asked ten times a second from outside.
//!
//! A connection is kept until it breaks; a new one tries TLS first. So a member that has come back
//! from its restart at allowTLS is known to take TLS, and the monitor is no plaintext client of it.

use std::{
    collections::BTreeSet,
    io::ErrorKind,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crate::{
    lab::{Host, Lab},
    site::Site,
    stop::{Order, Stop},
    timeline::{State, Timeline, both_down},
    wait::until_ok,
    wire::{Connection, Voice},
};

const PERIOD: Duration = Duration::from_millis(100);

/// One thread per member, until [`Monitor::end`].
pub(crate) struct Monitor {
    started: Instant,
    stop: Stop,
    /// Which members were last spoken to by TLS.
    tls: Vec<Arc<AtomicBool>>,
    samplers: Vec<JoinHandle<Timeline>>,
}

impl Monitor {
    /// Begins, and returns when every member has been seen up.
    pub(crate) fn start(lab: &Lab, site: &Site) -> Self {
        let stop = Stop::new();
        let tls: Vec<_> = lab.hosts.iter().map(|_| Arc::new(AtomicBool::new(false))).collect();
        let sampler = |(host, tls): (&Host, &Arc<AtomicBool>)| {
            let mut sampler = Sampler {
                host: host.clone(),
                voices: [Voice::tls(site), Voice::Plaintext],
                connection: None,
                tls: tls.clone(),
            };
            until_ok(Duration::from_secs(10), || sampler.up())
                .unwrap_or_else(|why| panic!("{} is down at the start: {why}", host.name));
            let order = stop.order();
            thread::spawn(move || sampler.run(&order))
        };
        let samplers = lab.hosts.iter().zip(&tls).map(sampler).collect();
        Self { started: Instant::now(), stop, tls, samplers }
    }

    /// A question others may keep: does every member take TLS?
    pub(crate) fn every_member_takes_tls(&self) -> impl Fn() -> bool + Send + 'static {
        let tls = self.tls.clone();
        move || tls.iter().all(|member| member.load(Ordering::SeqCst))
    }

    /// Stops and tells what was seen.
    pub(crate) fn end(self) -> Availability {
        self.stop.tell();
        let timelines = self.samplers.into_iter().map(|one| one.join().unwrap()).collect();
        Availability { started: self.started, timelines }
    }
}

struct Sampler {
    host: Host,
    voices: [Voice; 2],
    connection: Option<Connection>,
    tls: Arc<AtomicBool>,
}

impl Sampler {
    fn run(mut self, stop: &Order) -> Timeline {
        let mut timeline = Timeline::new(&self.host.name);
        while !stop.given() {
            let asked = Instant::now();
            let state = self.ask();
            timeline.saw(asked, state);
            thread::sleep(PERIOD.saturating_sub(asked.elapsed()));
        }
        timeline
    }

    fn up(&mut self) -> Result<(), String> {
        match self.ask() {
            State::Primary(_) | State::Secondary => Ok(()),
            State::Down(why) | State::Silent(why) => Err(why),
        }
    }

    /// Asks over the connection at hand, else over a new one.
    fn ask(&mut self) -> State {
        if let Some(connection) = &mut self.connection {
            match connection.is_master() {
                Ok(reply) => return State::of(&reply),
                Err(_) => self.connection = None,
            }
        }
        let (mut refusals, mut silent) = (Vec::new(), true);
        for voice in &self.voices {
            match Connection::open(&self.host, voice) {
                Ok(connection) => {
                    self.tls.store(matches!(voice, Voice::Tls(_)), Ordering::SeqCst);
                    match self.connection.insert(connection).is_master() {
                        Ok(reply) => return State::of(&reply),
                        Err(why) => return State::Down(why.to_string()),
                    }
                }
                Err(refusal) => {
                    silent &=
                        [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&refusal.kind());
                    refusals.push(refusal.to_string());
                }
            }
        }
        let why = refusals.join("; ");
        if silent { State::Silent(why) } else { State::Down(why) }
    }
}

/// What the monitor saw.
pub(crate) struct Availability {
    started: Instant,
    timelines: Vec<Timeline>,
}

impl Availability {
    /// Fails if two members were down at once, or one is down now.
    // promise: A1
    pub(crate) fn never_two_down(&self) {
        for (number, one) in self.timelines.iter().enumerate() {
            assert!(
                !matches!(one.last(), None | Some(State::Down(_) | State::Silent(_))),
                "down at the end:\n{self}"
            );
            for other in &self.timelines[number + 1..] {
                let both = both_down(one, other);
                assert!(
                    both.is_zero(),
                    "{} and {} were down together for {both:.1?}:\n{self}",
                    one.member,
                    other.member
                );
            }
        }
    }

    /// How many elections there were: by how much the term rose.
    pub(crate) fn elections(&self) -> u64 {
        let terms: BTreeSet<u64> = self.timelines.iter().flat_map(Timeline::terms).collect();
        terms.last().unwrap_or(&0) - terms.first().unwrap_or(&0)
    }

    /// How often a process was away: once a restart.
    pub(crate) fn absences(&self) -> usize {
        self.timelines.iter().map(Timeline::absences).sum()
    }

    /// How often members were down, for whatever reason.
    pub(crate) fn outages(&self) -> usize {
        self.timelines.iter().map(|timeline| timeline.outages().len()).sum()
    }
}

impl std::fmt::Display for Availability {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let told: Vec<_> = self.timelines.iter().map(|one| one.told(self.started)).collect();
        f.write_str(&told.join("\n"))
    }
}
