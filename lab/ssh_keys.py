"""SSH identities: the key pair of the user `deploy`, the host keys, and the known_hosts that goes with them.

They are made once per lab and kept, so that a rebuilt host is the same host to a client that knew it.
"""

from process import run

KEY_TYPES = ("rsa", "ecdsa", "ed25519")  # what Debian's openssh-server makes


def client_key(lab):
    """The path of the private key that `deploy` accepts on every host."""
    return made(lab.ssh / "id_ed25519", "ed25519", f"deploy@{lab.domain}")


def host_keys(host):
    """The paths of a host's private keys, by type."""
    folder = host.lab.ssh / host.name
    return {kind: made(folder / f"ssh_host_{kind}_key", kind, f"root@{host.name}") for kind in KEY_TYPES}


def known_hosts(hosts):
    """The text of a known_hosts file that knows these hosts by name and by address."""
    lines = []
    for host in hosts:
        for private in host_keys(host).values():
            kind, key = public(private).read_text().split()[:2]
            lines.append(f"{host.fqdn},{host.address} {kind} {key}\n")
    return "".join(lines)


def public(private):
    return private.with_name(private.name + ".pub")


def made(path, kind, comment):
    """The key at `path`; the public half is written last, so a key without it is an unfinished one."""
    if not public(path).exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        run("ssh-keygen", "-q", "-t", kind, "-N", "", "-C", comment, "-f", path)
    return path
