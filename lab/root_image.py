"""The Debian root that all hosts share as the lowest layer of their file systems.

It is made once by debootstrap and never written to again; a changed recipe makes another one.
"""

import shutil

from places import cached
from process import run
from progress import Stopwatch, say

SUITE = "bookworm"
MIRROR = "http://deb.debian.org/debian"
PACKAGES = (
    "systemd systemd-sysv dbus libpam-systemd openssh-server sudo iproute2 procps psmisc nftables libcurl4"
    " ca-certificates openssl less vim-tiny"
).split()

# No consoles, no logins on seats, nothing periodic: a host does what the test does, and boots in half a second.
MASKED = (
    "systemd-logind.service getty.target console-getty.service systemd-timesyncd.service systemd-networkd.service"
    " systemd-resolved.service e2scrub_reap.service e2scrub_all.timer apt-daily.timer apt-daily-upgrade.timer"
    " dpkg-db-backup.timer fstrim.timer"
).split()

# Run inside the new root. The users are made here, so that their numbers are the same on every host.
FINISH = """
set -eu
useradd --create-home --shell /bin/bash deploy
useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin mongodb
install -d -m 0755 -o mongodb -g mongodb /var/lib/mongodb /var/log/mongodb
install -d -m 0755 /etc/ssl/mongodb
install -d -m 0700 -o deploy -g deploy /home/deploy/.ssh
chmod -x /etc/update-motd.d/*
: > /etc/motd
: > /etc/resolv.conf
rm -f /etc/ssh/ssh_host_* /etc/hostname /etc/machine-id
rm -rf /var/cache/apt/archives/*.deb /var/lib/apt/lists/*
"""


def root_image():
    """The directory of the image, made first where it is missing."""
    image = cached("root", SUITE, PACKAGES, MASKED, FINISH)
    if not image.exists():
        build(image)
    return image


def build(image):
    watch = Stopwatch()
    say("Making", f"the Debian {SUITE} root all hosts share (once, about two minutes)")
    partial = image.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.parent.mkdir(parents=True, exist_ok=True)
    run(
        *("debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", SUITE, partial, MIRROR),
        hint=f"debootstrap needs {MIRROR}; its own log is {partial}/debootstrap/debootstrap.log",
    )
    run("chroot", partial, "sh", "-c", FINISH)
    for unit in MASKED:
        link = partial / "etc/systemd/system" / unit
        link.unlink(missing_ok=True)
        link.symlink_to("/dev/null")
    partial.rename(image)
    say("Made", image, watch)
