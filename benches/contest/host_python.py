"""A Python for the hosts, which only Ansible needs: its modules run on the host.

The lab's hosts have none. They get the controller's own, as Debian packs it, before every run and for every contestant,
so that all of them meet the same hosts. Putting it there is not part of any measurement.
"""

import hashlib
import re
import subprocess
import tarfile
from pathlib import Path

from .errors import BenchError
from .lab import in_parallel

BINARY = Path("/usr/bin/python3")
LEFT_OUT = {"test", "idlelib", "lib2to3", "tkinter", "turtledemo", "ensurepip", "pydoc_data", "dist-packages"}


def install(lab, cache):
    """Unpacks the archive on every host; what a host has already is left as it is."""
    archive = packed(cache)

    def unpack(host):
        with open(archive, "rb") as file:
            lab.execute(host, "tar", "-C", "/", "--skip-old-files", "-xf", "-", stdin=file)

    in_parallel(unpack, lab.hosts)


def packed(cache):
    """The archive, made first where it is missing."""
    if not BINARY.exists():
        raise BenchError(f"{BINARY} is missing: Ansible's hosts get a copy of it", hint="apt-get install python3")
    version = subprocess.run([BINARY, "--version"], capture_output=True, check=True).stdout
    archive = cache / f"bench-host-python-{hashlib.sha256(version).hexdigest()[:10]}.tar"
    if not archive.exists():
        partial = archive.with_suffix(".partial")
        with tarfile.open(partial, "w") as file:
            fill(file)
        partial.rename(archive)
    return archive


def fill(archive):
    binary = BINARY.resolve()
    library = Path("/usr/lib") / binary.name
    archive.add(binary)
    archive.add(BINARY)
    archive.add(library, filter=wanted)
    for shared in needed_by([binary, *(library / "lib-dynload").glob("*.so")]):
        # /lib is a link to /usr/lib in the hosts; a directory of that name would hide it.
        archive.add(Path(shared).resolve(), arcname="usr/" + shared.lstrip("/").removeprefix("usr/"))


def wanted(member):
    parts = Path(member.name).parts
    is_left_out = bool(LEFT_OUT & set(parts)) or any(part.startswith("config-") for part in parts)
    return None if is_left_out else member


def needed_by(binaries):
    """The shared libraries that these files ask for; Debian's loader itself is on every host."""
    said = subprocess.run(["ldd", *binaries], capture_output=True, text=True, check=True).stdout
    return sorted(set(re.findall(r"=> (/\S+)", said)))
