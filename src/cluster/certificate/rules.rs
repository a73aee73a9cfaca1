//! The rules P1 to P7 and P31, each over what was found on one host.

use super::{
    Access, Certificate, Key, Papers, PemFile, Usage,
    authorities::{authorities, is_ca},
    chain, covers,
};
use crate::cluster::{
    check::{CheckId, Finding, Severity, Subject},
    config::{PassPhrase, Rigour},
    span::Span,
};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Everything that is wrong with a member's certificates, the fatal first.
#[must_use]
pub fn judge(papers: &Papers, days_left: u32) -> Vec<Finding> {
    let mut court = Court { papers, findings: Vec::new() };
    let outgoing = papers.outgoing();
    for file in papers.ca_file.iter().chain(&papers.cluster_ca_file) {
        court.authority(file);
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
        self.note(id, self.severity(id), file, seen.into(), fix.into());
    }

    /// What nobody verifies stops nobody.
    fn severity(&self, id: CheckId) -> Severity {
        let needed = match id {
            CheckId::P1 | CheckId::P2 => Rigour::AnyName,
            CheckId::P4 => Rigour::Full,
            _ => return Severity::Refusal,
        };
        if self.papers.rigour < needed { Severity::Warning } else { Severity::Refusal }
    }

    fn note(&mut self, id: CheckId, severity: Severity, file: &PemFile, seen: String, fix: String) {
        let (hosts, subject) = (vec![self.papers.host.clone()], Subject::File(file.path.clone()));
        self.findings.push(Finding { id, severity, hosts, subject, seen, fix });
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

    /// P3.
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
        let own = first(&self.papers.key_file);
        let trusts_itself = own.is_some_and(|own| own.is_root() && certificates.contains(own));
        if !trusts_itself && !certificates.iter().any(is_ca) {
            let subjects: Vec<_> = certificates.iter().map(|one| one.subject.as_str()).collect();
            let seen = format!("`{}` is no CA", subjects.join("`, `"));
            self.find(
                CheckId::P3,
                file,
                seen,
                "it has to hold the CA that issued the members' certificates",
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
        self.trust(file, leaf, others);
    }

    /// P2, and P5 for the roots that a chain ends at.
    fn trust(&mut self, file: &PemFile, leaf: &Certificate, others: &[Certificate]) {
        let Some(ca_file) = &self.papers.ca_file else { return };
        let Some(trusted) = authorities(ca_file) else { return };
        if let Err(broken) = chain(leaf, others, trusted) {
            let fix = broken.fix();
            return self.find(CheckId::P2, file, broken.to_string(), fix);
        }
        let clock = self.papers.clock;
        let is_valid = |one: &&Certificate| (one.valid.0..=one.valid.1).contains(&clock);
        let valid = |all: &[Certificate]| all.iter().filter(is_valid).cloned().collect::<Vec<_>>();
        let fix = "put the CA's valid certificate into the file, on every host";
        for (file, others, trusted) in
            [(ca_file, others.to_vec(), valid(trusted)), (file, valid(others), trusted.to_vec())]
        {
            if chain(leaf, &others, &trusted).is_err() {
                let all = file.certificates.iter().flatten();
                let late = all.filter(|one| !is_valid(one));
                let late: Vec<_> = late.map(|one| format!("`{}`", one.subject)).collect();
                let seen = format!("{} in it is not valid by the host's clock", late.join(", "));
                self.find(CheckId::P5, file, seen, fix);
            }
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
            // The phrase is the server's to try: the canary shows whether it fits.
            Key::Locked if self.papers.pass_phrase == PassPhrase::Needed => return,
            Key::Unread => return,
            Key::Locked => (
                "the private key in it has a pass phrase, which nobody can type for a service",
                "set `net.tls.certificateKeyFilePassword` in the template, or store the key without one",
            ),
        };
        self.find(CheckId::P6, file, seen, fix);
    }

    fn dates(&mut self, file: &PemFile, leaf: &Certificate, days_left: u32) {
        let (clock, (first, last)) = (self.papers.clock, leaf.valid);
        let fix = "put a valid one in its place; if its dates are right, the host's clock is not";
        if clock > last {
            let seen = format!("it expired {} ago by the host's clock", span(last, clock));
            self.find(CheckId::P5, file, seen, fix);
        } else if clock < first {
            let seen = format!("it begins in {} by the host's clock", span(clock, first));
            self.find(CheckId::P5, file, seen, fix);
        } else if last - clock < i64::from(days_left) * DAY {
            let seen =
                format!("it expires in {}, the plan asks for {days_left} days", span(clock, last));
            let fix = "renew it first; `certificate_days_left` under `[mongodb]` is the limit";
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

fn span(from: i64, to: i64) -> Span {
    Span(to.abs_diff(from))
}

fn first(file: &PemFile) -> Option<&Certificate> {
    file.certificates.as_ref().ok()?.first()
}
