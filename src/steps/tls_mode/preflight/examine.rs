//! The checks, from the texts to the verdict.

use crate::plan::model::Direction;
use std::collections::BTreeMap;

use super::{
    checked::Checked,
    configs,
    identities::{Identities, identities},
    texts::texts,
};
use crate::{
    cluster::{
        certificate::{MemberCertificates, check_certificates, member_lookalike, peer_trust},
        check::{Assessment, Finding, Strictness},
        clock,
        config::ConfigFile,
        membership::Membership,
        mode::TlsMode,
    },
    engine::host_limit::HostLimit,
    instance::Instance,
    name::HostName,
    plan::Plan,
    steps::{
        error::Failure,
        survey::Survey,
        tls_mode::{
            config_files::ConfigFiles,
            decide::{Decision, decide},
            goal::{Goal, Proofs},
            wanted::{cluster, wanted_files},
        },
    },
};

/// Everything that the checks hang on.
pub struct Preflight<'a, N> {
    /// The plan.
    pub plan: &'a Plan,
    /// Its hosts.
    pub nodes: &'a [N],
    /// The wanted files.
    pub files: &'a dyn ConfigFiles,
    /// Which host runs which member.
    pub membership: &'a Membership,
    /// What every host said just now.
    pub survey: &'a Survey,
    /// The hosts that may be acted on.
    pub limit: &'a HostLimit,
}

impl<N: Instance> Preflight<'_, N> {
    /// Looks at all hosts side by side and judges them together.
    pub async fn examine(&self) -> Result<Checked, Vec<Failure>> {
        let goals = self.goals();
        let strictness = self.strictness(&goals);
        let texts = self.texts(&goals)?;
        let seen = identities(self.nodes, &texts, self.membership, strictness).await?;
        let verdict = Assessment::new(self.findings(&texts, &seen), &self.plan.waivers, strictness);
        let (locked, sound) = sound(&seen.certificates, &verdict);
        Ok(Checked { verdict, sound, locked })
    }

    fn days_left(&self, host: &HostName) -> u32 {
        self.plan.instance(host).map_or(0, |instance| instance.certificate_days_left)
    }

    fn goals(&self) -> Vec<Goal> {
        let steps = self.plan.steps.iter();
        steps.filter_map(|step| Goal::of_action(&step.action, self.limit.clone())).collect()
    }

    /// A finished plan stays finished whatever its certificates are like. Who goes back may have to
    /// because of them; but a restart into a mode in which members speak TLS with each other would make
    /// it worse.
    fn strictness(&self, goals: &[Goal]) -> Strictness {
        let due = |goal: &&Goal| !self.is_met(goal);
        let speaks = |goal: &Goal| goal.mode >= TlsMode::Prefer;
        match goals.iter().find(due) {
            Some(goal) if goal.way == Direction::Up => Strictness::Refuse,
            Some(goal) if speaks(goal) => Strictness::RefuseCertificates,
            Some(_) | None => Strictness::Tell,
        }
    }

    fn is_met(&self, goal: &Goal) -> bool {
        let wanted = wanted_files(self.files, goal.mode, self.survey, |_| None);
        wanted.is_ok_and(|wanted| {
            let cluster = cluster(self.plan, self.membership, self.survey, &wanted);
            decide(goal, &cluster, &Proofs::default()) == Decision::Met
        })
    }

    fn texts(&self, goals: &[Goal]) -> Result<BTreeMap<HostName, Vec<ConfigFile>>, Vec<Failure>> {
        let (mut all, mut failures) = (BTreeMap::new(), Vec::new());
        for (host, look) in &self.survey.looks {
            match texts(self.files, goals, host, look) {
                Ok(texts) => drop(all.insert(host.clone(), texts)),
                Err(failure) => failures.push(failure),
            }
        }
        if failures.is_empty() { Ok(all) } else { Err(failures) }
    }

    fn findings(
        &self,
        texts: &BTreeMap<HostName, Vec<ConfigFile>>,
        seen: &Identities,
    ) -> Vec<Finding> {
        let mut findings = clock::check_clocks(&seen.skews);
        findings.extend(seen.certificates.iter().flat_map(|certificates| {
            check_certificates(certificates, self.days_left(&certificates.host))
        }));
        for set in self.survey.sets.values() {
            let of_set = |certificates: &&MemberCertificates| set.knows(&certificates.member);
            let members: Vec<_> = seen.certificates.iter().filter(of_set).collect();
            findings.extend(peer_trust(&members));
        }
        findings.extend(
            self.files.client().and_then(|client| member_lookalike(client, &seen.certificates)),
        );
        findings.extend(configs::files(self.plan, self.survey, texts));
        findings.extend(configs::impatient(self.survey));
        findings.extend(configs::torn(self.files, self.survey));
        findings
    }
}

/// The hosts with certificates of which nothing was found: those with a key that could not be read
/// without its pass phrase, and the others.
fn sound(
    certificates: &[MemberCertificates],
    verdict: &Assessment,
) -> (Vec<HostName>, Vec<HostName>) {
    let found = || verdict.refusals.iter().chain(&verdict.warnings);
    let is_sound = |host: &HostName| {
        !found().any(|finding| finding.id.is_of_certificates() && finding.hosts.contains(host))
    };
    let mut hosts: Vec<_> =
        certificates.iter().map(|certificates| certificates.host.clone()).collect();
    hosts.dedup();
    hosts.retain(is_sound);
    let is_locked = |host: &HostName| {
        certificates
            .iter()
            .any(|certificates| certificates.host == *host && certificates.has_locked_key())
    };
    hosts.into_iter().partition(is_locked)
}
