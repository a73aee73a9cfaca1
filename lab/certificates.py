"""A certificate authority for one lab, a certificate for every host, and every way a certificate can be wrong.

All of it is made by `openssl ca`, because that lets the dates be chosen. The good ones are made once per lab and kept;
a faulty one is made when it is asked for.
"""

import shutil
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from places import HostPlace
from process import run

FAULTS = {
    "good": "as it should be",
    "expired": "was valid until yesterday",
    "not-yet-valid": "will be valid from tomorrow on",
    "expires-soon": "valid for three more days",
    "wrong-san": "for another host's name",
    "no-client-auth": "may serve, but not be shown to other members",
    "other-ca": "signed by an authority nobody here trusts",
    "key-mismatch": "comes with the key of another certificate",
    "no-key": "comes without its key",
    "unreadable": "belongs to root alone, mongod cannot read it",
    "ca-not-ca": "the host's ca.pem is no authority's certificate",
}

MEMBER_SUBJECT = "/O=tlsplan lab/OU=database"
# A client whose O and OU equal the members' would get a member's rights.
CLIENT_SUBJECT = "/O=tlsplan lab clients/OU=controller/CN=tlsplan"

CA_CONFIG = """
[ca]
default_ca = this
[this]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = anything
unique_subject = no
email_in_dn = no
[anything]
organizationName = optional
organizationalUnitName = optional
commonName = optional
"""


@dataclass(frozen=True)
class Wanted:
    """What shall stand in a certificate."""

    subject: str
    extensions: tuple
    starts: timedelta = timedelta(days=-1)
    ends: timedelta = timedelta(days=3650)


@dataclass(frozen=True)
class HostFiles:
    """The texts of /etc/ssl/mongodb on one host, and who may read the one with the key."""

    ca: str
    server: str
    server_owner: str = "root:mongodb"
    server_mode: int = 0o640


class Authority:
    """A certificate authority in a directory of its own."""

    def __init__(self, directory, name):
        self.directory = Path(directory)
        self.name = name
        if not (self.directory / "ca.pem").exists():
            self.create()

    @property
    def certificate(self):
        return (self.directory / "ca.pem").read_text()

    def create(self):
        self.directory.mkdir(parents=True, exist_ok=True)
        (self.directory / "ca.cnf").write_text(CA_CONFIG)
        (self.directory / "index.txt").write_text("")
        key = new_key(self.directory / "ca.key")
        authority = Wanted(
            f"/O=tlsplan lab/CN={self.name}", ("basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign")
        )
        (self.directory / "ca.pem").write_text(self.sign(authority, key, self_signed=True))

    def sign(self, wanted, key, self_signed=False):
        """Returns the text of a certificate for the key in the file `key`."""
        signer = ("-selfsign", "-keyfile", key) if self_signed else ("-cert", "ca.pem", "-keyfile", "ca.key")
        with tempfile.TemporaryDirectory(dir=self.directory) as scratch:
            request, extensions = Path(scratch, "request.pem"), Path(scratch, "extensions.cnf")
            extensions.write_text("\n".join(wanted.extensions) + "\n")
            run("openssl", "req", "-new", "-key", key, "-subj", wanted.subject, "-out", request)
            return run(
                *("openssl", "ca", "-batch", "-notext", "-config", "ca.cnf", "-outdir", scratch, *signer),
                *("-in", request, "-extfile", extensions, "-startdate", stamp(wanted.starts), "-enddate", stamp(wanted.ends)),
                cwd=self.directory,
            )


def new_key(path):
    run("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path)
    return path


def stamp(distance):
    return (datetime.now(UTC) + distance).strftime("%Y%m%d%H%M%SZ")


def lab_authority(lab):
    return Authority(lab.tls / "authority", f"{lab.domain} authority")


def client_files(lab):
    """The controller's own identity: paths of ca.pem and client.pem, made first where they are missing."""
    authority, client = lab_authority(lab), lab.tls / "client.pem"
    if not client.exists():
        key = new_key(lab.tls / "client.key")
        certificate = authority.sign(Wanted(CLIENT_SUBJECT, ("basicConstraints=CA:FALSE", "extendedKeyUsage=clientAuth")), key)
        client.write_text(certificate + key.read_text())
        client.chmod(0o600)
    return authority.directory / "ca.pem", client


def host_files(host, fault="good"):
    """What /etc/ssl/mongodb of a host holds when its certificate is as `fault` says."""
    if fault != "good":
        return faulty_files(host, fault)
    authority, kept = lab_authority(host.lab), host.lab.tls / f"{host.name}.pem"
    if not kept.exists():
        key = new_key(host.lab.tls / f"{host.name}.key")
        kept.write_text(authority.sign(good_member(host), key) + key.read_text())
    return HostFiles(ca=authority.certificate, server=kept.read_text())


def good_member(host: HostPlace):
    return member(host, f"DNS:{host.fqdn},DNS:localhost,IP:127.0.0.1", "serverAuth,clientAuth")


def member(host, names, purposes):
    return Wanted(
        f"{MEMBER_SUBJECT}/CN={host.fqdn}",
        ("basicConstraints=CA:FALSE", f"subjectAltName={names}", f"extendedKeyUsage={purposes}"),
    )


def faulty_files(host, fault):
    """Makes the good thing with the one difference that `fault` names."""
    good = host_files(host)
    if fault == "unreadable":
        return replace(good, server_owner="root:root", server_mode=0o600)
    with tempfile.TemporaryDirectory(dir=host.lab.tls) as scratch:
        if fault == "ca-not-ca":
            return replace(good, ca=certificate_of_no_authority(host))
        key = new_key(Path(scratch, "key.pem"))
        authority = Authority(Path(scratch, "other"), "another authority") if fault == "other-ca" else lab_authority(host.lab)
        certificate = authority.sign(faulty_member(host, fault), key)
        if fault == "key-mismatch":
            key = new_key(Path(scratch, "other-key.pem"))
        return replace(good, server=certificate + ("" if fault == "no-key" else key.read_text()))


def faulty_member(host, fault):
    good, day = good_member(host), timedelta(days=1)
    return {
        "expired": replace(good, starts=-30 * day, ends=-day),
        "not-yet-valid": replace(good, starts=day),
        "expires-soon": replace(good, ends=3 * day),
        "wrong-san": member(host, f"DNS:elsewhere.{host.lab.domain}", "serverAuth,clientAuth"),
        "no-client-auth": member(host, f"DNS:{host.fqdn},DNS:localhost,IP:127.0.0.1", "serverAuth"),
    }.get(fault, good)


def certificate_of_no_authority(host):
    """The lab authority's name and key in a certificate that says CA:FALSE: signatures verify, chains do not."""
    authority = lab_authority(host.lab)
    same_name = Wanted(f"/O=tlsplan lab/CN={authority.name}", ("basicConstraints=critical,CA:FALSE",))
    return authority.sign(same_name, authority.directory / "ca.key", self_signed=True)


def forget(lab):
    shutil.rmtree(lab.tls, ignore_errors=True)
