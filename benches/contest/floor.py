"""The floor: the same acts and the same waits for the server, with nothing in the way.

Direct connections to the servers, a root shell already open on every host, no SSH, no sudo, no looking twice, one
question every 20 ms. What is left is what the servers themselves need; nobody who does this job can be faster by much.
"""

import re
from datetime import datetime
from pathlib import Path

from .errors import wait_until
from .lab import CONFIG, in_parallel
from .member import SECONDARY, Member, find_primary, now
from .root_shell import RootShell

SECONDS = 60
STOP_SLEEP_MS = 100
BEGINNING = datetime(1970, 1, 1)
# The same file as tlsplan renders.
TEMPLATE = Path(__file__).resolve().parents[1] / "tlsplan" / "mongod.conf.hbs"


class Floor:
    """One upgrade. The bare floor proves nothing: no canary, no fresh connections, only a member's own word."""

    def __init__(self, lab, identity, bare=False):
        self.bare = bare
        self.members = [Member(host, identity).connect() for host in lab.hosts]
        self.shells = {host.name: RootShell(lab, host) for host in lab.hosts}
        self.primary = find_primary(self.members)

    def run(self):
        if not self.bare:
            in_parallel(lambda member: self.shell(member).canary(rendered(member, "allowTLS")), self.members)
        order = sorted(self.members, key=lambda member: member is self.primary)
        for member in order:
            if member is self.primary:
                self.step_down()
            self.restart(member)
        for mode in ("preferTLS", "requireTLS"):
            in_parallel(lambda member, mode=mode: self.write(member, mode), self.members)
            self.move(order[:1], mode)
            self.move(order[1:], mode)

    def close(self):
        for shell in self.shells.values():
            shell.close()
        for member in self.members:
            member.close()

    def shell(self, member):
        return self.shells[member.host.name]

    def write(self, member, mode):
        self.shell(member).write_file(CONFIG, rendered(member, mode))

    def step_down(self):
        """Returns when every member agrees on the successor."""
        self.primary.command("replSetStepDown", 60)

        def succeeded():
            names = {member.command("hello").get("primary") for member in self.members}
            return len(names) == 1 and names.pop() not in (None, self.primary.host.member), "no agreed successor"

        wait_until(succeeded, "the election after the step-down", SECONDS)
        self.primary = find_primary(self.members)

    def restart(self, member):
        member.command("setParameter", shutdownTimeoutMillisForSignaledShutdown=STOP_SLEEP_MS)
        if not self.bare:
            self.shell(member).arm(CONFIG)
        self.write(member, "allowTLS")
        self.shell(member).restart("mongod")
        since = now()
        # On an idle set a member picks a sync source only when somebody is ahead of it, which takes ten seconds otherwise.
        note = None if self.bare else self.note()
        wait_until(lambda: (member.reconnect(), "no answer"), f"{member.host.name}: mongod", SECONDS)
        wait_until(lambda: self.is_back(member, since, note), f"{member.host.name}: back in the set", SECONDS)
        if self.bare:
            return
        self.shell(member).confirm()
        # Nobody goes down while somebody does not hear this one.
        wait_until(lambda: self.is_heard_by_all(member, since), f"{member.host.name}: heard by all", SECONDS)

    def note(self):
        """Writes a no-op into the primary's oplog and returns a time not before it."""
        written = self.primary.command("appendOplogNote", data={"note": "benchmark"}, writeConcern={"w": 1})
        return written["operationTime"]

    def is_back(self, member, since, note):
        own = member.status()
        in_service = own.state == SECONDARY and own.primary is not None
        if self.bare:
            return in_service, own
        seen = self.primary.status().hears(member.host.member, since)
        return in_service and own.sync_source and own.applied >= note and own.hears_all(BEGINNING) and seen, own

    def move(self, members, mode):
        """Changes the running mode side by side and reads it back over connections that did not exist before."""

        def change(member):
            member.command("setParameter", tlsMode=mode)
            return member.connect(tls=True).mode()

        if set(in_parallel(change, members)) != {mode}:
            raise AssertionError(f"a member took {mode} and does not run in it")
        if not self.bare:
            self.prove(members)

    def prove(self, members):
        """Empties the pools between these members and their peers both ways; then all must be heard again."""
        note = self.note()
        in_parallel(lambda member: self.drop_connections(member, members), self.members)
        since = now()
        for member in members:
            wait_until(lambda member=member: self.is_heard(member, since, note), f"{member.host.name}: heard", SECONDS)

    def drop_connections(self, member, moved):
        peers = [peer for peer in self.members if peer is not member and (member in moved or peer in moved)]
        member.command("dropConnections", hostAndPort=[peer.host.member for peer in peers])

    def is_heard_by_all(self, member, since):
        peers = [peer.status() for peer in self.members if peer is not member]
        return all(peer.hears(member.host.member, since) for peer in peers), peers

    def is_heard(self, member, since, note):
        own = member.status()
        peers = [peer for peer in self.members if peer is not member]
        replicates = own.state != SECONDARY or (own.sync_source and own.applied >= note)
        both_ways = own.hears_all(since) and all(peer.status().hears(member.host.member, since) for peer in peers)
        return own.primary and replicates and both_ways, own


def rendered(member, mode):
    values = {
        "cache_gb": "0.25",
        "bind_name": member.host.fqdn,
        "replica_set": "rs0",
        "tls.mode": mode,
        "tls.certificate_key_file": "/etc/ssl/mongodb/server.pem",
        "tls.ca_file": "/etc/ssl/mongodb/ca.pem",
    }
    return re.sub(r"{{(.+?)}}", lambda found: values[found[1]], TEMPLATE.read_text())
