//! The rules P1 to P7 and P31, each over what was found on one host.

use super::{Access, Authority, Broken, Certificate, Key, Papers, PemFile, Usage, chain, covers};
use crate::cluster::check::{CheckId, Finding, Severity};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Everything that is wrong with a member's certificates, the fatal first.
#[must_use]
pub fn judge(papers: &Papers, days_left: u32) -> Vec<Finding> {
    let mut court = Court { papers, findings: Vec::new() };
    let outgoing = papers.cluster_file.as_ref().unwrap_or(&papers.key_file);
    if let Some(ca_file) = &papers.ca_file {
        court.authority(ca_file);
    }
    court.served(&papers.key_file, days_left);
    court.names(&papers.key_file);
    court.usage(&papers.key_file, Side::Incoming);
    court.usage(outgoing, Side::Outgoing);
    if let Some(cluster_file) = &papers.cluster_file {
        court.served(cluster_file, days_left);
    }
    court.findings.sort_by_key(|finding| finding.severity);
    court.findings
}

/// Which end of a connection a certificate is shown at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Incoming,
    Outgoing,
}

struct Court<'p> {
    papers: &'p Papers,
    findings: Vec<Finding>,
}

impl Court<'_> {
    fn find(
        &mut self,
        id: CheckId,
        file: &PemFile,
        seen: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.note(id, Severity::Refusal, file, seen.into(), fix.into());
    }

    fn note(&mut self, id: CheckId, severity: Severity, file: &PemFile, seen: String, fix: String) {
        let (host, file) = (self.papers.host.clone(), file.path.clone());
        self.findings.push(Finding { id, severity, host, file, seen, fix });
    }

    /// P7, for every file; whether there is anything to look at.
    fn is_there(&mut self, file: &PemFile) -> bool {
        match &file.access {
            Access::Service => true,
            Access::Everybody => {
                if file.key != Key::Missing {
                    let seen = "everybody on the host can read the private key in it".to_owned();
                    let fix = format!("chmod o-rwx {}", file.path);
                    self.note(CheckId::P7, Severity::Warning, file, seen, fix);
                }
                true
            }
            Access::Nobody(reason) => {
                let seen = format!("the service's user cannot read it: {reason}");
                let fix = "give it to the service's user, and let that one pass through the directories above it";
                self.find(CheckId::P7, file, seen, fix);
                false
            }
            Access::Missing => {
                self.find(
                    CheckId::P7,
                    file,
                    "it is not there",
                    "put it there, or mend the path in the plan",
                );
                false
            }
        }
    }

    /// P3, and P5 for roots.
    fn authority(&mut self, file: &PemFile) {
        if !self.is_there(file) {
            return;
        }
        let certificates = match &file.certificates {
            Ok(certificates) => certificates,
            Err(unread) => {
                let fix = "it has to hold the root's certificate in PEM";
                return self.find(CheckId::P3, file, unread.to_string(), fix);
            }
        };
        let is_ca = |one: &Certificate| one.authority == Authority::Yes;
        if !certificates.iter().any(is_ca) {
            let subjects: Vec<_> = certificates.iter().map(|one| one.subject.as_str()).collect();
            let seen = format!("`{}` is no CA", subjects.join("`, `"));
            self.find(
                CheckId::P3,
                file,
                seen,
                "it has to hold the CA that issued the members' certificates",
            );
        }
        let late =
            certificates.iter().filter(|one| one.is_root() && self.papers.clock > one.valid.1);
        let late: Vec<_> = late.map(|one| format!("`{}` has expired", one.subject)).collect();
        for seen in late {
            self.find(
                CheckId::P5,
                file,
                seen,
                "put the CA's new certificate into the file, on every host",
            );
        }
    }

    /// P6, P5, P31 and P2 for a file that the server shows to others.
    fn served(&mut self, file: &PemFile, days_left: u32) {
        if !self.is_there(file) {
            return;
        }
        let certificates = match &file.certificates {
            Ok(certificates) => certificates,
            Err(unread) => {
                let fix = "private key, certificate and intermediates belong into that one file";
                return self.find(CheckId::P6, file, unread.to_string(), fix);
            }
        };
        let Some((leaf, others)) = certificates.split_first() else { return };
        self.key(file, leaf);
        self.dates(file, leaf, days_left);
        let Some(Ok(trusted)) = self.papers.ca_file.as_ref().map(|ca| ca.certificates.clone())
        else {
            return;
        };
        if let Err(broken) = chain(leaf, others, &trusted) {
            let fix = match broken {
                Broken::NoRoot { .. } => "put the root into the CA file, on every host",
                Broken::NoIssuer { .. } => {
                    "put the intermediates behind the certificate, and the root into the CA file"
                }
                Broken::OtherKey { .. } | Broken::NoAuthority { .. } => {
                    "issue it anew by the CA that is in the CA file, or put its own CA there"
                }
            };
            self.find(CheckId::P2, file, broken.to_string(), fix);
        }
    }

    fn key(&mut self, file: &PemFile, leaf: &Certificate) {
        let (seen, fix) = match &file.key {
            Key::Public(key) if *key == leaf.public_key => return,
            Key::Public(_) => (
                "the private key in it belongs to another certificate",
                "put the key and its own certificate into the file",
            ),
            Key::Missing => {
                ("there is no private key in it", "key and certificate belong into the same file")
            }
            Key::Damaged => ("the private key in it cannot be read", "write the file anew"),
            Key::Locked => (
                "the private key in it has a pass phrase, which nobody can type for a service",
                "set `net.tls.certificateKeyFilePassword` in the template, or store the key without one",
            ),
        };
        self.find(CheckId::P6, file, seen, fix);
    }

    fn dates(&mut self, file: &PemFile, leaf: &Certificate, days_left: u32) {
        let (clock, (first, last)) = (self.papers.clock, leaf.valid);
        let fix = "put a valid one in its place; if its days are right, the host's clock is not";
        if clock > last {
            let seen = format!("it expired {} days ago by the host's clock", (clock - last) / DAY);
            self.find(CheckId::P5, file, seen, fix);
        } else if clock < first {
            let seen = format!("it begins {} s from now by the host's clock", first - clock);
            self.find(CheckId::P5, file, seen, fix);
        } else if last - clock < i64::from(days_left) * DAY {
            let seen = format!("it expires in {} days", (last - clock) / DAY);
            let fix = "replace it before; members that cannot be reached any more do not come back by themselves";
            self.find(CheckId::P31, file, seen, fix);
        }
    }

    fn names(&mut self, file: &PemFile) {
        let Some(leaf) = first(file) else { return };
        let name = self.papers.member.host();
        if covers(leaf, name) {
            return;
        }
        let addresses = leaf.addresses.iter().map(ToString::to_string);
        let names: Vec<_> = leaf.names.iter().cloned().chain(addresses).collect();
        let seen = if names.is_empty() {
            format!("it has no name `{name}`, by which the other members dial this one")
        } else {
            let names = names.join(", ");
            format!("it is for {names}, and the other members dial this one as `{name}`")
        };
        self.find(
            CheckId::P4,
            file,
            seen,
            format!("issue it with `{name}` among its alternative names"),
        );
    }

    fn usage(&mut self, file: &PemFile, side: Side) {
        let Some(leaf) = first(file) else { return };
        let fits = match side {
            Side::Incoming => matches!(leaf.usage, Usage::Any | Usage::Both | Usage::Server),
            Side::Outgoing => matches!(leaf.usage, Usage::Any | Usage::Both | Usage::Client),
        };
        if fits {
            return;
        }
        let (seen, missing) = match side {
            Side::Incoming => ("its extended key usage leaves out serverAuth", "serverAuth"),
            Side::Outgoing => (
                "its extended key usage leaves out clientAuth, which it needs to reach other members",
                "clientAuth",
            ),
        };
        self.find(
            CheckId::P1,
            file,
            seen,
            format!("issue it with {missing} too, or without extended key usage"),
        );
    }
}

fn first(file: &PemFile) -> Option<&Certificate> {
    file.certificates.as_ref().ok()?.first()
}
