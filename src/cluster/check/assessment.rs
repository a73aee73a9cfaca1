//! What of the findings stops a run: by what the plan waives, and by what the run is about to do.

use std::collections::BTreeMap;

use super::{CheckId, Finding, Severity, Subject, finding::gathered};

/// How strictly findings are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// A refusal refuses: the run would change something.
    Refuse,
    /// What would keep a member from its peers after a restart refuses: the run goes back, through a mode
    /// in which members speak TLS with each other.
    RefuseCertificates,
    /// What would refuse is told and nothing stops: there is nothing to do, or the run goes back, and
    /// what was found may be why. Mere warnings were told when there was something to do.
    Tell,
}

impl Strictness {
    /// A certificate that is good for a few more days is good enough to go back with, and a clock that is
    /// wrong breaks nothing that is well.
    fn refuses(self, finding: &Finding) -> bool {
        let of_certificates = || {
            let file = matches!(finding.subject, Subject::File(_));
            file && finding.id.is_of_certificates() && finding.id != CheckId::CertificateExpiry
        };
        match self {
            Self::Refuse => true,
            Self::RefuseCertificates => of_certificates(),
            Self::Tell => false,
        }
    }
}

/// The findings, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assessment {
    /// What has to be put right, or waived, before anything is begun.
    pub refusals: Vec<Finding>,
    /// What is told while the run goes on. The reason of a waiver stands in its `seen`.
    pub warnings: Vec<Finding>,
}

impl Assessment {
    /// Weighs findings. A waived refusal is told with its reason; a waived warning is known.
    #[must_use]
    pub fn new(
        findings: Vec<Finding>,
        waivers: &BTreeMap<CheckId, String>,
        strictness: Strictness,
    ) -> Self {
        let mut assessment = Self::default();
        for mut finding in gathered(findings) {
            let reason = waivers.get(&finding.id);
            match (finding.severity, reason) {
                (Severity::Refusal, None) if strictness.refuses(&finding) => {
                    assessment.refusals.push(finding);
                }
                (Severity::Refusal, reason) => {
                    if let Some(reason) = reason {
                        finding.seen.push_str("; waived: ");
                        finding.seen.push_str(reason);
                    }
                    finding.severity = Severity::Warning;
                    assessment.warnings.push(finding);
                }
                (Severity::Warning, None) if strictness == Strictness::Refuse => {
                    assessment.warnings.push(finding);
                }
                (Severity::Warning, _) => {}
            }
        }
        assessment
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::HostName;

    fn finding(host: &str, id: CheckId, severity: Severity) -> Finding {
        let subject = Subject::File("/etc/server.pem".to_owned());
        let (seen, fix) = ("it is so".to_owned(), "mend it".to_owned());
        Finding { id, severity, hosts: vec![HostName::new(host)], subject, seen, fix }
    }

    fn words(findings: &[Finding]) -> Vec<String> {
        findings.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_waiver_with_its_reason_turns_a_refusal_into_a_warning_and_hushes_a_warning() {
        let waivers = BTreeMap::from([
            (CheckId::CertificateExpiry, "booked for Friday".to_owned()),
            (CheckId::ClientCertificates, "all of them have one".to_owned()),
        ]);
        let found = vec![
            finding("db1", CheckId::CertificateExpiry, Severity::Refusal),
            finding("db2", CheckId::CertificateName, Severity::Refusal),
            finding("db2", CheckId::ClientCertificates, Severity::Warning),
            finding("db3", CheckId::PeerVerification, Severity::Warning),
        ];
        let assessment = Assessment::new(found, &waivers, Strictness::Refuse);
        assert_eq!(words(&assessment.refusals), ["P4: `/etc/server.pem` on `db2`: it is so"]);
        assert_eq!(
            words(&assessment.warnings),
            [
                "P31: `/etc/server.pem` on `db1`: it is so; waived: booked for Friday",
                "P32: `/etc/server.pem` on `db3`: it is so"
            ]
        );
    }

    #[test]
    fn nothing_stops_a_run_that_goes_back_or_has_nothing_to_do() {
        let found = vec![
            finding("db1", CheckId::CertificateDates, Severity::Refusal),
            finding("db1", CheckId::ClientCertificates, Severity::Warning),
        ];
        let assessment = Assessment::new(found, &BTreeMap::new(), Strictness::Tell);
        assert_eq!(words(&assessment.refusals), [""; 0]);
        assert_eq!(words(&assessment.warnings), ["P5: `/etc/server.pem` on `db1`: it is so"]);
    }

    #[test]
    fn on_the_way_back_only_what_peers_would_refuse_stops_it() {
        let found = vec![
            finding("db1", CheckId::CertificateName, Severity::Refusal),
            finding("db1", CheckId::CertificateExpiry, Severity::Refusal),
            finding("db1", CheckId::ServerOptions, Severity::Refusal),
        ];
        let assessment = Assessment::new(found, &BTreeMap::new(), Strictness::RefuseCertificates);
        assert_eq!(words(&assessment.refusals), ["P4: `/etc/server.pem` on `db1`: it is so"]);
        assert_eq!(assessment.warnings.len(), 2);
    }

    #[test]
    fn what_is_the_same_on_several_hosts_is_said_once() {
        let mut found: Vec<_> = ["db1", "db2", "db1", "db3"]
            .map(|host| finding(host, CheckId::CertificateDates, Severity::Refusal))
            .into();
        found[3].seen = "it is otherwise".to_owned();
        let assessment = Assessment::new(found, &BTreeMap::new(), Strictness::Refuse);
        assert_eq!(
            words(&assessment.refusals),
            [
                "P5: `/etc/server.pem` on `db1` and `db2`: it is so",
                "P5: `/etc/server.pem` on `db3`: it is otherwise"
            ]
        );
    }
}
