"""What a host looked like when its boot was over: the measure for what happened since that no file tells of."""

import json
import os
from pathlib import Path

import cgroups

# Folders in memory. What a test leaves in them would be gone after a boot, and so it is after a reset.
VOLATILE = ("run", "tmp", "dev/shm", "run/systemd/system", "run/systemd/system.control", "run/systemd/transient")

LIST_UNITS = "systemctl list-units --plain --no-legend --type=service,socket,timer,path,scope".split()


def take(host, inside):
    """Looks at a host; `inside` runs a command in it and returns what it says."""
    return {
        "mounts": mount_points(host),
        "units": [line.split()[0] for line in inside(host, *LIST_UNITS, "--state=active,activating").splitlines()],
        "volatile": {folder: names_in(seen_from_outside(host, folder)) for folder in VOLATILE},
    }


def save(host, record):
    path_of(host).write_text(json.dumps(record))


def forget(host):
    path_of(host).unlink(missing_ok=True)


def exists(host):
    return path_of(host).exists()


def load(host):
    return json.loads(path_of(host).read_text())


def path_of(host):
    return host.directory / "boot.json"


def seen_from_outside(host, folder):
    """A folder of the running host with whatever is mounted there, which `host.root` does not show."""
    return Path(f"/proc/{cgroups.first_process(host)}/root") / folder


def mount_points(host):
    """Where file systems are mounted inside the host, in the order they were mounted."""
    lines = Path(f"/proc/{cgroups.first_process(host)}/mountinfo").read_text().splitlines()
    return [line.split()[4] for line in lines]


def names_in(folder):
    return sorted(os.listdir(folder)) if folder.is_dir() else []
