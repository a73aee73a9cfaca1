"""The layer that makes a host that host: its name, keys, certificates, configuration, and the data it starts with.

It lies below the layer a running host writes to. So the pristine state of a host is always there to compare with and
to go back to, whatever a test did; see `restore.py`.
"""

import shutil
from pathlib import Path

import certificates
import ssh_keys
from places import locked
from process import run
from root_image import root_image

HERE = Path(__file__).parent
KEY_FILE = "/etc/mongodb.key"
CERTIFICATES = "/etc/ssl/mongodb"

SECURITY = f"""security:
  keyFile: {KEY_FILE}
"""


def build_host_layer(host, options, hosts, seed):
    """Writes the layer anew. `seed` is the directory of the data mongod shall start with, or None for an empty one."""
    shutil.rmtree(host.own_layer, ignore_errors=True)
    layer = Layer(host.own_layer)
    write_identity(layer, host, hosts)
    write_access(layer, host, options)
    write_mongod(layer, host, options)
    write_certificates(layer, certificates.host_files(host, options.bad_certs.get(host.name, "good")))
    if seed:
        layer.directory("var/lib/mongodb", "mongodb:mongodb", 0o755)
        run("cp", "-a", "--sparse=always", "-T", seed, host.own_layer / "var/lib/mongodb")


def write_identity(layer, host, hosts):
    layer.file("etc/hostname", f"{host.name}\n")
    lines = ["127.0.0.1 localhost", f"{host.lab.controller_address} controller.{host.lab.domain}"]
    lines += [f"{other.address} {other.fqdn} {other.name}" for other in hosts]
    layer.file("etc/hosts", "\n".join(lines) + "\n")
    for private in ssh_keys.host_keys(host).values():
        layer.file(f"etc/ssh/{private.name}", private.read_text(), mode=0o600)
        layer.file(f"etc/ssh/{private.name}.pub", ssh_keys.public(private).read_text())


def write_access(layer, host, options):
    """Lets `deploy` in by key, and through sudo with or without a password."""
    layer.directory("home/deploy", "deploy:deploy", 0o700)
    layer.directory("home/deploy/.ssh", "deploy:deploy", 0o700)
    authorized = ssh_keys.public(ssh_keys.client_key(host.lab)).read_text()
    layer.file("home/deploy/.ssh/authorized_keys", authorized, "deploy:deploy", 0o600)
    layer.directory("etc/sudoers.d", mode=0o750)
    may = "ALL=(ALL:ALL) ALL" if options.sudo_password else "ALL=(ALL:ALL) NOPASSWD: ALL"
    layer.file("etc/sudoers.d/deploy", f"deploy {may}\n", mode=0o440)
    hashed = run("openssl", "passwd", "-6", "-stdin", stdin=options.secrets["sudo"]).strip()
    shadow = (root_image() / "etc/shadow").read_text().splitlines()
    lines = [f"deploy:{hashed}:" + line.split(":", 2)[2] if line.startswith("deploy:") else line for line in shadow]
    layer.file("etc/shadow", "\n".join(lines) + "\n", "root:shadow", 0o640)


def write_mongod(layer, host, options):
    text = (HERE / "mongod.conf").read_text().replace("HOSTNAME", host.fqdn)
    layer.file("etc/mongod.conf", text.replace("#security:\n", SECURITY if options.auth else "#security:\n"))
    if options.auth:
        layer.file(KEY_FILE.lstrip("/"), key_file_text(host.lab), "mongodb:mongodb", 0o400)


def key_file_text(lab):
    """The secret the members share, made once per lab."""
    kept = lab.directory / "mongodb.key"
    with locked(lab.directory / "mongodb.key.lock"):
        if not kept.exists():
            kept.write_text(run("openssl", "rand", "-base64", "756"))
        return kept.read_text()


def write_certificates(layer, files):
    folder = CERTIFICATES.lstrip("/")
    layer.directory(folder)
    layer.file(f"{folder}/ca.pem", files.ca)
    layer.file(f"{folder}/server.pem", files.server, files.server_owner, files.server_mode)


class Layer:
    """A directory tree written with the owners and modes it has on a host."""

    def __init__(self, top):
        self.top = top
        self.top.mkdir(parents=True, exist_ok=True)

    def directory(self, path, owner="root:root", mode=0o755):
        (self.top / path).mkdir(parents=True, exist_ok=True)
        give(self.top / path, owner, mode)

    def file(self, path, text, owner="root:root", mode=0o644):
        (self.top / path).parent.mkdir(parents=True, exist_ok=True)
        (self.top / path).write_text(text)
        give(self.top / path, owner, mode)


def give(path, owner, mode):
    """Sets owner and mode; the names are those of the root image, not of the machine the lab runs on."""
    user, group = owner.split(":")
    path.chmod(mode)
    shutil.chown(path, number_of(user, "passwd"), number_of(group, "group"))


def number_of(name, database):
    for line in (root_image() / "etc" / database).read_text().splitlines():
        fields = line.split(":")
        if fields[0] == name:
            return int(fields[2])
    raise KeyError(f"{name} is not in /etc/{database} of the root image")
