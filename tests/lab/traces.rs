//! The oracle of leftovers: after a run nothing of the program runs on a host, and nothing lies
//! there but its state directory.
//!
//! The upper layer of a host's overlay is the list of everything that changed since it was made, so
//! a file need not be known to be found.

use std::{fs, path::Path, time::Duration};

use crate::{
    lab::{Host, Lab},
    wait::until_ok,
};

/// sshd needs a moment to see that the controller has gone.
const MOMENT: Duration = Duration::from_secs(3);

/// What changes on a host whether or not anybody upgrades it, and what the program may change.
const ALLOWED: [&str; 12] = [
    "etc/mongod.conf",
    "var/lib/tlsplan/",
    "var/lib/mongodb/",
    "var/log/",
    "etc/machine-id",
    "etc/.pwd.lock",
    "etc/.updated",
    "var/.updated",
    "etc/systemd/system/multi-user.target.wants",
    "etc/systemd/system/sysinit.target.wants",
    "var/lib/systemd/",
    "var/lib/sudo/lectured/",
];

/// Everything but the kernel's own, systemd's own and what the lab runs.
const PROCESSES: &str = "ps -eo pid=,user=,args= | grep -vE ' (systemd|/sbin/init|/lib/systemd/|/usr/lib/systemd/|/usr/bin/dbus-daemon|@dbus-daemon|sshd: /usr/sbin/sshd|/usr/bin/mongod --config /etc/mongod.conf|sh -c ps |ps -eo|grep -vE)' || true";
const UNITS: &str = "systemctl list-units --all --plain --no-legend 'tlsplan*'; systemctl list-timers --all --no-legend 'tlsplan*'; systemctl list-unit-files --no-legend 'tlsplan*' || true";
/// The places that are not on the overlay.
const VOLATILE: &str = "find /tmp /dev/shm -mindepth 1 | grep -vE '^/tmp/(mongodb-27017.sock|\\.[A-Za-z0-9]+-unix)$'; find /run -name '*tlsplan*'";

/// Fails if a host shows a trace of a run beside what it may leave.
// promise: B6, B3
pub(crate) fn none_left(lab: &Lab) {
    for host in &lab.hosts {
        until_ok(MOMENT, || {
            let traces = traces(lab, host);
            if traces.is_empty() { Ok(()) } else { Err(traces.join("\n")) }
        })
        .unwrap_or_else(|traces| panic!("left on {}:\n{traces}", host.name));
    }
}

fn traces(lab: &Lab, host: &Host) -> Vec<String> {
    let mut traces = Vec::new();
    for script in [PROCESSES, UNITS, VOLATILE] {
        let printed = lab.shell(&host.name, script);
        traces.extend(printed.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned));
    }
    changed_below(&host.upper, &host.upper, &mut traces);
    traces
}

/// Every file of the upper layer that nobody had a reason to change.
fn changed_below(top: &Path, directory: &Path, changed: &mut Vec<String>) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        let inside = path.strip_prefix(top).unwrap().to_string_lossy().into_owned();
        if ALLOWED
            .iter()
            .any(|allowed| format!("{inside}/").starts_with(allowed) || inside == *allowed)
        {
            continue;
        }
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            changed_below(top, &path, changed);
        } else {
            changed.push(format!("/{inside}"));
        }
    }
}
