"""One host: an overlay for a root, systemd as its first process, and ways in from outside."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

import boot_record
import cgroups
import network
from process import run, succeeds
from progress import LabError, Stopwatch, say, wait_until

BOOT_SECONDS = 60
CAPABILITIES = "CAP_IPC_LOCK,CAP_SYS_RESOURCE,CAP_NET_ADMIN"
# Renames and attribute changes are stored as plain copies, so that the upper layer can be read for what has changed.
OVERLAY_FLAGS = "redirect_dir=off,metacopy=off,index=off"


def mount(host, layers):
    """Lays an empty, writable layer over `layers` (the topmost first), and mounts the layers alone beside it."""
    for directory in (host.upper, host.directory / "work", host.root, host.pristine):
        directory.mkdir(parents=True, exist_ok=True)
    lower = ":".join(str(layer) for layer in layers)
    if not os.path.ismount(host.pristine):
        run("mount", "-t", "overlay", "tlsplan-lab", "-o", f"ro,lowerdir={lower}", host.pristine)
    if not os.path.ismount(host.root):
        upper = f"upperdir={host.upper},workdir={host.directory / 'work'}"
        run(
            *("mount", "-t", "overlay", "tlsplan-lab", "-o", f"lowerdir={lower},{upper},{OVERLAY_FLAGS}", host.root),
            hint="the state directory cannot itself be on an overlay; set TLSPLAN_LAB_STATE to one on a disk or tmpfs",
        )


def is_on(host):
    return cgroups.first_process(host) is not None


def boot(host):
    """Starts the host and returns when somebody could log in."""
    watch = Stopwatch()
    was_cut = network.is_cut(host)  # a fault of the network, not of the host: it outlasts a boot
    network.configure(host)
    if was_cut:
        network.cut(host)
    boot_record.forget(host)
    cgroups.create(host)
    enter_groups = "".join(f"echo $$ > {group}/cgroup.procs; " for group in cgroups.groups_of(host))
    nspawn = (
        f"exec systemd-nspawn --quiet --directory={host.root} --machine={host.lab.name}-{host.name} --hostname={host.name}"
        f" --network-namespace-path=/run/netns/{host.namespace} --boot --register=no --keep-unit --console=pipe"
        f" --resolv-conf=off --timezone=off --link-journal=no --capability={CAPABILITIES}"
    )
    with open(console_log(host), "ab") as console:
        quiet = {"stdin": subprocess.DEVNULL, "stdout": console, "stderr": console}
        subprocess.run(["setsid", "--fork", "sh", "-c", enter_groups + nspawn], check=True, cwd="/", **quiet)
    wait_until(lambda: accepts_logins(host), f"{host.name}: boot", BOOT_SECONDS, lambda: last_words(host))
    succeeds(*entry(host), "systemctl", "is-system-running", "--wait")
    boot_record.save(host, boot_record.take(host, inside))
    say("Booted", host.name, host.address, watch)


def accepts_logins(host):
    """Whether sshd greets and systemd has lifted the ban on logins that holds during the boot."""
    first = cgroups.first_process(host)
    return first and greets(host, from_inside=True) and not Path(f"/proc/{first}/root/run/nologin").exists()


def greets(host, from_inside=False):
    """Whether sshd says hello, to the controller or to somebody on the host itself."""
    try:
        if from_inside:
            with network.inside(host):
                connection = socket.create_connection(("127.0.0.1", 22), timeout=1)
        else:
            connection = socket.create_connection((host.address, 22), timeout=1)
        with connection:
            return connection.recv(4) == b"SSH-"
    except OSError:
        return False


def console_log(host):
    return host.directory / "console.log"


def last_words(host):
    return " | ".join(console_log(host).read_text(errors="replace").splitlines()[-5:]) or "nothing on its console"


def power_cut(host):
    """Ends every process of the host at once. What it had written stays, as it would on a disk."""
    cgroups.kill_all(host)
    cgroups.remove(f"{host.lab.name}/{host.name}")


def remove(host):
    """Takes the host away: processes, mounts and files."""
    power_cut(host)
    for point in (host.root, host.pristine):
        while os.path.ismount(point):
            run("umount", point)
    shutil.rmtree(host.directory, ignore_errors=True)


def entry(host):
    """The words that, before a command, make it run as root inside the host."""
    first = cgroups.first_process(host)
    if first is None:
        raise LabError(f"{host.name} is off", hint=f"`lab boot {host.name}`, or `lab reset` for a fresh start")
    inner = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    environment = ["env", "-i", inner, "HOME=/root", "USER=root", "LANG=C.UTF-8", f"TERM={os.environ.get('TERM', 'dumb')}"]
    return ["nsenter", "--target", str(first), "--all", "--root", "--wd", "--", *environment]


def inside(host, *command, stdin=None):
    """Runs a command as root inside the host and returns its output; a failure is an error."""
    return run(*entry(host), *command, stdin=stdin)
