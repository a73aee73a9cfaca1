"""The playbook in `benches/ansible`, run as a person would run it."""

import subprocess
import sys
from pathlib import Path

import yaml

from . import program

FOLDER = Path(__file__).resolve().parents[1] / "ansible"
# Members moved side by side after the first, the server's sleep before a stop cut, nothing proved.
TUNED = {"move_serial": [1, "100%"], "mongod_stop_sleep_ms": 100, "mongod_prove": False}


class Ansible:
    """One controller directory: an inventory for the lab, and SSH connections shared by the tasks of one run."""

    def __init__(self, lab, identity, scratch, tuned=False):
        self.tuned = tuned
        self.identity = identity
        self.scratch = scratch
        self.runs = 0
        self.inventory = scratch / "inventory.yml"
        self.inventory.write_text(yaml.safe_dump(self.inventory_of(lab)))

    def inventory_of(self, lab):
        hosts = {host.name: {"ansible_host": host.address, "mongod_bind_name": host.fqdn} for host in lab.hosts}
        variables = yaml.safe_load((FOLDER / "group_vars.yml").read_text()) | {
            "ansible_user": lab.user,
            "ansible_ssh_private_key_file": str(self.identity / "id_ed25519"),
            "ansible_ssh_common_args": f"-o UserKnownHostsFile={self.identity / 'known_hosts'} -o IdentitiesOnly=yes",
        }
        return {"mongodb": {"hosts": hosts, "vars": variables | (TUNED if self.tuned else {})}}

    def run(self):
        """Runs the playbook once."""
        self.runs += 1
        own = self.scratch / str(self.runs)  # a fresh home: every run opens its own connections
        own.mkdir()
        environment = {
            "ANSIBLE_CONFIG": FOLDER / "ansible.cfg",
            "ANSIBLE_HOME": own,
            "ANSIBLE_SSH_CONTROL_PATH_DIR": own / "cp",
        }
        if self.tuned:
            environment["ANSIBLE_PIPELINING"] = "True"
        command = [Path(sys.executable).with_name("ansible-playbook"), "--inventory", self.inventory, FOLDER / "playbook.yml"]
        program.run(command, own / "log", environment, cwd=FOLDER)

    def close(self):
        """Ends the connections that SSH would keep for another minute."""
        for socket in self.scratch.glob("*/cp/*"):
            subprocess.run(["ssh", "-S", socket, "-O", "exit", "whatever"], capture_output=True, check=False)
