//! What a host is, in so many words that "untouched" can be proved by comparing two of them.

use std::{collections::BTreeMap, fmt::Write, fs, os::unix::fs::MetadataExt};

use crate::lab::Lab;

/// Each host's service life and configuration file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint(BTreeMap<String, One>);

/// One host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct One {
    /// `MainPID`, `InvocationID`, `NRestarts`, `ActiveState`.
    pub(crate) unit: String,
    /// Inode, owner, mode and times of mongod.conf.
    pub(crate) inode: String,
    /// Its text.
    pub(crate) text: String,
    /// The unit's drop-ins, and what of the program's lies on the host.
    pub(crate) rest: String,
}

impl Fingerprint {
    /// Of every host of the lab, as it is now.
    pub(crate) fn of(lab: &Lab) -> Self {
        Self(lab.hosts.iter().map(|host| (host.name.clone(), one(lab, &host.name))).collect())
    }

    /// Of one host.
    pub(crate) fn on(&self, host: &str) -> &One {
        &self.0[host]
    }

    /// Fails unless this host's service and its configuration file are as they were; what the
    /// program keeps there for itself may differ.
    pub(crate) fn undisturbed(&self, lab: &Lab, host: &str) {
        let but_for_ours = |one: &One| One { rest: String::new(), ..one.clone() };
        let now = one(lab, host);
        assert_eq!(but_for_ours(&self.0[host]), but_for_ours(&now), "{host} was touched");
    }

    /// Fails, naming what differs, unless nothing of these hosts has changed.
    pub(crate) fn untouched(&self, lab: &Lab, hosts: &[&str]) {
        for host in hosts {
            assert_eq!(self.0[*host], one(lab, host), "{host} was touched");
        }
    }
}

fn one(lab: &Lab, name: &str) -> One {
    let host = lab.host(name);
    let path = host.root.join("etc/mongod.conf");
    let data = fs::metadata(&path).unwrap();
    let mut inode = String::new();
    write!(
        inode,
        "inode {} owner {}:{} mode {:o} changed {}.{:09}",
        data.ino(),
        data.uid(),
        data.gid(),
        data.mode(),
        data.mtime(),
        data.mtime_nsec()
    )
    .unwrap();
    // In one call: to enter a host takes longer than to look around there.
    let printed = lab.shell(
        name,
        "systemctl show mongod -p MainPID,InvocationID,NRestarts,ActiveState,SubState; echo ==
        ls -R /etc/systemd/system /run/systemd/system /var/lib/tlsplan 2>/dev/null || true",
    );
    let (unit, rest) = printed.split_once("==\n").unwrap();
    One {
        unit: unit.to_owned(),
        inode,
        text: fs::read_to_string(path).unwrap(),
        rest: rest.to_owned(),
    }
}
