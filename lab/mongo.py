"""A connection to one mongod that speaks the wire protocol itself.

mongosh needs more than a second before its first command; asking a member how it is must cost a millisecond.
"""

import base64
import hashlib
import hmac
import os
import socket
import ssl
import struct

import bson
import network
from places import MONGOD_PORT
from progress import LabError

OP_MSG = 2013
SECONDS = 10


class CommandFailed(LabError):
    """The server answered that it would not."""

    def __init__(self, command, reply):
        super().__init__(f"mongod refused `{command}`: {reply.get('codeName', '')} {reply.get('errmsg', reply)}")
        self.code = reply.get("codeName")


class Connection:
    """A plaintext connection to the mongod of one host; use it in a `with`."""

    def __init__(self, host, through_localhost=False):
        if through_localhost:
            with network.inside(host):
                self.socket = socket.create_connection(("127.0.0.1", MONGOD_PORT), timeout=SECONDS)
        else:
            self.socket = socket.create_connection((host.address, MONGOD_PORT), timeout=SECONDS)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def command(self, document, database="admin"):
        """Runs a command and returns the reply; a refusal is a `CommandFailed`."""
        body = struct.pack("<IB", 0, 0) + bson.encode(document | {"$db": database})
        self.socket.sendall(struct.pack("<iiii", 16 + len(body), 1, 0, OP_MSG) + body)
        length = struct.unpack("<i", self.receive(4))[0]
        reply = bson.decode(self.receive(length - 4)[12 + 5 :])
        if not reply.get("ok"):
            raise CommandFailed(next(iter(document)), reply)
        return reply

    def receive(self, count):
        data = b""
        while len(data) < count:
            piece = self.socket.recv(count - len(data))
            if not piece:
                raise ConnectionError("mongod closed the connection")
            data += piece
        return data

    def log_in(self, user, password):
        """Proves to the server that we know the password (SCRAM-SHA-256)."""
        nonce = base64.b64encode(os.urandom(18)).decode()
        first = f"n={user},r={nonce}"
        start = self.command({"saslStart": 1, "mechanism": "SCRAM-SHA-256", "payload": f"n,,{first}".encode()})
        challenge = start["payload"].decode()
        fields = dict(part.split("=", 1) for part in challenge.split(","))
        salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(fields["s"]), int(fields["i"]))
        without_proof = f"c=biws,r={fields['r']}"
        client_key = hmac.digest(salted, b"Client Key", "sha256")
        stored_key = hashlib.sha256(client_key).digest()
        signature = hmac.digest(stored_key, f"{first},{challenge},{without_proof}".encode(), "sha256")
        proof = base64.b64encode(bytes(a ^ b for a, b in zip(client_key, signature, strict=True))).decode()
        reply = self.command(sasl_step(start, f"{without_proof},p={proof}"))
        if not reply["done"]:
            self.command(sasl_step(start, ""))


def sasl_step(start, payload):
    return {"saslContinue": 1, "conversationId": start["conversationId"], "payload": payload.encode()}


def speaks_tls(host):
    """Whether a member takes up TLS at all, as one that runs in the mode `disabled` does not."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with socket.create_connection((host.address, MONGOD_PORT), timeout=SECONDS) as plain, context.wrap_socket(plain):
            return True
    except OSError:  # an `ssl.SSLError` is one as well
        return False


def state_of(host):
    """What a member says about itself (`isMaster`, which every version answers without a login); None if it says nothing."""
    try:
        with Connection(host) as member:
            return member.command({"isMaster": 1})
    except (OSError, CommandFailed):
        return None
