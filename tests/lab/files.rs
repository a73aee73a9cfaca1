//! The oracle of the configuration file: read all the time, and only ever whole.

use std::{
    collections::BTreeSet,
    fs,
    thread::{self, JoinHandle},
    time::Duration,
};

use crate::{
    lab::{Host, Lab},
    stop::{Order, Stop},
};

const PAUSE: Duration = Duration::from_micros(500);

/// A reader of every host's mongod.conf, until [`Reader::end`].
pub(crate) struct Reader {
    stop: Stop,
    readers: Vec<JoinHandle<Seen>>,
}

/// The contents one host's file has had.
#[derive(Debug)]
pub(crate) struct Seen {
    /// The host.
    pub(crate) host: Host,
    /// Every content, or why there was none.
    pub(crate) contents: BTreeSet<Result<String, String>>,
    /// How often it was looked at.
    pub(crate) looks: u64,
}

impl Reader {
    /// Begins.
    pub(crate) fn start(lab: &Lab) -> Self {
        let stop = Stop::new();
        let reader = |host: &Host| {
            let (host, stop) = (host.clone(), stop.order());
            thread::spawn(move || read_until(&stop, host))
        };
        Self { readers: lab.hosts.iter().map(reader).collect(), stop }
    }

    /// Stops, and fails if a host's file ever was anything else than `known` knows.
    // promise: B1
    pub(crate) fn end(self, known: impl Fn(&Host, &str) -> bool) -> Vec<Seen> {
        self.stop.tell();
        let all: Vec<Seen> = self.readers.into_iter().map(|one| one.join().unwrap()).collect();
        for seen in &all {
            for content in &seen.contents {
                let whole = content.as_ref().is_ok_and(|text| known(&seen.host, text));
                assert!(whole, "{}: mongod.conf was seen as {content:?}", seen.host.name);
            }
        }
        all
    }
}

fn read_until(stop: &Order, host: Host) -> Seen {
    let path = host.root.join("etc/mongod.conf");
    let mut seen = Seen { host, contents: BTreeSet::new(), looks: 0 };
    while !stop.given() {
        let content = fs::read_to_string(&path).map_err(|error| error.to_string());
        seen.contents.insert(content);
        seen.looks += 1;
        thread::sleep(PAUSE);
    }
    seen
}
