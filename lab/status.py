"""The table of `lab status`."""

import host as hosts
import network
from lifecycle import require_running
from mongo import speaks_tls, state_of
from process import in_parallel
from replica_set import ReplicaSet, describe


def show(lab):
    options = require_running(lab)
    wanted = lab.hosts(options.hosts)
    replica_set = ReplicaSet(wanted, options)
    rows = [("HOST", "ADDRESS", "POWER", "SSH", "MEMBER", "TLS", "NAME IN THE SET", "ROLE")]
    rows += in_parallel(lambda host: row(host, replica_set), wanted)
    widths = [max(len(line[column]) for line in rows) for column in range(len(rows[0]))]
    print(f"{lab.name}: mongod {options.server}, {lab.prefix}.0/24")
    for line in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def row(host, replica_set):
    on = hosts.is_on(host)
    ssh = "cut" if on and network.is_cut(host) else "yes" if on and hosts.greets(host) else "no"
    state = state_of(host) if on else None
    tls = on and speaks_tls(host)
    member = "behind TLS" if tls and not state else describe(state) if on else "-"
    mode = ("accepted" if state else "required") if tls else "-"
    return (host.name, host.address, "on" if on else "OFF", ssh, member, mode, host.member, replica_set.role(host))
