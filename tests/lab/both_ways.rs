//! The oracle of both kinds of clients: every member is dialled anew, in plaintext and by TLS, all the
//! time, as MongoDB's own end-to-end test of an operator does it.

use std::{
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crate::{
    lab::{Host, Lab},
    site::Site,
    stop::{Order, Stop},
    wire::{Connection, Voice},
};

const PERIOD: Duration = Duration::from_millis(200);

/// One thread per member, until [`BothWays::end`].
pub(crate) struct BothWays {
    stop: Stop,
    threads: Vec<(String, JoinHandle<Vec<Probe>>)>,
}

/// What a member took at one moment.
#[derive(Clone, Copy, Debug)]
struct Probe {
    at: Instant,
    plaintext: bool,
    tls: bool,
}

impl BothWays {
    pub(crate) fn start(lab: &Lab, site: &Site) -> Self {
        let stop = Stop::new();
        let threads = lab.hosts.iter().map(|host| {
            let (order, voice, dialled) = (stop.order(), Voice::tls(site), host.clone());
            (host.name.clone(), thread::spawn(move || probes(&dialled, &voice, &order)))
        });
        let threads = threads.collect();
        Self { stop, threads }
    }

    /// Fails unless, from the moment on at which every member takes TLS, each of them took it at every
    /// look, and took plaintext at every look until it refused it for good, which all of them do in the end.
    pub(crate) fn end(self) {
        self.stop.tell();
        let seen: Vec<_> =
            self.threads.into_iter().map(|(name, thread)| (name, thread.join().unwrap())).collect();
        let first = |probes: &Vec<Probe>| probes.iter().find(|probe| probe.tls).unwrap().at;
        let all = seen.iter().map(|(_, probes)| first(probes)).max().unwrap();
        for (name, probes) in &seen {
            let later: Vec<_> = probes.iter().filter(|probe| probe.at > all).collect();
            assert!(later.iter().all(|probe| probe.tls), "{name} did not take TLS: {later:#?}");
            let taken = later.iter().take_while(|probe| probe.plaintext).count();
            assert!(taken > 0, "{name} took no plaintext beside TLS: {later:#?}");
            let refused = later.iter().skip(taken).filter(|probe| !probe.plaintext).count();
            assert!(
                refused > 0 && refused == later.len() - taken,
                "{name} did not go from plaintext to none at once: {later:#?}"
            );
            println!(
                "    Dialled  {name} both ways {} times, {taken} of them with both taken",
                probes.len()
            );
        }
    }
}

fn probes(host: &Host, voice: &Voice, stop: &Order) -> Vec<Probe> {
    let mut probes = Vec::new();
    while !stop.given() {
        let at = Instant::now();
        let plaintext = is_taken(host, &Voice::Plaintext);
        probes.push(Probe { at, plaintext, tls: is_taken(host, voice) });
        thread::sleep(PERIOD);
    }
    probes
}

/// A machine that is out of breath gets a second chance.
fn is_taken(host: &Host, voice: &Voice) -> bool {
    Connection::open(host, voice).or_else(|_| Connection::open(host, voice)).is_ok()
}
