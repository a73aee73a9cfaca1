"""The contest: every contestant once a round, each from the same start, each checked when it says it is done."""

import time
from collections import defaultdict
from dataclasses import dataclass, field

from . import host_python
from .ansible import Ansible
from .check import Footprint, check_finished, check_untouched
from .errors import say
from .floor import Floor
from .quiet import wait_for_quiet
from .tlsplan_run import Tlsplan

AGAIN = "-again"
REPEATED = ("tlsplan", "ansible")  # these are run once more on the finished cluster


@dataclass
class Results:
    """Seconds by contestant, and the machine's load before each measurement."""

    seconds: dict = field(default_factory=lambda: defaultdict(list))
    load: dict = field(default_factory=lambda: defaultdict(list))

    def add(self, contestant, seconds, load):
        self.seconds[contestant].append(round(seconds, 3))
        self.load[contestant].append(load)
        say("Measured", contestant, f"{seconds:.2f} s", f"load before {load}")


class Race:
    """Who takes part, where, and with which files."""

    def __init__(self, lab, scratch, cache, binary):
        self.lab = lab
        self.scratch = scratch
        self.cache = cache
        self.identity = scratch / "identity"
        self.makers = {
            "floor": lambda _: Floor(lab, self.identity),
            "floor-bare": lambda _: Floor(lab, self.identity, bare=True),
            "tlsplan": lambda folder: Tlsplan(lab, self.identity, folder, binary),
            "ansible": lambda folder: Ansible(lab, self.identity, folder),
            "ansible-tuned": lambda folder: Ansible(lab, self.identity, folder, tuned=True),
        }

    def run(self, names, rounds):
        self.lab.controller_files(self.identity)
        results = Results()
        for number in range(1, rounds + 1):
            say("Round", f"{number} of {rounds}")
            # Forth and back, so that whatever drifts on this machine does not always meet the same one.
            for name in names if number % 2 else reversed(names):
                self.measure(name, number, results)
        return results

    def measure(self, name, number, results):
        """One upgrade from plaintext, and for some the run after it that finds nothing to do."""
        self.lab.reset()
        host_python.install(self.lab, self.cache)
        folder = self.scratch / f"{name}-{number}"
        folder.mkdir()
        load = wait_for_quiet(self.lab, self.identity)
        contestant = self.makers[name](folder)
        try:
            results.add(name, timed(contestant), load)
            check_finished(self.lab, self.identity, name)
            if name in REPEATED:
                before = Footprint.of(self.lab)
                results.add(name + AGAIN, timed(contestant), load)
                check_untouched(before, self.lab, name)
        finally:
            contestant.close()


def timed(contestant):
    started = time.monotonic()
    contestant.run()
    return time.monotonic() - started
