"""Files: what a host has changed since it was made, and how it is changed back.

The upper layer of a host's overlay is the list of everything that changed, and the lower layers alone, mounted beside
it, are what it was before. So nothing needs to be known of what a test did: what is only above is removed, what differs
is copied back. Everything is written through the running host's own mount; the layers themselves are only read.
"""

import fcntl
import filecmp
import os
import shutil
import stat

from process import run

# Written all the time by what the boot started; nothing in them belongs to a test.
LIVE = {
    "etc/machine-id", "etc/.updated", "var/.updated", "var/lib/systemd",
    "var/log/journal", "var/log/wtmp", "var/log/lastlog", "var/log/btmp",
}  # fmt: skip
DATA = "var/lib/mongodb"

GET_FLAGS, SET_FLAGS = 0x80086601, 0x40086602
IMMUTABLE_OR_APPEND_ONLY = 0x10 | 0x20


def undo_changes(host):
    """Makes every file what it was when the host was made."""
    release(host.root)
    put_back(host, DATA)  # it changed all over: replaced, not compared
    undo_below(host, "")


def undo_below(host, folder):
    for name in changed_names(host, folder):
        path = f"{folder}/{name}".lstrip("/")
        if path in LIVE or path == DATA:
            continue
        now, before = host.root / path, host.pristine / path
        release(now)
        if not (is_directory(now) and is_directory(before)):
            if not same(now, before):
                put_back(host, path)
            continue
        if not alike(os.lstat(now), os.lstat(before)):
            shutil.copystat(before, now)
            os.chown(now, os.lstat(before).st_uid, os.lstat(before).st_gid)
        if os.path.lexists(host.upper / path):
            undo_below(host, path)


def changed_names(host, folder):
    """The entries of a folder that may have changed: those the upper layer holds, and those it hides."""
    missing = set(os.listdir(host.pristine / folder)) - set(os.listdir(host.root / folder))
    return sorted(missing.union(os.listdir(host.upper / folder)))


def put_back(host, path):
    """Removes what is at `path` now and copies there what was, if anything was."""
    now, before = host.root / path, host.pristine / path
    discard(now)
    if os.path.lexists(before):
        run("cp", "-a", "--sparse=always", "-T", before, now)


def same(now, before):
    """Whether two things that are not both directories are alike in kind, owner, mode, attributes and content."""
    if not (os.path.lexists(now) and os.path.lexists(before)):
        return False
    status = os.lstat(now)
    if not alike(status, os.lstat(before)):
        return False
    if stat.S_ISLNK(status.st_mode):
        return os.readlink(now) == os.readlink(before)
    if set(os.listxattr(now)) != set(os.listxattr(before)):
        return False
    return not stat.S_ISREG(status.st_mode) or filecmp.cmp(now, before)


def alike(a, b):
    return (a.st_mode, a.st_uid, a.st_gid) == (b.st_mode, b.st_uid, b.st_gid)


def is_directory(path):
    return path.is_dir() and not path.is_symlink()


def discard(path):
    """Removes a file or a tree, also one that is protected by attributes."""
    release(path)
    if not is_directory(path):
        path.unlink(missing_ok=True)
        return
    for folder, directories, files in os.walk(path):
        for name in (*directories, *files):
            release(path / folder / name)
    shutil.rmtree(path)


def release(path):
    """Takes off the attributes that forbid changing a file or directory (`chattr +i`, `chattr +a`)."""
    if path.is_symlink() or not (path.is_file() or path.is_dir()):
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        flags = int.from_bytes(fcntl.ioctl(descriptor, GET_FLAGS, bytes(8)), "little")
        if flags & IMMUTABLE_OR_APPEND_ONLY:
            fcntl.ioctl(descriptor, SET_FLAGS, (flags & ~IMMUTABLE_OR_APPEND_ONLY).to_bytes(8, "little"))
    except OSError:
        pass  # a file system without such attributes
    finally:
        os.close(descriptor)
