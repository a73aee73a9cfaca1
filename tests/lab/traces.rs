//! The oracle of leftovers: after a run nothing of the program runs on a host, and nothing lies
//! there but its state directory.
//!
//! The upper layer of a host's overlay is the list of everything that changed since it was made, so
//! a file need not be known to be found.

use std::{collections::BTreeSet, fs, os::unix::fs::MetadataExt, path::Path, time::Duration};

use crate::{
    lab::{Host, Lab},
    wait::until_ok,
};

/// sshd needs a moment to see that the controller has gone, and a mongosh that was just started sees
/// the end of its input only once it is up, which takes seconds where the cores are busy.
const MOMENT: Duration = Duration::from_secs(20);

/// What the server and systemd change all the time, and what the program may change.
const ALLOWED: [&str; 6] = [
    "etc/mongod.conf/",
    "var/lib/tlsplan/",
    "var/lib/mongodb/",
    "var/lib/systemd/",
    "var/lib/sudo/lectured/",
    "var/log/",
];

/// Everything but the kernel's own, systemd's own and what the lab runs.
const PROCESSES: &str = "ps -eo user=,args= | grep -vE ' (systemd|/sbin/init|/lib/systemd/|/usr/lib/systemd/|/usr/bin/dbus-daemon|@dbus-daemon|\\(sd-pam\\)|sshd: /usr/sbin/sshd|/usr/bin/mongod --config /etc/mongod.conf|sh -c ps |ps -eo|grep -vE)' || true";
const UNITS: &str = "systemctl list-units --all --plain --no-legend 'tlsplan*'; systemctl list-timers --all --no-legend 'tlsplan*'; systemctl list-unit-files --no-legend 'tlsplan*' || true";
/// The places that are not on the overlay.
const VOLATILE: &str = "find /tmp /dev/shm -mindepth 1 | grep -vE '^/tmp/(mongodb-27017.sock|\\.[A-Za-z0-9]+-unix)$'; find /run -name '*tlsplan*'";

/// What was on the hosts before a run.
pub(crate) struct Traces(Vec<BTreeSet<String>>);

impl Traces {
    /// Takes it down.
    pub(crate) fn before(lab: &Lab) -> Self {
        Self(lab.hosts.iter().map(|host| traces(lab, host)).collect())
    }

    /// Fails if a host shows a trace of a run beside what it may leave.
    // promise: B6, B3
    pub(crate) fn none_left(&self, lab: &Lab) {
        for (host, before) in lab.hosts.iter().zip(&self.0) {
            until_ok(MOMENT, || {
                let now = traces(lab, host);
                let new: Vec<_> = now.difference(before).cloned().collect();
                if new.is_empty() { Ok(()) } else { Err(new.join("\n")) }
            })
            .unwrap_or_else(|traces| panic!("left on {}:\n{traces}", host.name));
        }
    }
}

fn traces(lab: &Lab, host: &Host) -> BTreeSet<String> {
    let mut traces = BTreeSet::new();
    // In one call, with the processes first: to enter a host takes longer than to look around there.
    let printed = lab.shell(&host.name, &[PROCESSES, UNITS, VOLATILE].join("\n"));
    traces.extend(printed.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned));
    changed_below(&host.upper, &host.upper, &mut traces);
    traces
}

/// Every file of the upper layer that nobody had a reason to change, with its time and size.
fn changed_below(top: &Path, directory: &Path, changed: &mut BTreeSet<String>) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        let inside = path.strip_prefix(top).unwrap().to_string_lossy().into_owned();
        if ALLOWED.iter().any(|allowed| format!("{inside}/").starts_with(allowed)) {
            continue;
        }
        let Ok(data) = entry.metadata() else { continue };
        if data.is_dir() {
            changed_below(top, &path, changed);
        } else {
            changed.insert(format!("/{inside} {} bytes, {}", data.len(), data.mtime()));
        }
    }
}
