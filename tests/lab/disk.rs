//! A disk that takes nothing more at each phase: full, read-only, or with a file that cannot be moved.
//!
//! What lies over /etc is a small file system with a copy of it, or the same files seen through a mount
//! that forbids; taken away it leaves the host as it was.

use crate::{
    cell::{Met, Set},
    lab::Lab,
};

/// A small file system over /etc, and not a byte left on it.
const FULL_ETC: &str = "lab exec db3 -- sh -ec '
    mkdir /run/small; mount -t tmpfs -o size=8m,mode=755 small /run/small; cp -a /etc/. /run/small
    mount --bind /run/small /etc; dd if=/dev/zero of=/etc/fill bs=4k || :'";
/// What the program changed there is brought to the disk below.
const ROOM_IN_ETC: &str = "lab exec db3 -- sh -ec '
    rm /etc/fill; mkdir /run/disk; mount --bind / /run/disk
    cd /run/disk/etc/systemd/system; find . -name \"tlsplan-*\" -delete
    cd /etc/systemd/system; find . -name \"tlsplan-*\" -exec cp -a --parents {} /run/disk/etc/systemd/system \\;
    cd /; cp -a /etc/mongod.conf /run/disk/etc; umount /etc /run/small /run/disk; rmdir /run/small /run/disk'";

const FULL_STATE: &str = "lab exec db3 -- sh -ec '
    mkdir -p -m 0700 /var/lib/tlsplan /run/small; mount -t tmpfs -o size=64k,mode=700 small /run/small
    cp -a /var/lib/tlsplan/. /run/small; mount --bind /run/small /var/lib/tlsplan
    dd if=/dev/zero of=/var/lib/tlsplan/fill bs=4k || :'";
const ROOM_IN_STATE: &str = "lab exec db3 -- sh -ec '
    umount /var/lib/tlsplan /run/small; rmdir /run/small'";

const READ_ONLY: &str =
    "lab exec db3 -- sh -ec 'mount --bind /etc /etc; mount -o remount,bind,ro /etc'";
const WRITABLE: &str = "lab exec db3 -- umount /etc";

const MOUNTED: &str = "lab exec db3 -- mount --bind /etc/mongod.conf /etc/mongod.conf";
const UNMOUNTED: &str = "lab exec db3 -- umount /etc/mongod.conf";

const IMMUTABLE: &str = "lab exec db3 -- chattr +i /etc/mongod.conf";
const MUTABLE: &str = "lab exec db3 -- chattr -i /etc/mongod.conf";

/// Everything that stands in the way, and how it is taken away.
const ALL: [(&str, &str); 5] = [
    (FULL_ETC, ROOM_IN_ETC),
    (FULL_STATE, ROOM_IN_STATE),
    (READ_ONLY, WRITABLE),
    (MOUNTED, UNMOUNTED),
    (IMMUTABLE, MUTABLE),
];

/// What is left of ours on the host as it sees itself.
fn left(lab: &Lab) -> String {
    let ours = "find /etc -name '*tlsplan*'; find /var/lib/tlsplan/armed -mindepth 1 2>&- || :
        ls /run/systemd/transient | grep tlsplan || :";
    lab.shell("db3", ours)
}

/// The host as it sees itself has its old bytes.
fn same_bytes(lab: &Lab, met: &Met) {
    assert_eq!(lab.exec("db3", &["cat", "/etc/mongod.conf"]), met.before.on("db3").text);
}

/// A fault when a run comes to this point: the old bytes stay, and nothing of ours.
fn is_met_at(set: &Set, point: &str, (deed, mend): (&str, &str)) {
    let met = set.meets(point, deed, &[21, 78]);
    met.undisturbed(set, &["db1", "db2", "db3"]);
    same_bytes(&set.lab, &met);
    // What cannot be taken away from a disk that takes nothing waits for the next run; it is a
    // guard with nothing to do.
    if (point, deed) != ("db3.restart.before", READ_ONLY) {
        assert_eq!(left(&set.lab), "", "{point} {deed}");
    }
    set.now(mend);
    met.undisturbed(set, &["db3"]);
}

/// promise: B1. Before the run begins, and in the middle of it.
#[test]
#[ignore = "needs the lab"]
fn a_disk_that_takes_nothing_is_met_before_anything_is_touched() {
    let set = Set::fresh().with_driver();
    for (deed, mend) in ALL {
        let met = set.begins_with(deed, &[78]);
        met.says(&[
            "`/etc/mongod.conf` on `db3` cannot be replaced",
            "nothing was touched on any host",
        ]);
        same_bytes(&set.lab, &met);
        assert_eq!(left(&set.lab), "");
        set.now(mend);
    }
    is_met_at(&set, "db3.restart.before", (FULL_ETC, ROOM_IN_ETC));
}

mod thorough {
    use super::*;

    /// promise: B1, B6
    #[test]
    #[ignore = "needs the lab"]
    fn a_disk_that_takes_nothing_more_leaves_the_old_bytes_and_nothing_else() {
        let set = Set::fresh();
        for fault in ALL {
            is_met_at(&set, "db3.restart.before", fault);
        }
        set.converges();
    }
}

mod sweep {
    use super::*;

    /// promise: B1, B6
    #[test]
    #[ignore = "needs the lab"]
    fn a_disk_that_takes_nothing_more_before_it_is_armed_and_when_files_alone_are_replaced() {
        let set = Set::fresh();
        for fault in ALL {
            is_met_at(&set, "db3.arm.before", fault);
        }
        for (deed, mend) in [(FULL_ETC, ROOM_IN_ETC), (READ_ONLY, WRITABLE), (MOUNTED, UNMOUNTED)] {
            set.meets("db3.replace.before", deed, &[21]).says(&["as it was"]);
            assert!(set.lab.exec("db3", &["cat", "/etc/mongod.conf"]).contains("mode: allowTLS"));
            assert_eq!(left(&set.lab), "", "{deed}");
            set.now(mend);
        }
        set.converges();
    }
}
