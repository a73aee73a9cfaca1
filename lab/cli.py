"""The command line: what can be asked, and which function answers."""

import argparse
import os
import sys

import access
import lifecycle
import status
from certificates import FAULTS
from machine import install_programs, require_root
from options import Options
from places import DEFAULT_NAME, find_lab, locked
from progress import LabError
from servers import SERVERS

DESCRIPTION = "Real hosts on one machine (systemd, sshd, sudo, mongod, mongosh) to point tlsplan at."
EXAMPLES = """
examples:
  lab up                                       three hosts, mongod 6.0, a plaintext set rs0
  lab up --server 4.2 --auth --sudo-password   an old server, logins, sudo that asks
  lab up --bad-cert db2=expired                one certificate has expired
  lab controller ./plans                       keys, known_hosts and certificates beside a plan
  lab exec db1 -- systemctl status mongod      a command as root on db1
  lab reset                                    back to the pristine plaintext set
  lab --lab bench up --hosts 5                 a second lab beside the first
"""


def main():
    arguments = parser().parse_args()
    try:
        require_root()
        lab = find_lab(arguments.lab)
        if not arguments.exclusive:
            return arguments.run(lab, arguments) or 0
        with locked(lab.directory / "lock"):
            return arguments.run(lab, arguments) or 0
    except LabError as error:
        print(f"error: {error}", file=sys.stderr)
        if error.hint:
            print(f"hint: {error.hint}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("error: interrupted\nhint: `lab up` starts over, `lab down` removes what there is", file=sys.stderr)
        return 130


def parser():
    top = argparse.ArgumentParser(
        prog="lab", description=DESCRIPTION, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    which = "which lab (default: $TLSPLAN_LAB, else `lab`); each has its own subnet and domain NAME.test"
    top.add_argument("--lab", metavar="NAME", default=os.environ.get("TLSPLAN_LAB", DEFAULT_NAME), help=which)
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    add_up(commands)
    add_lifecycle(commands)
    add_faults(commands)
    add_access(commands)
    return top


def add_command(commands, name, run, help, exclusive=True):
    """One subcommand; an exclusive one waits until no other command works on the same lab."""
    command = commands.add_parser(name, help=help, description=help[0].upper() + help[1:] + ".")
    command.set_defaults(run=run, exclusive=exclusive)
    return command


def add_up(commands):
    up = add_command(commands, "up", run_up, "make the lab, or do nothing where it is up as asked")
    up.add_argument("--hosts", type=int, default=3, metavar="N", help="how many hosts, 1 to 7 (default 3)")
    up.add_argument("--server", choices=SERVERS, default="6.0", help="version of mongod (default 6.0)")
    up.add_argument("--auth", action="store_true", help="keyFile and a user `admin` with the role root")
    up.add_argument("--sudo-password", action="store_true", help="sudo asks `deploy` for a password")
    up.add_argument("--arbiter", action="store_true", help="the last host is an arbiter")
    up.add_argument("--hidden", action="store_true", help="the last host with data is hidden, with priority 0")
    up.add_argument("--priorities", metavar="2,1,1", help="one number per host (default: all 1, db1 is elected)")
    up.add_argument(
        "--bad-cert", action="append", default=[], metavar="HOST=FAULT", help="a faulty certificate: " + ", ".join(FAULTS)
    )
    up.add_argument("--no-mongosh", action="store_true", help="hosts without mongosh")
    up.add_argument("--no-set", action="store_true", help="mongod runs, but no replica set is initiated")


def add_lifecycle(commands):
    add_command(commands, "reset", lambda lab, _: lifecycle.reset(lab), "put every host back to the pristine plaintext set")
    add_command(commands, "down", lambda lab, _: lifecycle.down(lab), "remove the hosts, their network and their names")
    add_command(
        commands, "purge", lambda lab, _: lifecycle.purge(lab), "as down, and remove what was kept: keys, seeds, the cache"
    )
    add_command(commands, "status", lambda lab, _: status.show(lab), "a table of hosts and members", exclusive=False)


def add_faults(commands):
    for name, run, help in [
        ("power-cut", access.power_cut, "end every process of a host at once"),
        ("boot", access.boot, "start a host that is off"),
        ("cut", access.cut, "make a black hole of a host's SSH port"),
        ("heal", access.heal, "undo `cut`"),
    ]:
        command = add_command(commands, name, run, help)
        command.add_argument("host")
        if name == "cut":
            command.add_argument("--reset", action="store_true", help="answer with a reset instead of silence")
    cert = add_command(commands, "cert", access.install_certificate, "give a host a good or a faulty certificate")
    cert.add_argument("host")
    cert.add_argument(
        "fault", choices=FAULTS, metavar="FAULT", help="; ".join(f"{name}: {what}" for name, what in FAULTS.items())
    )


def add_access(commands):
    execute = add_command(
        commands, "exec", access.execute, "run a command as root on a host; its exit status is ours", exclusive=False
    )
    execute.add_argument("host")
    execute.add_argument("words", nargs=argparse.REMAINDER, metavar="-- COMMAND ...")
    shell = add_command(
        commands, "mongosh", access.mongosh, "mongosh on a host, logged in and with TLS where needed", exclusive=False
    )
    shell.add_argument("host")
    shell.add_argument("words", nargs=argparse.REMAINDER, metavar="ARGUMENT ...")
    add_command(commands, "env", access.environment, "shell lines with what a plan or a test needs to know", exclusive=False)
    binaries = "shell lines with the servers and the mongosh that tests start themselves; needs no lab that is up"
    add_command(commands, "binaries", access.binaries, binaries)
    controller = add_command(commands, "controller", access.controller, "copy what a plan needs beside it into a directory")
    controller.add_argument("directory")


def run_up(lab, arguments):
    options = Options.from_arguments(arguments)
    install_programs()
    lifecycle.up(lab, options)
