"""The controller's own programs: what the lab needs installed on the Debian machine it runs on."""

import os
import platform
import shutil

from process import run
from progress import LabError, Stopwatch, say

# What the lab calls, and the Debian package that brings it.
PROGRAMS = {
    "debootstrap": "debootstrap",
    "systemd-nspawn": "systemd-container",
    "ip": "iproute2",
    "nft": "nftables",
    "nsenter": "util-linux",
    "openssl": "openssl",
    "ssh": "openssh-client",
    "pip3": "python3-pip",
    "node": "nodejs",
    "npm": "npm",
}


def require_root():
    if os.geteuid() != 0:
        raise LabError("the lab mounts file systems and makes network namespaces", hint="run it as root")
    if platform.machine() != "x86_64":
        raise LabError(f"the server binaries are for x86_64, this machine is {platform.machine()}")


def install_programs():
    """Installs the Debian packages that are missing; on a machine that has them this costs nothing."""
    missing = sorted({package for program, package in PROGRAMS.items() if not shutil.which(program)})
    if not missing:
        return
    watch = Stopwatch()
    if not shutil.which("apt-get"):
        raise LabError("missing programs, and no apt-get to install them", hint="install: " + " ".join(missing))
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "update", "-q", env=quiet, hint="check this machine's apt sources and its network")
    run("apt-get", "install", "-q", "-y", "--no-install-recommends", *missing, env=quiet)
    say("Installed", *missing, watch)
