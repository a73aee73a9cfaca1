//! Whether the clocks agree: certificates are valid by each host's clock, windows by this machine's.

use super::check::{CheckId, Finding, Severity, Subject};
use crate::{
    name::HostName,
    text::{HumanDuration, list},
};

/// More than this, and certificates that are valid are refused, or the other way round.
const REFUSED: u64 = 300_000;
/// More than this means that the clock is not synchronized.
const ODD: u64 = 5_000;

/// How far a host's clock is ahead of the controller's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skew {
    /// Milliseconds; negative where it is behind.
    pub ahead: i64,
    /// Half the round trip in which it was read, in milliseconds: it may be off by so much either way.
    pub unsure: u64,
}

/// What is wrong with the clocks, the controller's included: where most hosts agree with each other and
/// not with it, it is the one that is wrong.
#[must_use]
pub fn check_clocks(skews: &[(HostName, Skew)]) -> Vec<Finding> {
    let agreed = agreed(skews);
    let mut findings = Vec::new();
    if let Some((common, hosts)) = &agreed {
        let unsure = hosts.iter().map(|(_, skew)| skew.unsure).min().unwrap_or_default();
        let here = Skew { ahead: common.saturating_neg(), unsure };
        let names: Vec<_> = hosts.iter().map(|(host, _)| host.clone()).collect();
        let those = format!("the clocks of {}, which agree", list(&names));
        let subject = Subject::Here("the clock of this machine".to_owned());
        findings.extend(finding(&here, Vec::new(), subject, &those));
    }
    let (common, others) = match agreed {
        Some((common, _)) => (common, "most hosts"),
        None => (0, "this machine"),
    };
    for (host, skew) in skews {
        let apart = Skew { ahead: skew.ahead.saturating_sub(common), ..*skew };
        let those = format!("the clock of {others}");
        findings.extend(finding(&apart, vec![host.clone()], Subject::Clock, &those));
    }
    findings
}

/// The hosts that agree with each other and not with the controller, where they are two or more and
/// the majority, and how far they are ahead of it.
fn agreed(skews: &[(HostName, Skew)]) -> Option<(i64, Vec<&(HostName, Skew)>)> {
    let mut ahead: Vec<_> = skews.iter().map(|(_, skew)| skew.ahead).collect();
    ahead.sort_unstable();
    let median = *ahead.get(ahead.len() / 2)?;
    let near = |skew: &Skew| skew.ahead.abs_diff(median) <= ODD.saturating_add(skew.unsure);
    let hosts: Vec<_> = skews.iter().filter(|(_, skew)| near(skew)).collect();
    let odd = hosts.iter().all(|(_, skew)| surely(*skew) > ODD);
    (odd && hosts.len() > 1 && hosts.len() * 2 > skews.len()).then_some((median, hosts))
}

/// The least that it is off by.
fn surely(skew: Skew) -> u64 {
    skew.ahead.unsigned_abs().saturating_sub(skew.unsure)
}

fn finding(skew: &Skew, hosts: Vec<HostName>, subject: Subject, those: &str) -> Option<Finding> {
    let severity = match surely(*skew) {
        0..=ODD => return None,
        off if off > REFUSED => Severity::Refusal,
        _ => Severity::Warning,
    };
    let side = if skew.ahead > 0 { "ahead of" } else { "behind" };
    let seen = format!("it is {} {side} {those}", HumanDuration(skew.ahead.unsigned_abs() / 1000));
    let fix = match subject {
        Subject::Here(_) => "set this machine's clock right; `timedatectl` shows what keeps it",
        _ => "set that clock right; `timedatectl` there shows what keeps it",
    };
    Some(Finding {
        id: CheckId::CertificateDates,
        severity,
        hosts,
        subject,
        seen,
        fix: fix.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(ahead: &[i64]) -> Vec<String> {
        let skew = |(number, &ahead): (usize, &i64)| {
            (HostName::new(format!("db{}", number + 1)), Skew { ahead, unsure: 100 })
        };
        let skews: Vec<_> = ahead.iter().enumerate().map(skew).collect();
        check_clocks(&skews).iter().map(|one| format!("{:?} {one}", one.severity)).collect()
    }

    #[test]
    fn clocks_are_held_to_the_controllers_unless_most_hosts_agree_on_another_time() {
        let here = "P5: the clock of this machine: it is";
        let of = |host: &str| format!("P5: the clock of `{host}`: it is");
        for (ahead, expected) in [
            (&[0, 40, -900][..], vec![]),
            (&[], vec![]),
            (&[5_100, -5_100, 0], vec![]),
            (
                &[5_101, 0, 0],
                vec![format!("Warning {} 5s ahead of the clock of this machine", of("db1"))],
            ),
            (
                &[0, 300_100, 0],
                vec![format!("Warning {} 5m ahead of the clock of this machine", of("db2"))],
            ),
            (
                &[0, -300_101, 0],
                vec![format!("Refusal {} 5m behind the clock of this machine", of("db2"))],
            ),
            (
                &[3_600_000],
                vec![format!("Refusal {} 60m ahead of the clock of this machine", of("db1"))],
            ),
            (
                &[3_600_000, 3_601_000, 3_600_500],
                vec![format!(
                    "Refusal {here} 60m behind the clocks of `db1`, `db2` and `db3`, which agree"
                )],
            ),
            (
                &[-7_200_000, 0, -7_201_000],
                vec![
                    format!(
                        "Refusal {here} 2h ahead of the clocks of `db1` and `db3`, which agree"
                    ),
                    format!("Refusal {} 2h ahead of the clock of most hosts", of("db2")),
                ],
            ),
            (
                &[3_600_000, -3_600_000],
                vec![
                    format!("Refusal {} 60m ahead of the clock of this machine", of("db1")),
                    format!("Refusal {} 60m behind the clock of this machine", of("db2")),
                ],
            ),
        ] {
            assert_eq!(said(ahead), expected, "{ahead:?}");
        }
    }

    #[test]
    fn what_a_slow_line_may_have_done_is_not_held_against_a_clock() {
        let slow = Skew { ahead: 9_000, unsure: 4_001 };
        assert_eq!(check_clocks(&[(HostName::new("db1"), slow)]), []);
    }
}
