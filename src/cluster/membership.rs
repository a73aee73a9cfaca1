//! Membership: which host of the plan runs which member, and which members are missing.
//!
//! A host's member is what the server there calls itself (`self` in its replSetGetStatus). Names
//! and addresses of the plan are never compared with those of the set.

use std::collections::BTreeMap;

use super::{health::SetView, peers::same_member, topology::ServerView};
use crate::name::{HostName, MemberName, SetName};

/// The plan's hosts and the sets' members, one to one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Membership(BTreeMap<HostName, MemberName>);

/// Why the plan's hosts and the sets' members do not match.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MembershipMismatch {
    /// The set has a member that the plan does not name.
    #[error("`{member}` is a member of `{set}` and no host of the plan")]
    Missing {
        /// The member.
        member: MemberName,
        /// Its set.
        set: SetName,
        /// The host by which that set came into the plan, where the plan has others.
        by: Option<HostName>,
    },
    /// Two hosts of the plan lead to one server.
    #[error("`{first}` and `{second}` both lead to the member `{member}`")]
    Duplicate {
        /// One host.
        first: HostName,
        /// The other.
        second: HostName,
        /// The member behind both.
        member: MemberName,
    },
    /// The server that goes by a member's name is of another set.
    #[error(
        "the server on `{host}` goes by the name `{member}`, which is a member of `{of}`, and says that its set is `{set}`"
    )]
    WrongSet {
        /// The host.
        host: HostName,
        /// The name.
        member: MemberName,
        /// Its own set.
        set: SetName,
        /// The set that has a member of that name.
        of: SetName,
    },
    /// The server's own entry is not in its own configuration.
    #[error("the server on `{host}` calls itself `{member}`, which its set `{set}` does not know")]
    NotInConfig {
        /// The host.
        host: HostName,
        /// What the server calls itself.
        member: MemberName,
        /// Its set.
        set: SetName,
    },
}

impl Membership {
    /// Matches hosts with members; all mismatches at once.
    pub fn new<'a>(
        views: impl IntoIterator<Item = (&'a HostName, &'a ServerView)>,
    ) -> Result<Self, Vec<MembershipMismatch>> {
        let views: Vec<_> = views.into_iter().collect();
        let mut hosts = BTreeMap::new();
        let mut owners: BTreeMap<&MemberName, &HostName> = BTreeMap::new();
        let mut mismatches = Vec::new();
        for &(host, view) in &views {
            let member = &view.status.me;
            hosts.insert(host.clone(), member.clone());
            if let Some(first) = owners.insert(member, host) {
                let (first, second) = (first.clone(), host.clone());
                mismatches.push(MembershipMismatch::Duplicate {
                    first,
                    second,
                    member: member.clone(),
                });
            }
            if !view.config.members.iter().any(|entry| &entry.name == member) {
                let (host, set) = (host.clone(), view.config.name.clone());
                mismatches.push(MembershipMismatch::NotInConfig {
                    host,
                    member: member.clone(),
                    set,
                });
            }
        }
        let mut first_of: BTreeMap<&SetName, &HostName> = BTreeMap::new();
        for &(host, view) in &views {
            first_of.entry(&view.config.name).or_insert(host);
        }
        let several = first_of.len() > 1;
        for (_, view) in &views {
            for entry in &view.config.members {
                let (member, set) = (entry.name.clone(), view.config.name.clone());
                let by = first_of.get(&set).filter(|_| several).map(|&host| host.clone());
                let mismatch = match views.iter().find(|(_, other)| other.status.me == member) {
                    Some((_, other)) if other.config.name == set => continue,
                    Some(&(host, other)) => {
                        let (host, own) = (host.clone(), other.config.name.clone());
                        MembershipMismatch::WrongSet { host, member, set: own, of: set }
                    }
                    None => MembershipMismatch::Missing { member, set, by },
                };
                if !mismatches.contains(&mismatch) {
                    mismatches.push(mismatch);
                }
            }
        }
        if mismatches.is_empty() { Ok(Self(hosts)) } else { Err(mismatches) }
    }

    /// Whether nobody is known yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The member on a host.
    #[must_use]
    pub fn member(&self, host: &HostName) -> Option<&MemberName> {
        self.0.get(host)
    }

    /// Whether some host runs this member.
    #[must_use]
    pub fn has(&self, member: &MemberName) -> bool {
        self.0.values().any(|known| same_member(known, member))
    }

    /// The host of a member.
    #[must_use]
    pub fn host(&self, member: &MemberName) -> Option<&HostName> {
        self.0.iter().find(|(_, name)| *name == member).map(|(host, _)| host)
    }
}

/// The views sorted into their replica sets, by the sets' names.
#[must_use]
pub fn sets<'a>(views: impl IntoIterator<Item = &'a ServerView>) -> BTreeMap<SetName, SetView> {
    let mut sets: BTreeMap<SetName, SetView> = BTreeMap::new();
    for view in views {
        let set = sets.entry(view.config.name.clone()).or_default();
        set.members.push((view.status.me.clone(), view.clone()));
    }
    sets
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::sample::{Sample, name};

    fn host(index: usize) -> HostName {
        HostName::new(format!("db{}", index + 1))
    }

    #[test]
    fn hosts_are_matched_by_what_servers_call_themselves() {
        let set = Sample::new(3).view();
        let hosts: Vec<_> = (0..3).map(|index| host(2 - index)).collect();
        let views = hosts.iter().zip(set.members.iter().map(|(_, view)| view));
        let membership = Membership::new(views).unwrap();
        assert_eq!(membership.member(&host(2)), Some(&name(0)));
        assert_eq!(membership.host(&name(2)), Some(&host(0)));
    }

    #[test]
    fn a_member_of_another_set_is_told_with_the_host_that_brought_it() {
        let (own, mut other) = (Sample::new(1).view(), Sample::new(3).view());
        for (_, view) in &mut other.members {
            view.config.name = SetName::new("rs9");
            view.config.members.remove(0);
        }
        let (first, second) = (host(0), host(1));
        let views = [(&first, &own.members[0].1), (&second, &other.members[1].1)];
        let mismatches = Membership::new(views).unwrap_err();
        let by = Some(second.clone());
        let (member, set) = (name(2), SetName::new("rs9"));
        assert_eq!(mismatches, [MembershipMismatch::Missing { member, set, by }]);
    }

    #[test]
    fn a_server_of_another_set_does_not_pass_for_a_member_by_its_name() {
        let (own, mut other) = (Sample::new(2).view(), Sample::new(2).view());
        other.members[1].1.config.name = SetName::new("rs9");
        other.members[1].1.config.members.remove(0);
        let (first, second) = (host(0), host(1));
        let views = [(&first, &own.members[0].1), (&second, &other.members[1].1)];
        let mismatches = Membership::new(views).unwrap_err();
        let (member, set, of) = (name(1), SetName::new("rs9"), SetName::new("rs0"));
        assert_eq!(mismatches, [MembershipMismatch::WrongSet { host: second, member, set, of }]);
    }

    #[test]
    fn a_forgotten_member_and_a_double_are_both_told() {
        let set = Sample::new(3).view();
        let (first, second) = (host(0), host(1));
        let view = &set.members[0].1;
        let mismatches = Membership::new([(&first, view), (&second, view)]).unwrap_err();
        assert_eq!(
            mismatches.iter().map(ToString::to_string).collect::<Vec<_>>(),
            [
                "`db1` and `db2` both lead to the member `db1.test:27017`",
                "`db2.test:27017` is a member of `rs0` and no host of the plan",
                "`db3.test:27017` is a member of `rs0` and no host of the plan",
            ]
        );
    }
}
