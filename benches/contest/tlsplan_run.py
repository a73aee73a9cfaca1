"""tlsplan, with a plan for the lab's addresses."""

import shutil
from pathlib import Path

from . import program
from .errors import BenchError

FOLDER = Path(__file__).resolve().parents[1] / "tlsplan"


class Tlsplan:
    """One plan with the keys and certificates it names beside it."""

    def __init__(self, lab, identity, scratch, binary):
        self.binary = binary.resolve()
        self.scratch = scratch
        self.runs = 0
        shutil.copytree(identity, scratch, dirs_exist_ok=True)
        shutil.copy(FOLDER / "mongod.conf.hbs", scratch)
        self.plan = scratch / "plan.toml"
        self.plan.write_text((FOLDER / "plan.toml").read_text() + "".join(host_table(host) for host in lab.hosts))

    def run(self):
        self.runs += 1
        command = [self.binary, "apply", self.plan, "--yes"]
        program.run(command, self.scratch / f"log-{self.runs}")

    def close(self):
        """The program holds nothing after its end."""


def require(binary):
    """Says at once, not after minutes, that the program has not been built."""
    if not binary.exists():
        raise BenchError(f"there is no {binary}", hint="`cargo build --release`, or measure the others: --only floor,ansible")


def host_table(host):
    return f'\n[hosts.{host.name}]\naddress = "{host.address}"\nvars = {{ bind_name = "{host.fqdn}" }}\n'
