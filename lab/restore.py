"""Back to the pristine state without a reboot.

The upper layer of a host's overlay is the list of everything that changed since the host was made, and the lower layers
alone, mounted beside it, are what it was before. So nothing needs to be known of what a test did: what is only above is
removed, what differs is copied back. What runs is treated the same: every process that the boot did not start is ended,
every mount that the boot did not make is undone.
"""

import fcntl
import filecmp
import json
import os
import shutil
import stat
from pathlib import Path

import cgroups
import host as hosts
import network
from process import run, succeeds

# Written all the time by what the boot started; nothing in them belongs to a test.
LIVE = {"etc/machine-id", "etc/.updated", "var/.updated", "var/lib/systemd", "var/log/journal", "var/log/wtmp", "var/log/lastlog", "var/log/btmp"}
DATA = "var/lib/mongodb"

BOOT_PROCESSES = {"systemd", "systemd-journal", "dbus-daemon", "sshd"}
# Files in here are gone after a boot, and so after a reset; systemd's own are not ours to remove.
VOLATILE = ("/tmp", "/run/tlsplan", "/run/systemd/transient", "/run/systemd/system", "/run/sudo/ts", "/dev/shm")

GET_FLAGS, SET_FLAGS = 0x80086601, 0x40086602
IMMUTABLE_OR_APPEND_ONLY = 0x10 | 0x20


def restore(host):
    """Makes a running host what it was right after its first boot, with mongod stopped."""
    stop_services(host)
    undo_mounts(host)
    network.flush_rules(host)
    restore_files(host)
    end_strays(host)
    hosts.inside(host, "sh", "-c", f"rm -rf {' '.join(f'{path}/*' for path in VOLATILE)}; systemctl daemon-reload; systemctl reset-failed")


def stop_services(host):
    """Ends every stray, then tells systemd that neither mongod nor anything made at run time shall come back."""
    end_strays(host)
    transient = "cd /run/systemd/transient 2>/dev/null && ls || true"
    units = [name for name in hosts.inside(host, "sh", "-c", transient).split() if "." in name and not name.endswith(".d")]
    succeeds(*hosts.entry(host), "systemctl", "stop", "mongod.service", *units)


def end_strays(host):
    """Kills every process that is not one of those the boot starts, in a frozen state or not."""
    first = cgroups.first_process(host)
    namespace = os.stat(f"/proc/{first}/ns/pid").st_ino
    for process in processes_in(namespace):
        if process != first and not started_by_boot(process, first):
            cgroups.kill(process)


def processes_in(namespace):
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "ns/pid").stat().st_ino == namespace:
                yield int(entry.name)
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue


def started_by_boot(process, first):
    try:
        name, _, rest = Path(f"/proc/{process}/stat").read_text().partition("(")[2].rpartition(")")
    except (FileNotFoundError, ProcessLookupError):
        return True
    return int(rest.split()[1]) == first and name in BOOT_PROCESSES


def undo_mounts(host):
    """Unmounts what was mounted since the boot, the newest first."""
    at_boot = json.loads(hosts.mounts_at_boot(host).read_text())
    for point in reversed(hosts.mount_points(host)):
        if point in at_boot:
            at_boot.remove(point)
        else:
            succeeds(*hosts.entry(host), "umount", "--lazy", point.encode().decode("unicode_escape"))


def restore_files(host):
    replace_data(host)
    for path in list(differences(host, "")):
        now, before = host.root / path, host.pristine / path
        discard(now)
        if os.path.lexists(before):
            run("cp", "-a", "--sparse=always", "-T", before, now)


def replace_data(host):
    """The data directory changed all over: it is replaced, not compared."""
    data = host.root / DATA
    release(data)
    discard(data)
    run("cp", "-a", "--sparse=always", "-T", host.pristine / DATA, data)


def differences(host, folder):
    """Yields the paths below `folder` that are not what they were; a directory that is new or gone is one path."""
    upper, before = host.upper / folder, host.pristine / folder
    names = set(os.listdir(upper))
    if is_opaque(upper):
        names |= set(os.listdir(before))
    for name in sorted(names):
        path = f"{folder}/{name}".lstrip("/")
        if path in LIVE or path == DATA:
            continue
        release(host.root / path)
        if not same(host.root / path, host.pristine / path):
            yield path
        elif is_directory(host.root / path):
            if os.path.lexists(host.upper / path):
                yield from differences(host, path)


def is_directory(path):
    return path.is_dir() and not path.is_symlink()


def is_opaque(directory):
    """Whether the directory was removed and made again, which hides all that was in it."""
    try:
        return os.getxattr(directory, "trusted.overlay.opaque") == b"y"
    except OSError:
        return False


def same(now, before):
    """Whether two paths are alike in kind, owner, mode, attributes and content (of a directory: its names aside)."""
    try:
        a, b = os.lstat(now), os.lstat(before)
    except FileNotFoundError:
        return False
    if (a.st_mode, a.st_uid, a.st_gid) != (b.st_mode, b.st_uid, b.st_gid):
        return False
    if stat.S_ISLNK(a.st_mode):
        return os.readlink(now) == os.readlink(before)
    if set(os.listxattr(now)) != set(os.listxattr(before)):
        return False
    if stat.S_ISREG(a.st_mode):
        return a.st_size == b.st_size and filecmp.cmp(now, before, shallow=True)
    return True


def release(path):
    """Takes off the attributes that forbid changing a file or directory (`chattr +i`, `chattr +a`)."""
    if path.is_symlink() or not (path.is_file() or path.is_dir()):
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        flags = int.from_bytes(fcntl.ioctl(descriptor, GET_FLAGS, bytes(8)), "little")
        if flags & IMMUTABLE_OR_APPEND_ONLY:
            fcntl.ioctl(descriptor, SET_FLAGS, (flags & ~IMMUTABLE_OR_APPEND_ONLY).to_bytes(8, "little"))
    except OSError:
        pass  # a file system without such attributes
    finally:
        os.close(descriptor)


def discard(path):
    if is_directory(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        path.unlink()
