"""The lab's own tests: `python3 -m unittest discover lab`. Those with real hosts need root and a built cache.

They use a lab of their own, `selftest`, which is gone afterwards.
"""

import os
import subprocess
import sys
import unittest
from pathlib import Path
from types import SimpleNamespace

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import bson  # noqa: E402
from options import Options, parse_bad_certs  # noqa: E402
from places import CACHE, LABS  # noqa: E402
from progress import LabError  # noqa: E402

# Everything a test of tlsplan might do to a host, and worse. Run as root on it.
MISCHIEF = """
exec </dev/null >/dev/null 2>&1
echo broken > /etc/mongod.conf; chmod 600 /etc/mongod.conf; chattr +i /etc/mongod.conf; chattr +a /var/log/mongodb/mongod.log
mkdir -p /var/lib/tlsplan /run/tlsplan /etc/systemd/system/mongod.service.d; touch /var/lib/tlsplan/journal /run/tlsplan/lease
printf '[Service]\\nRestart=always\\nRestartSec=0\\n' > /etc/systemd/system/mongod.service.d/override.conf
printf '[Service]\\nExecStart=/bin/sleep 1000\\nRestart=always\\n' > /run/systemd/system/stray.service
systemctl daemon-reload; systemctl restart mongod; systemctl start stray
systemd-run --on-active=3600 --unit=deadman true; systemd-run --unit=background sleep 5000
rm -rf /etc/ssl/mongodb; mkdir /etc/ssl/mongodb; touch /etc/ssl/mongodb/new
rm -rf /home/deploy/.ssh; touch /home/deploy/.ssh; rm /etc/sudoers.d/deploy; touch /etc/sudoers.d/more
rm /usr/bin/mongod; chmod 000 /usr/bin/openssl; chown deploy /etc; useradd eve; passwd -d deploy
nft 'add table inet t; add chain inet t c { type filter hook input priority 0; policy drop; }'
mkdir /mnt/small; mount -t tmpfs tmpfs /mnt/small; mount -t tmpfs tmpfs /var/lib/mongodb; mount --bind /etc/hostname /etc/hosts
setsid sleep 4000 & pkill -STOP mongod; systemctl stop ssh; hostname evil; ip address flush dev eth0
"""

# What must be the same before the mischief and after the reset.
LOOK = """
find /etc /home /mnt /opt /srv /usr/bin /usr/lib/systemd -xdev -not -name '*-' -printf '%p %M %u %g %l\\n' | sort
cat /etc/mongod.conf /etc/shadow /etc/passwd /etc/hosts /etc/ssl/mongodb/* /home/deploy/.ssh/authorized_keys | md5sum
ls -A /var/lib /var/log /run /tmp; find /run/systemd/system /run/systemd/transient -mindepth 1 2>/dev/null
lsattr /etc/mongod.conf | cut -c1-8
systemctl list-units --plain --no-legend --state=active --type=service,timer,socket,path | cut -d' ' -f1 | sort
findmnt -n -o TARGET; nft list ruleset; hostname; ip -brief address show eth0; pgrep sleep || true
"""


class Bson(unittest.TestCase):
    def test_what_is_written_is_read(self):
        document = {"a": 1, "b": -(2**40), "c": "é", "d": [True, None, 1.5], "e": {"f": b"\x00\x01"}}
        self.assertEqual(bson.decode(bson.encode(document)), document)


class WhatIsAskedFor(unittest.TestCase):
    def test_a_certificate_fault_names_a_host_and_a_known_fault(self):
        self.assertEqual(parse_bad_certs(["db2=expired"]), {"db2": "expired"})
        self.assertRaises(LabError, parse_bad_certs, ["db2=rusty"])

    def test_impossible_labs_are_refused(self):
        for impossible in (
            {"hosts": 8},
            {"hosts": 1, "arbiter": True},
            {"priorities": [1, 2]},
            {"bad_certs": {"db9": "expired"}},
        ):
            self.assertRaises(LabError, Options(**impossible).checked)

    def test_options_survive_being_kept(self):
        options = Options(hosts=5, priorities=[2, 1, 1, 1, 0.5], bad_certs={"db1": "no-key"})
        self.assertEqual(Options.from_json(options.to_json()), options)

    def test_a_certificate_does_not_change_the_data(self):
        lab = SimpleNamespace(domain="x.test")
        self.assertEqual(Options().set_key(lab), Options(bad_certs={"db1": "no-key"}).set_key(lab))
        self.assertNotEqual(Options().set_key(lab), Options(auth=True).set_key(lab))


@unittest.skipUnless(os.geteuid() == 0 and CACHE.exists(), "needs root and a cache built by `lab up`")
class RealHosts(unittest.TestCase):
    @staticmethod
    def lab(*words, stdin=None):
        command = [HERE / "lab", "--lab", "selftest", *words]
        return subprocess.run(command, input=stdin, capture_output=True, text=True, check=True, timeout=300).stdout

    def setUp(self):
        self.lab("up", "--hosts", "1")

    @classmethod
    def tearDownClass(cls):
        cls.lab("purge")

    def test_reset_undoes_whatever_was_done(self):
        self.lab("reset")
        before = self.lab("exec", "db1", "--", "sh", "-c", LOOK)
        self.lab("exec", "db1", "--", "sh", stdin=MISCHIEF)
        self.lab("reset")
        after = self.lab("exec", "db1", "--", "sh", "-c", LOOK)
        self.assertEqual(before.splitlines(), after.splitlines())

    def test_exec_passes_the_exit_status_on(self):
        with self.assertRaises(subprocess.CalledProcessError) as failed:
            self.lab("exec", "db1", "--", "sh", "-c", "exit 42")
        self.assertEqual(failed.exception.returncode, 42)

    def test_a_host_comes_back_after_a_power_cut_and_down_leaves_nothing(self):
        self.lab("power-cut", "db1")
        self.lab("boot", "db1")
        self.assertEqual(self.lab("exec", "db1", "--", "systemctl", "is-active", "ssh"), "active\n")
        self.lab("down")
        left = Path("/proc/mounts").read_text() + Path("/etc/hosts").read_text() + "".join(os.listdir("/sys/class/net"))
        self.assertNotIn("selftest", left + "".join(os.listdir("/run/netns")))
        self.assertEqual(list((LABS / "selftest/hosts").iterdir()), [])


if __name__ == "__main__":
    unittest.main()
