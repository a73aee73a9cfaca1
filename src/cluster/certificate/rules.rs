//! The rules P1 to P7 and P31, each over what was found on one host.

use super::{
    Access, Certificate, Key, MemberCertificates, PemFile, Usage,
    authorities::{authorities, is_ca},
    chain, covers,
};
use crate::{
    cluster::{
        check::{CheckId, Finding, Severity, Subject},
        config::{PassPhrase, VerifyMode},
    },
    text::HumanDuration,
};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Everything that is wrong with a member's certificates, the fatal first.
#[must_use]
pub fn check_certificates(identity: &MemberCertificates, days_left: u32) -> Vec<Finding> {
    let mut checker = Checker { identity, findings: Vec::new() };
    let outgoing = identity.outgoing();
    for file in identity.ca_file.iter().chain(&identity.cluster_ca_file) {
        checker.authority(file);
    }
    checker.served_file(&identity.key_file, days_left);
    checker.names(&identity.key_file);
    checker.usage(&identity.key_file, Side::Incoming);
    checker.usage(outgoing, Side::PeerDialConfig);
    if let Some(cluster_file) = &identity.cluster_file {
        checker.served_file(cluster_file, days_left);
    }
    checker.findings.sort_by_key(|finding| finding.severity);
    checker.findings
}

/// Which end of a connection a certificate is shown at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Incoming,
    PeerDialConfig,
}

struct Checker<'p> {
    identity: &'p MemberCertificates,
    findings: Vec<Finding>,
}

impl Checker<'_> {
    fn report(
        &mut self,
        id: CheckId,
        file: &PemFile,
        seen: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.add(id, self.severity(id), file, seen.into(), fix.into());
    }

    /// A certificate that the server does not verify is no reason to refuse.
    fn severity(&self, id: CheckId) -> Severity {
        let needed = match id {
            CheckId::CertificateUsage | CheckId::CertificateChain => VerifyMode::SkipHostname,
            CheckId::CertificateName => VerifyMode::Full,
            _ => return Severity::Refusal,
        };
        if self.identity.verify_mode < needed { Severity::Warning } else { Severity::Refusal }
    }

    fn add(&mut self, id: CheckId, severity: Severity, file: &PemFile, seen: String, fix: String) {
        let (hosts, subject) = (vec![self.identity.host.clone()], Subject::File(file.path.clone()));
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
                    self.add(CheckId::FileAccess, Severity::Warning, file, seen, fix);
                }
                true
            }
            Access::Nobody(reason) => {
                let seen = format!("the service's user cannot read it: {reason}");
                let fix = "give it to the service's user, and let that one pass through the directories above it";
                self.report(CheckId::FileAccess, file, seen, fix);
                false
            }
            Access::Missing => {
                self.report(
                    CheckId::FileAccess,
                    file,
                    "it is not there",
                    "put it there, or fix the path in the plan",
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
                return self.report(CheckId::CaFile, file, unread.to_string(), fix);
            }
        };
        let own = first(&self.identity.key_file);
        let trusts_itself = own.is_some_and(|own| own.is_root() && certificates.contains(own));
        if !trusts_itself && !certificates.iter().any(is_ca) {
            let subjects: Vec<_> = certificates.iter().map(|one| one.subject.as_str()).collect();
            let seen = format!("`{}` is no CA", subjects.join("`, `"));
            self.report(
                CheckId::CaFile,
                file,
                seen,
                "it has to hold the CA that issued the members' certificates",
            );
        }
    }

    /// P6, P5, P31 and P2 for a file that the server shows to others.
    fn served_file(&mut self, file: &PemFile, days_left: u32) {
        if !self.is_there(file) {
            return;
        }
        let certificates = match &file.certificates {
            Ok(certificates) => certificates,
            Err(unread) => {
                let fix = "private key, certificate and intermediates belong into that one file";
                return self.report(CheckId::PrivateKey, file, unread.to_string(), fix);
            }
        };
        let Some((leaf, others)) = certificates.split_first() else { return };
        self.key(file, leaf);
        self.dates(file, leaf, days_left);
        self.trust(file, leaf, others);
    }

    /// P2, and P5 for the roots that a chain ends at.
    fn trust(&mut self, file: &PemFile, leaf: &Certificate, others: &[Certificate]) {
        let Some(ca_file) = &self.identity.ca_file else { return };
        let Some(trusted) = authorities(ca_file) else { return };
        if let Err(broken) = chain(leaf, others, trusted) {
            let fix = broken.fix();
            return self.report(CheckId::CertificateChain, file, broken.to_string(), fix);
        }
        let clock = self.identity.clock;
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
                self.report(CheckId::CertificateDates, file, seen, fix);
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
            Key::Locked if self.identity.pass_phrase == PassPhrase::Needed => return,
            Key::Unread => return,
            Key::Locked => (
                "the private key in it has a pass phrase, and a service cannot ask for one",
                "set `net.tls.certificateKeyFilePassword` in the template, or store the key without one",
            ),
        };
        self.report(CheckId::PrivateKey, file, seen, fix);
    }

    fn dates(&mut self, file: &PemFile, leaf: &Certificate, days_left: u32) {
        let (clock, (first, last)) = (self.identity.clock, leaf.valid);
        let fix = "put a valid one in its place; if its dates are right, the host's clock is not";
        if clock > last {
            let seen = format!("it expired {} ago by the host's clock", span(last, clock));
            self.report(CheckId::CertificateDates, file, seen, fix);
        } else if clock < first {
            let seen = format!("it begins in {} by the host's clock", span(clock, first));
            self.report(CheckId::CertificateDates, file, seen, fix);
        } else if last - clock < i64::from(days_left) * DAY {
            let seen =
                format!("it expires in {}, the plan asks for {days_left} days", span(clock, last));
            let fix = "renew it first; `certificate_days_left` under `[mongodb]` is the limit";
            self.report(CheckId::CertificateExpiry, file, seen, fix);
        }
    }

    fn names(&mut self, file: &PemFile) {
        let Some(leaf) = first(file) else { return };
        let name = self.identity.member.host();
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
        self.report(
            CheckId::CertificateName,
            file,
            seen,
            format!("issue it with `{name}` among its alternative names"),
        );
    }

    fn usage(&mut self, file: &PemFile, side: Side) {
        let Some(leaf) = first(file) else { return };
        let fits = match side {
            Side::Incoming => matches!(leaf.usage, Usage::Any | Usage::Both | Usage::Server),
            Side::PeerDialConfig => matches!(leaf.usage, Usage::Any | Usage::Both | Usage::Client),
        };
        if fits {
            return;
        }
        let (seen, missing) = match side {
            Side::Incoming => ("its extended key usage leaves out serverAuth", "serverAuth"),
            Side::PeerDialConfig => (
                "its extended key usage leaves out clientAuth, which it needs to reach other members",
                "clientAuth",
            ),
        };
        self.report(
            CheckId::CertificateUsage,
            file,
            seen,
            format!("issue it with {missing} too, or without extended key usage"),
        );
    }
}

fn span(from: i64, to: i64) -> HumanDuration {
    HumanDuration(to.abs_diff(from))
}

fn first(file: &PemFile) -> Option<&Certificate> {
    file.certificates.as_ref().ok()?.first()
}
