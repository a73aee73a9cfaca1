"""What was asked for: one value that says everything about a lab, compared to see whether a running one still fits."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field

from certificates import FAULTS
from progress import LabError
from servers import SERVERS

DEFAULT_SUDO_PASSWORD = "lab-sudo"
DEFAULT_MONGODB_PASSWORD = "lab-mongodb"


@dataclass(frozen=True)
class Options:
    """The options of `lab up`; frozen and plain, so that two of them can be compared and kept as JSON."""

    hosts: int = 3
    server: str = "6.0"
    auth: bool = False
    sudo_password: bool = False
    arbiter: bool = False
    hidden: bool = False
    priorities: list = field(default_factory=list)
    bad_certs: dict = field(default_factory=dict)
    mongosh: bool = True
    initiate: bool = True
    secrets: dict = field(default_factory=dict)

    @classmethod
    def from_arguments(cls, arguments):
        """Reads the parsed command line and the passwords in the environment."""
        return cls(
            hosts=arguments.hosts,
            server=arguments.server,
            auth=arguments.auth,
            sudo_password=arguments.sudo_password,
            arbiter=arguments.arbiter,
            hidden=arguments.hidden,
            priorities=parse_priorities(arguments.priorities),
            bad_certs=parse_bad_certs(arguments.bad_cert),
            mongosh=not arguments.no_mongosh,
            initiate=not arguments.no_set,
            secrets={
                "sudo": os.environ.get("LAB_SUDO_PASSWORD", DEFAULT_SUDO_PASSWORD),
                "mongodb": os.environ.get("LAB_MONGODB_PASSWORD", DEFAULT_MONGODB_PASSWORD),
            },
        ).checked()

    def checked(self):
        """Returns itself, or says why no lab can be like this."""
        if not 1 <= self.hosts <= 7:
            raise LabError(f"--hosts {self.hosts}: a replica set has at most 7 voting members", hint="choose 1 to 7")
        if self.server not in SERVERS:
            raise LabError(f"--server {self.server} is not to be had", hint="choose " + ", ".join(SERVERS))
        if self.arbiter + self.hidden >= self.hosts:
            raise LabError("no host is left that could be primary", hint="raise --hosts")
        if self.priorities and len(self.priorities) != self.hosts:
            raise LabError(f"--priorities names {len(self.priorities)} of {self.hosts} hosts", hint="one number for each host")
        for host in self.bad_certs:
            if host not in [f"db{number}" for number in range(1, self.hosts + 1)]:
                raise LabError(f"--bad-cert: there is no host `{host}`", hint=f"hosts are db1 to db{self.hosts}")
        return self

    def to_json(self):
        return asdict(self)

    @classmethod
    def from_json(cls, value):
        return cls(**value)

    def set_key(self, lab):
        """Names the data directories of a freshly initiated set: equal keys, equal data."""
        facts = self.to_json() | {"domain": lab.domain}
        for name in ("sudo_password", "mongosh", "initiate", "bad_certs"):
            del facts[name]
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def parse_priorities(text):
    try:
        return [float(word) if "." in word else int(word) for word in text.split(",")] if text else []
    except ValueError:
        raise LabError(f"--priorities {text}: not numbers", hint="for example --priorities 2,1,1") from None


def parse_bad_certs(words):
    pairs = {}
    for word in words:
        host, _, fault = word.partition("=")
        if fault not in FAULTS:
            raise LabError(f"--bad-cert {word}: no such fault", hint="say HOST=FAULT, with FAULT in " + ", ".join(FAULTS))
        pairs[host] = fault
    return pairs
