"""mongosh: from npm, with the machine's own node, unpacked into a layer that is laid over the Debian root."""

import re
import shutil

from places import cached
from process import run
from progress import Stopwatch, say
from root_image import root_image

CURRENT = "2.12.0"
# The current mongosh refuses a server older than 4.4.
MONGOSH_FOR = {"4.2": "1.10.6"}

PROGRAM = "../lib/mongosh/node_modules/@mongosh/cli-repl/bin/mongosh.js"
# Without Internet access telemetry can crash the shell at its exit. The first key is the documented one; a user's own
# configuration, which the shell writes at its first start, overrides it but not the second.
CONFIG = "mongosh:\n  enableTelemetry: false\n  forceDisableTelemetry: true\n"


def shell_layer(server):
    """The directory of the layer with the mongosh for this server, made first where it is missing."""
    version = MONGOSH_FOR.get(server, CURRENT)
    layer = cached(f"mongosh-{version}", CONFIG)
    if not layer.exists():
        build(layer, version)
    return layer


def build(layer, version):
    watch = Stopwatch()
    partial = layer.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    (partial / "usr/bin").mkdir(parents=True)
    run(
        *("npm", "install", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"),
        *("--prefix", partial / "usr/lib/mongosh", f"mongosh@{version}"),
        hint="mongosh comes from the npm registry; check that npm can reach it",
    )
    (partial / "usr/bin/mongosh").symlink_to(PROGRAM)
    (partial / "etc").mkdir()
    (partial / "etc/mongosh.conf").write_text(CONFIG)
    copy_node(partial)
    partial.rename(layer)
    say("Fetched", f"mongosh {version}", watch)


def copy_node(layer):
    """Copies node, and those of its libraries that the Debian root has not got."""
    node = shutil.which("node")
    shutil.copy2(node, layer / "usr/bin/node")
    for library in re.findall(r"=> (/\S+)", run("ldd", node)):
        # /lib is a link to /usr/lib there; a directory of that name in a layer would hide it.
        relative = "usr/" + library.lstrip("/").removeprefix("usr/")
        if not (root_image() / relative).exists():
            (layer / relative).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(library, layer / relative)
