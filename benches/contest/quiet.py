"""When a run may begin: the set is healthy and at rest, and the machine is not busy with something else."""

import os
import time
from pathlib import Path

from .errors import BenchError, say, wait_until
from .member import SECONDARY, Member

SET_SECONDS = 60
MACHINE_SECONDS = 120
SAMPLE = 2
IDLE_SHARE = 0.8


def wait_for_quiet(lab, identity):
    """Returns the load of the machine at the start, for the record."""
    members = [Member(host, identity).connect() for host in lab.hosts]
    try:
        wait_until(lambda: set_is_quiet(members), "a healthy, quiet set", SET_SECONDS)
    finally:
        for member in members:
            member.close()
    wait_for_machine()
    return round(os.getloadavg()[0], 2)


def set_is_quiet(members):
    """Plaintext only, one primary, everybody replicates from somebody and has applied the same operation."""
    views = [member.status() for member in members]
    at_rest = (
        len({view.applied for view in views}) == 1
        and len({view.primary for view in views}) == 1
        and views[0].primary is not None
        and all(peer["health"] == 1 for view in views for peer in view.peers)
        and all(view.sync_source for view in views if view.state == SECONDARY)
        and all(member.mode() == "disabled" for member in members)
    )
    return at_rest, "; ".join(map(str, views))


def wait_for_machine():
    try:
        wait_until(machine_is_idle, "an idle machine", MACHINE_SECONDS)
    except BenchError as error:
        say("Note", f"{error}; the run goes on and may be slower than it need be")


def machine_is_idle():
    before = processor_times()
    time.sleep(SAMPLE)  # a share of time can only be told over some time
    idle, total = (new - old for new, old in zip(processor_times(), before, strict=True))
    share = idle / max(total, 1)
    return share >= IDLE_SHARE, f"{share:.0%} idle"


def processor_times():
    fields = [int(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return fields[3] + fields[4], sum(fields)
