"""A control group of its own for every host, in which all of its processes are found again.

systemd-nspawn puts a machine below the group it was started in. Started from one shell, all hosts would share one group
and systemd on one host could not tell its services from those of another. The group also makes notes of process ids
superfluous: whatever is in it belongs to that host.
"""

import contextlib
import os
import signal
from pathlib import Path

from places import STATE, locked
from progress import wait_until

TOP = "tlsplan-lab"


def mounted_hierarchies():
    """The mount points systemd uses: the unified hierarchy, and on older machines the one called `systemd`."""
    found = []
    for line in Path("/proc/mounts").read_text().splitlines():
        _, point, kind, flags, *_ = line.split()
        if point.startswith("/sys/fs/cgroup") and (kind == "cgroup2" or "name=systemd" in flags.split(",")):
            found.append(Path(point))
    return found


def groups_of(host):
    return [hierarchy / TOP / host.lab.name / host.name for hierarchy in mounted_hierarchies()]


def create(host):
    with locked(STATE / "cgroups.lock"):  # against another lab that removes the top group
        for group in groups_of(host):
            group.mkdir(parents=True, exist_ok=True)


def processes_of(host):
    """The ids of every process of the host, the supervising systemd-nspawn among them."""
    found = set()
    for group in groups_of(host):
        for directory, _, _ in os.walk(group):
            found.update(read_members(Path(directory)))
    return found


def read_members(group):
    try:
        return {int(line) for line in (group / "cgroup.procs").read_text().split()} - {0}
    except (FileNotFoundError, OSError):
        return set()


def first_process(host):
    """The id, outside, of the process that is number 1 inside; None when the host is off."""
    for process in processes_of(host):
        if inner_numbers(process)[1:] == ["1"]:
            return process
    return None


def inner_numbers(process):
    """The ids a process has, from the outermost process namespace to the innermost."""
    try:
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("NSpid:"):
                return line.split()[1:]
    except (FileNotFoundError, ProcessLookupError):
        pass
    return []


def processes_inside(first):
    """The ids of all that runs in the process namespace of `first`, whichever group it was put in."""
    namespace = os.stat(f"/proc/{first}/ns/pid").st_ino
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "ns/pid").stat().st_ino == namespace:
                yield int(entry.name)
        except OSError:
            continue  # ended meanwhile, or not even root may look


def kill_all(host):
    """Ends everything on the host at once, as a power cut would."""
    first = first_process(host)
    if first:
        kill(first)  # the kernel ends its whole process namespace with it
    wait_until(lambda: not kill_rest(host), f"{host.name}: ending its processes", 20, lambda: processes_of(host))


def kill_rest(host):
    """Kills what is still there and tells how much that was."""
    rest = processes_of(host)
    for process in rest:
        kill(process)
    return len(rest)


def kill(process):
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def remove(place):
    """Removes the empty groups of a host or of a whole lab, given its path below the top group."""
    with locked(STATE / "cgroups.lock"):
        for hierarchy in mounted_hierarchies():
            for directory, _, _ in os.walk(hierarchy / TOP / place, topdown=False):
                os.rmdir(directory)
            top = hierarchy / TOP
            if top.exists() and not any(path.is_dir() for path in top.iterdir()):
                top.rmdir()
