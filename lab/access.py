"""Ways in for a person or a test: commands on a host, faults, certificates, and what a plan needs beside it."""

import os
import shlex
import subprocess
from pathlib import Path

import certificates
import host as hosts
import network
import ssh_keys
from host_layer import CERTIFICATES, Layer, write_certificates
from lifecycle import require_running
from machine import install_programs
from mongo import state_of
from progress import LabError, say
from replica_set import ADMIN
from servers import MODERN_SERVER, OPENSSL_FOLDER, server_layer
from shell_layer import shell_layer


def find_host(lab, name):
    known = {host.name: host for host in lab.hosts(require_running(lab).hosts)}
    if name not in known:
        raise LabError(f"the lab `{lab.name}` has no host `{name}`", hint="it has " + ", ".join(known))
    return known[name]


def power_cut(lab, arguments):
    hosts.power_cut(find_host(lab, arguments.host))
    say("Off", arguments.host)


def boot(lab, arguments):
    host = find_host(lab, arguments.host)
    if hosts.is_on(host):
        say("On", host.name, "already")
    else:
        hosts.boot(host)


def cut(lab, arguments):
    network.cut(find_host(lab, arguments.host), arguments.reset)
    what = "every packet between the controller and its port 22 meets with a reset"
    say("Cut", arguments.host, what if arguments.reset else "nothing passes between the controller and its port 22")


def heal(lab, arguments):
    network.heal(find_host(lab, arguments.host))
    say("Healed", arguments.host)


def install_certificate(lab, arguments):
    host = find_host(lab, arguments.host)
    write_certificates(Layer(host.root), certificates.host_files(host, arguments.fault))
    say("Installed", host.name, f"{CERTIFICATES}: {certificates.FAULTS[arguments.fault]}")


def execute(lab, arguments):
    words = arguments.words[1:] if arguments.words[:1] == ["--"] else arguments.words
    if not words:
        raise LabError("no command", hint=f"lab exec {arguments.host} -- COMMAND ...")
    return subprocess.run([*hosts.entry(find_host(lab, arguments.host)), *words], check=False).returncode


def mongosh(lab, arguments):
    """mongosh with the login and TLS options the host needs now; arguments of the caller come last."""
    host, options = find_host(lab, arguments.host), require_running(lab)
    if not options.mongosh:
        raise LabError("this lab was made with --no-mongosh")
    words = arguments.words[1:] if arguments.words[:1] == ["--"] else arguments.words
    login = ["--username", ADMIN, "--password", options.secrets["mongodb"], "--authenticationDatabase", "admin"]
    tls = ["--tls", "--tlsCAFile", f"{CERTIFICATES}/ca.pem", "--tlsCertificateKeyFile", f"{CERTIFICATES}/server.pem"]
    command = ["mongosh", *(login if options.auth else []), *([] if state_of(host) else tls), *words]
    return subprocess.run([*hosts.entry(host), *command], check=False).returncode


def environment(lab, _arguments):
    """Prints assignments for `eval "$(lab env)"`."""
    options = require_running(lab)
    values = {
        "TLSPLAN_LAB": lab.name,
        "LAB_DIR": lab.directory,
        "LAB_DOMAIN": lab.domain,
        "LAB_HOSTS": " ".join(host.name for host in lab.hosts(options.hosts)),
        "LAB_CONTROLLER": lab.controller_address,
        "LAB_SERVER": options.server,
        "LAB_USER": "deploy",
        "LAB_SUDO_PASSWORD": options.secrets["sudo"],
        "LAB_MONGODB_USER": ADMIN,
        "LAB_MONGODB_PASSWORD": options.secrets["mongodb"],
    }
    values |= {f"LAB_{host.name.upper()}": host.address for host in lab.hosts(options.hosts)}
    for name, value in values.items():
        print(f"export {name}={shlex.quote(str(value))}")


def binaries(_lab, _arguments):
    """Prints assignments for `eval "$(lab binaries)"`, after fetching what is missing."""
    install_programs()
    old = server_layer("4.2")
    values = {
        "TLSPLAN_TEST_MONGOD": server_layer(MODERN_SERVER) / "usr/bin/mongod",
        "TLSPLAN_TEST_OLD_MONGOD": old / "usr/bin/mongod",
        "TLSPLAN_TEST_MONGOSH": shell_layer(MODERN_SERVER) / "usr/bin",
        "TLSPLAN_TEST_OLD_MONGOSH": shell_layer("4.2") / "usr/bin",
        "LD_LIBRARY_PATH": old / OPENSSL_FOLDER.lstrip("/"),  # only the old server asks for these versions
    }
    for name, value in values.items():
        print(f"export {name}={shlex.quote(str(value))}")


def controller(lab, arguments):
    """Copies the identity a controller needs into a directory, each file as private as it must be."""
    directory = Path(arguments.directory)
    directory.mkdir(parents=True, exist_ok=True)
    key = ssh_keys.client_key(lab)
    authority, client = certificates.client_files(lab)
    for source, mode in [(key, 0o600), (ssh_keys.public(key), 0o644), (authority, 0o644), (client, 0o600)]:
        place(directory / source.name, source.read_text(), mode)
    known = ssh_keys.known_hosts(lab.hosts(require_running(lab).hosts))
    place(directory / "known_hosts", known, 0o644)
    say("Copied", directory, "id_ed25519 id_ed25519.pub known_hosts ca.pem client.pem")


def place(path, text, mode):
    """Writes a file that at no time is readable to more than `mode` allows, owned as its directory is."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    owner = path.parent.stat()
    os.chown(path, owner.st_uid, owner.st_gid)
