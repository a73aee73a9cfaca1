"""The replica set `rs0`: how it is made, how it is woken from stored data directories, and when it is healthy."""

import contextlib

from mongo import CommandFailed, Connection, state_of
from progress import Stopwatch, say, wait_until

SET_NAME = "rs0"
ADMIN = "admin"
START_SECONDS = 60
ELECTION_SECONDS = 60


class ReplicaSet:
    """The set that the hosts of a lab form under given options."""

    def __init__(self, hosts, options):
        self.hosts = hosts
        self.options = options
        self.arbiter = hosts[-1] if options.arbiter else None
        data_bearing = hosts[:-1] if options.arbiter else hosts
        self.hidden = data_bearing[-1] if options.hidden else None
        self.preferred = max(data_bearing, key=lambda host: (self.priority(host), -host.number))

    def priority(self, host):
        if host in (self.hidden, self.arbiter):
            return 0
        return self.options.priorities[host.number - 1] if self.options.priorities else 1

    def role(self, host):
        if host == self.arbiter:
            return "arbiter"
        return "hidden" if host == self.hidden else f"priority {self.priority(host)}"

    def config(self):
        return {"_id": SET_NAME, "members": [self.member(host) for host in self.hosts]}

    def member(self, host):
        entry = {"_id": host.number - 1, "host": host.member, "priority": self.priority(host)}
        if host == self.arbiter:
            entry["arbiterOnly"] = True
        if host == self.hidden:
            entry["hidden"] = True
        return entry

    def initiate(self):
        """Makes the set out of empty members."""
        watch = Stopwatch()
        with Connection(self.preferred, through_localhost=True) as member:
            member.command({"replSetInitiate": self.config()})
        wait_until(self.electable, f"{SET_NAME}: first members", ELECTION_SECONDS, self.describe)
        self.step_up()
        if self.options.auth:
            self.create_admin()
        self.wait_healthy()
        say("Initiated", SET_NAME, f"{len(self.hosts)} members", watch)

    def create_admin(self):
        """Uses the localhost exception: while there is no user, whoever comes from localhost may make the first."""
        admin = {"createUser": ADMIN, "pwd": self.options.secrets["mongodb"], "roles": [{"role": "root", "db": "admin"}]}
        with Connection(self.preferred, through_localhost=True) as primary:
            primary.command(admin | {"writeConcern": {"w": "majority", "wtimeout": 30000}})

    def wake(self):
        """Waits for members that start with the data of an initiated set, and elects the preferred one at once.

        Left alone they would wait out the election timeout of ten seconds first.
        """
        watch = Stopwatch()
        wait_until(self.electable, f"{SET_NAME}: its members", START_SECONDS, self.describe)
        self.step_up()
        self.wait_healthy()
        say("Healthy", SET_NAME, f"primary {self.preferred.name}", watch)

    def electable(self):
        """Whether every member has read its configuration and answers."""
        return all(is_settled(state_of(host)) for host in self.hosts)

    def step_up(self):
        """Makes the preferred member primary. It is refused while the others do not answer it yet; then again."""
        wait_until(self.try_step_up, f"{SET_NAME}: election of {self.preferred.name}", ELECTION_SECONDS, self.describe)

    def try_step_up(self):
        state = state_of(self.preferred)
        if state and state.get("ismaster"):
            return True
        try:
            with self.administrator(self.preferred) as member:
                member.command({"replSetStepUp": 1})
        except (OSError, CommandFailed):
            return False
        return False

    def administrator(self, host):
        """A connection that may administer; before there are users, one through localhost may."""
        connection = Connection(host, through_localhost=True)
        if self.options.auth:
            try:
                connection.log_in(ADMIN, self.options.secrets["mongodb"])
            except CommandFailed as failed:
                if failed.code != "AuthenticationFailed":
                    raise
        return connection

    def wait_healthy(self):
        wait_until(self.is_healthy, f"{SET_NAME}: all members healthy", ELECTION_SECONDS, self.describe)

    def is_healthy(self):
        """Whether all agree on one primary and replicate in its term, so that a restart now would lose nothing."""
        states = [state_of(host) for host in self.hosts]
        if not all(is_settled(state) for state in states):
            return False
        primaries = [state for state in states if state.get("ismaster")]
        if len(primaries) != 1 or primaries[0]["me"] != self.preferred.member:
            return False
        if any(state.get("primary") != primaries[0]["me"] for state in states):
            return False
        term = primaries[0]["lastWrite"]["opTime"]["t"]
        return all(majority_term(state) == term for state in states if not state.get("arbiterOnly"))

    def shut_down(self):
        """Stops the members cleanly, the primary last so that nobody is ahead of it, and without its grace period."""
        for host in sorted(self.hosts, key=lambda host: host == self.preferred):
            # The server closes the connection instead of answering.
            with self.administrator(host) as member, contextlib.suppress(OSError):
                member.command({"shutdown": 1, "force": True, "timeoutSecs": 0})
            wait_until(lambda host=host: state_of(host) is None, f"{host.name}: shutdown", START_SECONDS)

    def describe(self):
        return ", ".join(f"{host.name} {describe(state_of(host))}" for host in self.hosts)


def is_settled(state):
    return bool(state) and bool(state.get("ismaster") or state.get("secondary") or state.get("arbiterOnly"))


def majority_term(state):
    """The term of the newest write this member knows to be on a majority; None while it knows of none."""
    return state["lastWrite"].get("majorityOpTime", {}).get("t")


def describe(state):
    """One word for what a member says of itself."""
    if not state:
        return "NO ANSWER"
    if state.get("ismaster"):
        return "PRIMARY"
    if state.get("arbiterOnly"):
        return "ARBITER"
    return "SECONDARY" if state.get("secondary") else "STARTING"


def wait_for_answers(hosts):
    """Waits until every mongod answers, whether it belongs to a set or not."""

    def silent():
        return [host.name for host in hosts if not state_of(host)]

    wait_until(lambda: not silent(), "mongod", START_SECONDS, lambda: ", ".join(silent()) + " silent")
