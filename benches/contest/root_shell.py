"""A shell as root on a host, opened once and kept: no SSH, no sudo, no start of anything between two commands."""

import subprocess
import uuid

from .errors import BenchError

CANARY_PORT = 27117
END = "END-OF-THE-FILE"

# The last section of the file is left out: the canary belongs to no set.
CANARY = """
cat > "$scratch/whole.conf"
sed '/^replication:/,$d' "$scratch/whole.conf" > "$scratch/mongod.conf"
mkdir "$scratch/data" && chown -R mongodb:mongodb "$scratch"
setpriv --reuid=mongodb --regid=mongodb --init-groups /usr/bin/mongod --config "$scratch/mongod.conf" \
    --dbpath "$scratch/data" --logpath "$scratch/log" --port PORT --bind_ip 127.0.0.1 --nounixsocket >/dev/null 2>&1 &
canary=$!
until (exec 3<>/dev/tcp/127.0.0.1/PORT) 2>/dev/null; do kill -0 "$canary" || break; sleep 0.02; done
kill -KILL "$canary"; answered=$?
wait "$canary" 2>/dev/null
rm -rf "$scratch"
[ "$answered" = 0 ]
""".replace("PORT", str(CANARY_PORT))

# What a host needs to help itself, on its disk, before its member goes down: the file of before, a unit for the next
# boot, and a timer. They do what tlsplan's do at the same moments, and are never needed here.
ARM = """
state=/var/lib/floor units=/etc/systemd/system
mkdir -p $state "$units/basic.target.wants" && cat CONFIG > $state/prev
printf '[Unit]\\nBefore=mongod.service\\n[Service]\\nType=oneshot\\nExecStart=/bin/true\\n' > $units/floor-guard.service
ln -sf ../floor-guard.service "$units/basic.target.wants/floor-guard.service"
sync $state/prev $state $units/floor-guard.service $units "$units/basic.target.wants"
systemd-run --quiet --unit=floor-way-back --on-active=300s --service-type=oneshot -- /bin/true
"""
CONFIRM = """
state=/var/lib/floor units=/etc/systemd/system
mv $state/prev $state/confirmed && sync $state && systemctl stop floor-way-back.timer
rm -f "$units/basic.target.wants/floor-guard.service" $units/floor-guard.service
"""


class RootShell:
    """One bash inside one host."""

    def __init__(self, lab, host):
        self.host = host
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        self.process = subprocess.Popen(lab.words("exec", host.name, "--", "bash"), text=True, **pipes)
        self.run("true")

    def run(self, script, text=None):
        """Runs a script, with `text` as the first thing on its standard input; a failure is an error."""
        token = uuid.uuid4().hex
        body = f"{{ {script}\n}}" if text is None else f"{{ {script}\n}} <<'{END}'\n{text}{END}\n"
        self.process.stdin.write(f"{body}\necho; echo {token} $?\n")
        self.process.stdin.flush()
        said = []
        for line in self.process.stdout:
            if line.startswith(token):
                return self.judge(script, line.split()[1], said)
            said.append(line.strip())
        raise BenchError(f"the shell on {self.host.name} ended: {' '.join(said)}")

    def judge(self, script, status, said):
        if status != "0":
            raise BenchError(f"{self.host.name}: `{script.strip()}` ended with status {status}: {' '.join(said)}")

    def write_file(self, path, text):
        """Replaces a file; a reader sees the old one or the new one."""
        self.run(f"cat > {path}.new && sync {path}.new && mv {path}.new {path}", text)

    def restart(self, unit):
        """Returns when the old process is gone and the new one has been started."""
        self.run(f"systemctl restart {unit}")

    def arm(self, path):
        """From here on the host could help itself."""
        self.run(ARM.strip().replace("CONFIG", path))

    def confirm(self):
        """From here on it need not any more."""
        self.run(CONFIRM.strip())

    def canary(self, text):
        """Starts the real server on a file beside the running one, as its user, and waits until it takes connections."""
        self.run(f"scratch=$(mktemp -d) && {CANARY.strip()}", text)

    def close(self):
        self.process.stdin.close()
        self.process.wait()
