"""What a member says of itself, asked directly from the controller over the wire.

A client of pymongo's that lost its server waits half a second before it looks again. So whoever waits for a member that
restarts asks `Member.reconnect` for a new client each time, and keeps it once it answers.
"""

import socket
from datetime import UTC, datetime

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from .lab import PORT

SELECTION_MS = 2000
PRIMARY, SECONDARY = 1, 2


class Member:
    """A direct connection to one mongod, plain or over TLS with the controller's certificate."""

    def __init__(self, host, identity):
        self.host = host
        self.identity = identity
        self.client = None

    def connect(self, tls=False):
        """Opens a connection that did not exist before."""
        self.close()
        options = {}
        if tls:
            certificate = {"tlsCAFile": self.identity / "ca.pem", "tlsCertificateKeyFile": self.identity / "client.pem"}
            options = {"tls": True} | {name: str(path) for name, path in certificate.items()}
        limits = {"serverSelectionTimeoutMS": SELECTION_MS, "connectTimeoutMS": SELECTION_MS}
        self.client = MongoClient(self.host.fqdn, PORT, directConnection=True, **limits, **options)
        return self

    def reconnect(self):
        """Whether the member, which may be starting, answers by now."""
        try:
            socket.create_connection((self.host.address, PORT), timeout=1).close()
            self.connect().command("ping")
            return True
        except (OSError, PyMongoError):
            self.close()
            return False

    def close(self):
        if self.client:
            self.client.close()
            self.client = None

    def command(self, name, value=1, **fields):
        return self.client.admin.command(name, value, **fields)

    def status(self):
        return Status(self.command("replSetGetStatus"))

    def mode(self):
        return self.command("getParameter", tlsMode=1)["tlsMode"]


class Status:
    """One reply to `replSetGetStatus`."""

    def __init__(self, reply):
        self.members = reply["members"]
        self.own = next(member for member in self.members if member.get("self"))

    @property
    def state(self):
        return self.own["state"]

    @property
    def applied(self):
        return self.own["optime"]["ts"]

    @property
    def sync_source(self):
        return self.own.get("syncSourceHost") or None

    @property
    def primary(self):
        return next((member["name"] for member in self.members if member["state"] == PRIMARY), None)

    @property
    def peers(self):
        return [member for member in self.members if not member.get("self")]

    def hears(self, name, since):
        """Whether that peer is up and has answered a heartbeat since then."""
        peer = next(member for member in self.members if member["name"] == name)
        return peer["health"] == 1 and peer["state"] in (PRIMARY, SECONDARY) and peer["lastHeartbeat"] > since

    def hears_all(self, since):
        return all(self.hears(peer["name"], since) for peer in self.peers)

    def __str__(self):
        return f"{self.own['stateStr']}, primary {self.primary}, sync source {self.sync_source}"


def now():
    """The time as servers tell it; the hosts of a lab share the controller's clock."""
    return datetime.now(UTC).replace(tzinfo=None)


def find_primary(members):
    """The one member that takes writes, or None while there is none or more than one."""
    writable = [member for member in members if member.command("hello")["isWritablePrimary"]]
    return writable[0] if len(writable) == 1 else None
