"""Up, reset, down: what a lab goes through.

The first `up` with given options makes the replica set for real and keeps its data directories, cleanly shut down, as
the seed of every later start; electing a primary among seeded members takes a second where initiating takes twenty.
"""

import shutil

import boot_record
import certificates
import cgroups
import host as hosts
import network
import restore
import ssh_keys
from changes import DATA, same, undo_changes
from host_layer import CERTIFICATES, build_host_layer
from mongo import speaks_tls, state_of
from options import Options
from places import CACHE, LABS, STATE, read_json, write_json
from process import in_parallel, run
from progress import LabError, Stopwatch, say
from replica_set import ReplicaSet, wait_for_answers
from root_image import root_image
from servers import server_layer
from shell_layer import shell_layer


def up(lab, options):
    """Brings the lab to the state that was asked for, by the shortest way there is."""
    watch = Stopwatch()
    wanted = lab.hosts(options.hosts)
    if running_options(lab) == options:
        if is_pristine(wanted, options):
            say("Up", lab.name, f"{len(wanted)} hosts, mongod {options.server}, as asked", watch)
            return
        reset(lab)
        return
    down(lab, quietly=True)
    ensure_keys(wanted)
    create(lab, wanted, options, seed_for(lab, wanted, options))
    write_json(state_file(lab), options.to_json())
    say("Up", lab.name, f"{len(wanted)} hosts, mongod {options.server}", watch)


def ensure_keys(wanted):
    """Makes the keys and certificates that are made once per lab."""
    ssh_keys.client_key(wanted[0].lab)
    certificates.client_files(wanted[0].lab)
    in_parallel(ssh_keys.host_keys, wanted)
    for host in wanted:
        certificates.host_files(host)


def create(lab, wanted, options, seeds):
    """Makes network and hosts from nothing and waits for the set, if there is to be one."""
    layers = [server_layer(options.server), root_image()]
    if options.mongosh:
        layers.insert(0, shell_layer(options.server))
    network.create(lab, wanted)

    def create_host(host):
        build_host_layer(host, options, wanted, seeds and seeds / host.name)
        hosts.mount(host, [host.own_layer, *layers])
        hosts.boot(host)

    in_parallel(create_host, wanted)
    if seeds:
        ReplicaSet(wanted, options).wake()
    else:
        wait_for_answers(wanted)


def seed_for(lab, wanted, options):
    """The directory with the data each host starts with, made first where it is missing; None without a set."""
    if not options.initiate:
        return None
    seeds = lab.directory / "seeds" / options.set_key(lab)
    if not seeds.exists():
        plain = Options.from_json(options.to_json() | {"bad_certs": {}})
        create(lab, wanted, plain, seeds=None)
        replica_set = ReplicaSet(wanted, plain)
        replica_set.initiate()
        replica_set.shut_down()
        harvest(wanted, seeds)
        down(lab, quietly=True)
    return seeds


def harvest(wanted, seeds):
    """Copies the data directories of stopped members, without what a start makes anew."""
    partial = seeds.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for host in wanted:
        run("cp", "-a", "--sparse=always", "-T", host.root / DATA, partial / host.name)
        shutil.rmtree(partial / host.name / "diagnostic.data", ignore_errors=True)
        for preallocated in (partial / host.name / "journal").glob("WiredTigerPreplog.*"):
            preallocated.unlink()
    partial.rename(seeds)


def reset(lab):
    """Puts every host back to its pristine state, without a reboot where it is on."""
    watch = Stopwatch()
    options = require_running(lab)
    wanted = lab.hosts(options.hosts)
    in_parallel(reset_host, wanted)
    if options.initiate:
        ReplicaSet(wanted, options).wake()
    else:
        wait_for_answers(wanted)
    say("Reset", lab.name, watch)


def reset_host(host):
    watch = Stopwatch()
    if hosts.is_on(host) and boot_record.exists(host):
        restore.restore(host)
        say("Restored", host.name, watch)
    else:  # off, or a boot that nobody saw the end of
        hosts.power_cut(host)
        network.configure(host)
        undo_changes(host)
        hosts.boot(host)


def down(lab, quietly=False):
    """Removes hosts, network and names; what is kept is only what was made once."""
    watch = Stopwatch()
    state_file(lab).unlink(missing_ok=True)
    in_parallel(hosts.remove, lab.hosts(7))
    network.remove(lab)
    cgroups.remove(lab.name)
    if not quietly:
        say("Down", lab.name, watch)


def purge(lab):
    """Removes the lab with its keys and seeds, and the cache once no other lab is left."""
    down(lab, quietly=True)
    shutil.rmtree(lab.directory)
    if any(LABS.iterdir()):
        say("Purged", f"{lab.name}; the cache stays for the other labs")
        return
    shutil.rmtree(CACHE, ignore_errors=True)
    shutil.rmtree(STATE, ignore_errors=True)
    say("Purged", STATE)


def is_pristine(wanted, options):
    """Whether every host is on, its configuration untouched and without TLS, and the set healthy."""
    if not all(is_untouched(host) for host in wanted) or any(speaks_tls(host) for host in wanted):
        return False
    return ReplicaSet(wanted, options).is_healthy() if options.initiate else all(state_of(host) for host in wanted)


def is_untouched(host):
    decisive = ("etc/mongod.conf", "etc/sudoers.d/deploy", f"{CERTIFICATES}/server.pem", f"{CERTIFICATES}/ca.pem")
    paths = [path.lstrip("/") for path in decisive]
    return hosts.is_on(host) and all(same(host.root / path, host.pristine / path) for path in paths)


def state_file(lab):
    """Written when the lab is up, removed before anything is torn down: it never tells of a lab that is half there."""
    return lab.directory / "options.json"


def running_options(lab):
    saved = read_json(state_file(lab))
    return Options.from_json(saved) if saved else None


def require_running(lab):
    options = running_options(lab)
    if options is None:
        raise LabError(f"the lab `{lab.name}` is not up", hint=f"`lab --lab {lab.name} up`")
    return options
