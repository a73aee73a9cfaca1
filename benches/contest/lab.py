"""The lab the contest is held in: three hosts of its own, put back to the pristine plaintext set before every run.

Only the lab's command line is used, so what is measured here is what anybody can do by hand.
"""

import os
import shlex
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .errors import BenchError

PROGRAM = Path(__file__).resolve().parents[2] / "lab" / "lab"
PORT = 27017
CONFIG = "/etc/mongod.conf"
HOSTS = 3
SERVER = "6.0"


@dataclass(frozen=True)
class Host:
    """One host as the controller sees it."""

    name: str
    address: str
    fqdn: str

    @property
    def member(self):
        """Its name in the replica set."""
        return f"{self.fqdn}:{PORT}"


class Lab:
    """One lab, by its name."""

    def __init__(self, name, log):
        self.name = name
        self.log = log
        self.environment = {}

    def up(self):
        self.call("up", "--hosts", str(HOSTS), "--server", SERVER)
        for line in self.call("env").splitlines():
            name, _, value = line.removeprefix("export ").partition("=")
            self.environment[name] = "".join(shlex.split(value))

    def reset(self):
        self.call("reset")

    def down(self):
        self.call("down")

    @property
    def hosts(self):
        domain = self.environment["LAB_DOMAIN"]
        names = self.environment["LAB_HOSTS"].split()
        return [Host(name, self.environment[f"LAB_{name.upper()}"], f"{name}.{domain}") for name in names]

    @property
    def user(self):
        return self.environment["LAB_USER"]

    def controller_files(self, directory):
        """Copies the controller's key, known_hosts and certificates into a directory."""
        self.call("controller", directory)
        return directory

    def execute(self, host, *command, stdin=None):
        """Runs a command as root on a host and returns its output."""
        return self.call("exec", host.name, "--", *command, stdin=stdin)

    def execute_everywhere(self, *command):
        return in_parallel(lambda host: self.execute(host, *command), self.hosts)

    def words(self, *arguments):
        return [str(word) for word in (PROGRAM, "--lab", self.name, *arguments)]

    def call(self, *arguments, stdin=None):
        """Runs the lab's command line; what it says on the way goes to the log."""
        with open(self.log, "ab") as log:
            options = {"stdout": subprocess.PIPE, "stderr": log, "env": os.environ | {"PYTHONPATH": ""}}
            done = subprocess.run(self.words(*arguments), stdin=stdin or subprocess.DEVNULL, check=False, **options)
        if done.returncode != 0:
            what = shlex.join(self.words(*arguments))
            raise BenchError(f"`{what}` ended with status {done.returncode}", hint=f"see the end of {self.log}")
        return done.stdout.decode()


def in_parallel(function, items):
    """Calls `function` for every item side by side; results in order, the first failure is raised."""
    items = list(items)
    with ThreadPoolExecutor(max_workers=max(1, len(items))) as pool:
        return list(pool.map(function, items))
