"""Back to the pristine state without a reboot.

Files are put back by `changes.py`. What runs is treated the same way, measured against the record of the boot: every
process the boot did not start is ended, every unit it did not start is stopped, every mount it did not make is undone.
"""

from pathlib import Path

import boot_record
import cgroups
import host as hosts
import network
from changes import discard, undo_changes
from process import succeeds
from progress import wait_until

BOOT_PROCESSES = {"systemd", "systemd-journal", "dbus-daemon", "sshd"}
MONGOD = "mongod.service"


def restore(host):
    """Makes a running host what it was right after its first boot; mongod starts afresh and is not waited for."""
    record = boot_record.load(host)
    stop_units(host, record)
    end_strays(host)
    undo_mounts(host, record)
    network.configure(host)
    undo_changes(host)
    empty_volatile(host, record)
    # A unit that would start itself again has lost its file by now: what runs after the reload is ended for good.
    hosts.inside(host, "systemctl", "daemon-reload")
    end_strays(host)
    lost = [unit for unit in record["units"] if unit not in (MONGOD, "ssh.service")]
    start = f"systemctl start {' '.join(lost)}; systemctl start --no-block mongod; systemctl restart ssh"
    afresh = f"hostname {host.name}; systemctl reset-failed; {start}"
    hosts.inside(host, "sh", "-ec", afresh)


def stop_units(host, record):
    """Tells systemd to give up mongod and all the boot did not start, without waiting for any of them."""
    now = boot_record.take(host, hosts.inside)["units"]
    strays = [unit for unit in now if unit not in record["units"] and not unit.startswith("session-")]
    succeeds(*hosts.entry(host), "systemctl", "stop", "--no-block", MONGOD, *strays)


def end_strays(host):
    """Kills every process that is not one of those the boot starts, stopped ones too, and sees them gone."""
    wait_until(lambda: not kill_strays(host), f"{host.name}: ending what was started on it", 20)


def kill_strays(host):
    """Kills what should not run and tells whether there was any."""
    first = cgroups.first_process(host)
    strays = [process for process in cgroups.processes_inside(first) if not started_by_boot(process, first)]
    for process in strays:
        cgroups.kill(process)
    return bool(strays)


def started_by_boot(process, first):
    """Whether a process is number 1 itself or one of its usual children; what has ended meanwhile is nobody's."""
    try:
        name, _, rest = Path(f"/proc/{process}/stat").read_text().partition("(")[2].rpartition(")")
    except (FileNotFoundError, ProcessLookupError):
        return True
    state, parent = rest.split()[:2]
    return process == first or state == "Z" or (int(parent) == first and name in BOOT_PROCESSES)


def undo_mounts(host, record):
    """Unmounts what was mounted since the boot, the newest first."""
    at_boot = list(record["mounts"])
    for point in reversed(boot_record.mount_points(host)):
        if point in at_boot:
            at_boot.remove(point)
        else:
            plain = point.encode().decode("unicode_escape")  # the kernel writes a space as \040
            succeeds(*hosts.entry(host), "umount", "--lazy", plain)


def empty_volatile(host, record):
    """Removes what appeared in the folders that live in memory."""
    for folder, at_boot in record["volatile"].items():
        outside = boot_record.seen_from_outside(host, folder)
        for name in boot_record.names_in(outside):
            if name not in at_boot:
                discard(outside / name)
