"""The network of a lab: a bridge for the controller, a namespace with one address for every host, names for all of them.

Everything is named after the lab and its subnet, so that what exists can be found and removed without any notes.
"""

import ctypes
import os
import threading
from contextlib import contextmanager
from pathlib import Path

from places import STATE, locked
from process import in_parallel, run, succeeds

ETC_HOSTS = Path("/etc/hosts")
NAMESPACES = Path("/run/netns")
CUT_TABLE = "tlsplan_lab_cut"
CLONE_NEWNET = 0x40000000


def create(lab, hosts):
    """Makes bridge, namespaces and names; what is there already is left alone."""
    if not Path("/sys/class/net", lab.bridge).exists():
        run("ip", "link", "add", lab.bridge, "type", "bridge")
    run("ip", "address", "replace", f"{lab.controller_address}/24", "dev", lab.bridge)
    run("ip", "link", "set", lab.bridge, "up")
    in_parallel(connect, hosts)
    write_names(lab, hosts)


def connect(host):
    """Gives a host its namespace, and in it `eth0` on the lab's bridge."""
    if (NAMESPACES / host.namespace).exists():
        return
    run("ip", "netns", "add", host.namespace)
    batch = f"""
        link add {host.veth} type veth peer name eth0 netns {host.namespace}
        link set {host.veth} master {host.lab.bridge} up
        """
    run("ip", "-batch", "-", stdin=batch)
    configure(host)


def configure(host):
    """Gives the host's interfaces their addresses, and only those, and removes every packet filter rule."""
    inside = f"""
        link set lo up
        address flush dev eth0
        address add {host.address}/24 dev eth0
        link set eth0 up
        """
    run("ip", "-netns", host.namespace, "-batch", "-", stdin=inside)
    run("ip", "netns", "exec", host.namespace, "nft", "flush", "ruleset")


def remove(lab):
    """Takes the lab's network away, whatever of it there is."""
    # A namespace lets go of its interfaces some time after it is deleted, so they are deleted first.
    for interface in interfaces_of(lab):
        run("ip", "link", "delete", interface)
    for namespace in namespaces_of(lab):
        run("ip", "netns", "delete", namespace)
    write_names(lab, [])


def interfaces_of(lab):
    """The controller's ends of the hosts' cables, and the bridge."""
    names = [path.name for path in Path("/sys/class/net").iterdir()]
    return [name for name in names if name == lab.bridge or name.startswith(f"{lab.bridge}-")]


def namespaces_of(lab):
    if not NAMESPACES.exists():
        return []
    prefix = f"tlsplan-{lab.name}-db"
    return [path.name for path in NAMESPACES.iterdir() if path.name.startswith(prefix) and path.name[len(prefix) :].isdigit()]


def write_names(lab, hosts):
    """Puts the hosts' names into /etc/hosts of the controller, each line marked as this lab's."""
    mark = f"# tlsplan lab {lab.name}"
    with locked(STATE / "etc-hosts.lock"):
        old = ETC_HOSTS.read_text()
        lines = [line for line in old.splitlines() if not line.endswith(mark)]
        lines += [f"{host.address} {host.fqdn} {mark}" for host in hosts]
        new = "\n".join(lines) + "\n"
        if new != old:
            ETC_HOSTS.write_text(new)  # in place: in a container the file is a mount and cannot be replaced


def cut(host, reset=False):
    """Makes a black hole of the host's SSH port: packets to and from the controller vanish, or are answered with a reset."""
    controller = host.lab.controller_address
    heal(host)
    verdict = "tcp flags & rst == 0 reject with tcp reset" if reset else "drop"
    rules = f"""
        table inet {CUT_TABLE} {{
            chain arriving {{ type filter hook input priority -300; ip saddr {controller} tcp dport 22 {verdict}; }}
            chain leaving {{ type filter hook output priority -300; ip daddr {controller} tcp sport 22 {verdict}; }}
        }}
        """
    run("ip", "netns", "exec", host.namespace, "nft", "-f", "-", stdin=rules)


def heal(host):
    if is_cut(host):
        run("ip", "netns", "exec", host.namespace, "nft", "delete", "table", "inet", CUT_TABLE)


def is_cut(host):
    return succeeds("ip", "netns", "exec", host.namespace, "nft", "list", "table", "inet", CUT_TABLE)


@contextmanager
def inside(host):
    """Moves the calling thread into the host's network namespace, so that a socket made meanwhile belongs there."""
    libc = ctypes.CDLL(None, use_errno=True)
    home = os.open(f"/proc/self/task/{threading.get_native_id()}/ns/net", os.O_RDONLY)
    there = os.open(NAMESPACES / host.namespace, os.O_RDONLY)
    try:
        enter(libc, there)
        yield
    finally:
        enter(libc, home)
        os.close(home)
        os.close(there)


def enter(libc, descriptor):
    if libc.setns(descriptor, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "cannot enter the network namespace")
