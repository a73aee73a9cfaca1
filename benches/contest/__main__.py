"""The command line of the benchmark."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from . import table, tlsplan_run
from .errors import BenchError, say
from .lab import Lab
from .race import Race

ROOT = Path(__file__).resolve().parents[2]
CACHE = Path(os.environ.get("TLSPLAN_LAB_STATE", "/var/lib/tlsplan-lab")) / "cache"
CONTESTANTS = ("tlsplan", "ansible", "floor", "floor-bare", "ansible-tuned")


def main():
    arguments = parser().parse_args()
    # Short, because SSH keeps its sockets below it and their paths may not be long.
    scratch = Path(tempfile.mkdtemp(prefix="tlsplan-bench-"))
    say("Logs", scratch)
    lab = Lab(arguments.lab, scratch / "lab.log")
    try:
        if "tlsplan" in arguments.only:
            tlsplan_run.require(arguments.tlsplan)
        lab.up()
        results = Race(lab, scratch, CACHE, arguments.tlsplan).run(arguments.only, arguments.runs)
        if not arguments.keep:
            lab.down()
    except BenchError as error:
        print(f"error: {error}", file=sys.stderr)
        print(f"hint: {error.hint or f'the logs are in {scratch}'}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"error: interrupted\nhint: `lab/lab --lab {lab.name} down` removes the hosts", file=sys.stderr)
        return 130
    if arguments.json:
        table.write_json(arguments.json, results)
    return 0 if table.show(results) else 1


def parser():
    top = argparse.ArgumentParser(
        prog="benches/run",
        description="Measures tlsplan against a careful Ansible playbook and against the floor, on a lab of three hosts.",
    )
    binary = ROOT / "target" / "release" / "tlsplan"
    top.add_argument(
        "--tlsplan", type=Path, default=binary, metavar="PATH", help="the program (default: target/release/tlsplan)"
    )
    top.add_argument(
        "--runs", type=positive, default=3, metavar="N", help="rounds, each with every contestant once (default 3)"
    )
    top.add_argument("--only", type=contestants, default=CONTESTANTS, metavar="A,B", help="some of: " + ", ".join(CONTESTANTS))
    top.add_argument("--json", type=Path, metavar="FILE", help="also write every measurement to a file")
    top.add_argument("--lab", default="bench", metavar="NAME", help="which lab to use (default: bench)")
    top.add_argument("--keep", action="store_true", help="leave the lab up afterwards")
    return top


def positive(word):
    number = int(word)
    if number < 1:
        raise argparse.ArgumentTypeError("at least one run")
    return number


def contestants(text):
    names = tuple(text.split(","))
    for name in names:
        if name not in CONTESTANTS:
            raise argparse.ArgumentTypeError(f"`{name}` does not take part; these do: {', '.join(CONTESTANTS)}")
    return names


if __name__ == "__main__":
    sys.exit(main())
