"""After a run: is the cluster really where the contestant says it is? Asked by wire and by file."""

from dataclasses import dataclass

import yaml
from pymongo.errors import PyMongoError

from .errors import BenchError
from .lab import CONFIG
from .member import PRIMARY, SECONDARY, Member

WANTED = "requireTLS"
UNIT_AND_FILE = f"systemctl show -p InvocationID -p MainPID mongod; stat -c '%i %y' {CONFIG}; cat {CONFIG}"


def check_finished(lab, identity, contestant):
    """Raises unless every member requires TLS, would still do so after a restart, and the set is whole."""
    problems = []
    states = []
    for host in lab.hosts:
        member = Member(host, identity)
        try:
            mode, status = member.connect(tls=True).mode(), member.status()
            states.append(status.state)
            problems += [] if mode == WANTED else [f"{host.name} runs in {mode}"]
        except PyMongoError as error:
            problems.append(f"{host.name} does not answer over TLS: {str(error).split(' (configured')[0]}")
        finally:
            member.close()
        problems += [f"{host.name} takes plaintext"] if member.reconnect() else []
        member.close()
        in_file = yaml.safe_load(lab.execute(host, "cat", CONFIG))["net"].get("tls", {}).get("mode")
        problems += [] if in_file == WANTED else [f"{CONFIG} on {host.name} says {in_file}"]
    if sorted(states) != [PRIMARY] + [SECONDARY] * (len(lab.hosts) - 1):
        problems.append(f"the members' states are {states}")
    if problems:
        raise BenchError(f"{contestant} says it is done, and it is not: " + "; ".join(problems))


@dataclass(frozen=True)
class Footprint:
    """What a run that finds nothing to do must leave as it was: each unit's life, each file's bytes, inode and date."""

    hosts: tuple

    @classmethod
    def of(cls, lab):
        return cls(tuple(lab.execute_everywhere("sh", "-c", UNIT_AND_FILE)))


def check_untouched(before, lab, contestant):
    if Footprint.of(lab) != before:
        raise BenchError(f"{contestant} had nothing to do and changed something all the same")
