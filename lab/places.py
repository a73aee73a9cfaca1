"""Names and places: what a lab is called, which addresses it has, where its files lie.

Everything the lab keeps is below one directory. `cache/` holds what took long to make and is the same for all labs;
`labs/NAME/` holds one lab. A lab's subnet is remembered in its directory, so that addresses never change.
"""

import fcntl
import hashlib
import json
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from progress import LabError

STATE = Path(os.environ.get("TLSPLAN_LAB_STATE", "/var/lib/tlsplan-lab"))
CACHE = STATE / "cache"
LABS = STATE / "labs"

DEFAULT_NAME = "lab"
DEFAULT_SUBNET = 99  # the default lab is 10.99.0.0/24; the plans in the repository say so
MONGOD_PORT = 27017


@dataclass(frozen=True)
class HostPlace:
    """One host of a lab, before anything about it exists."""

    lab: "LabPlace"
    number: int

    @property
    def name(self):
        return f"db{self.number}"

    @property
    def fqdn(self):
        return f"{self.name}.{self.lab.domain}"

    @property
    def address(self):
        return f"{self.lab.prefix}.{10 + self.number}"

    @property
    def member(self):
        return f"{self.fqdn}:{MONGOD_PORT}"

    @property
    def namespace(self):
        return f"tlsplan-{self.lab.name}-{self.name}"

    @property
    def veth(self):
        return f"tlslab{self.lab.subnet}-{self.number}"

    @property
    def directory(self):
        return self.lab.directory / "hosts" / self.name

    @property
    def root(self):
        """The host's file system as it is now, seen from outside."""
        return self.directory / "root"

    @property
    def upper(self):
        """What the running host has changed since it was made: the upper layer of its overlay."""
        return self.directory / "upper"

    @property
    def pristine(self):
        """The host's file system as it was made: the lower layers alone, read only."""
        return self.directory / "pristine"

    @property
    def own_layer(self):
        """The lowest layer that is this host's alone: its configuration, keys, certificates and first data."""
        return self.directory / "own"


@dataclass(frozen=True)
class LabPlace:
    """One lab: its name, its subnet, its directory."""

    name: str
    subnet: int

    @property
    def domain(self):
        return f"{self.name}.test"

    @property
    def prefix(self):
        return f"10.{self.subnet}.0"

    @property
    def controller_address(self):
        return f"{self.prefix}.1"

    @property
    def bridge(self):
        return f"tlslab{self.subnet}"

    @property
    def directory(self):
        return LABS / self.name

    @property
    def ssh(self):
        return self.directory / "ssh"

    @property
    def tls(self):
        return self.directory / "tls"

    def hosts(self, count):
        return [HostPlace(self, number) for number in range(1, count + 1)]


def find_lab(name):
    """The lab called `name`, with the subnet it was given once; a new name gets the next free one."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,20}", name):
        raise LabError(f"`{name}` cannot be a lab's name", hint="use up to 21 lower-case letters, digits and hyphens")
    with locked(STATE / "lock"):
        remembered = LABS / name / "subnet"
        if remembered.exists():
            return LabPlace(name, int(remembered.read_text()))
        subnet = DEFAULT_SUBNET if name == DEFAULT_NAME else free_subnet()
        remembered.parent.mkdir(parents=True, exist_ok=True)
        remembered.write_text(f"{subnet}\n")
        return LabPlace(name, subnet)


def free_subnet():
    taken = {int(path.read_text()) for path in LABS.glob("*/subnet")}
    for subnet in range(DEFAULT_SUBNET - 1, 0, -1):
        if subnet not in taken and not Path(f"/sys/class/net/tlslab{subnet}").exists():
            return subnet
    raise LabError("every subnet from 10.1.0.0/24 to 10.98.0.0/24 belongs to a lab", hint="`lab --lab NAME purge` some")


def cached(kind, *recipe):
    """Where the cache keeps a thing made by this recipe; another recipe, another place."""
    return CACHE / f"{kind}-{hashlib.sha256(repr(recipe).encode()).hexdigest()[:10]}"


@contextmanager
def locked(path):
    """Holds an exclusive lock on a file; the kernel drops it should we die."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def read_json(path):
    """The content of a JSON file, or None where there is none that can be read."""
    try:
        return json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return None


def write_json(path, value):
    """Replaces a JSON file at once, so that an interrupted write leaves the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(json.dumps(value, indent=2) + "\n")
    new.replace(path)
