//! The plan and the cluster do not name the same processes.

use crate::{
    client::database::NoSet,
    cluster::{membership::MembershipMismatch, peers::UnmanagedProcess},
    engine::{progress::Progress, step_error},
    error::Exit,
    name::HostName,
};

/// How the plan's hosts and the cluster's members differ.
#[derive(Debug, thiserror::Error)]
pub enum MembershipError {
    /// The plan names other hosts than a set has members.
    #[error(transparent)]
    Set(MembershipMismatch),
    /// A process of the cluster is not in the plan.
    #[error(transparent)]
    Unmanaged(UnmanagedProcess),
    /// A host of the plan runs something else than a member.
    #[error("the server on `{host}` is a member of no replica set: {why}")]
    NotAMember {
        /// The host.
        host: HostName,
        /// What the server says of itself.
        why: NoSet,
    },
}

impl step_error::Failure for MembershipError {
    fn exit(&self, _: Progress) -> Exit {
        Exit::Refused
    }

    fn hints(&self, progress: Progress) -> Vec<String> {
        let mut hints = match self {
            Self::Set(mismatch) => vec![of_set(mismatch)],
            Self::Unmanaged(outsider) => vec![
                outsider.fix(),
                "where somebody sees to it: `[waive] P11 = \"REASON\"`".to_owned(),
            ],
            Self::NotAMember { host, why } => vec![of_no_member(host, *why)],
        };
        hints.push(progress.describe());
        hints
    }
}

fn of_set(mismatch: &MembershipMismatch) -> String {
    match mismatch {
        MembershipMismatch::Missing { member, set, by } => {
            let other = by.as_ref().map_or_else(String::new, |host| {
                format!("; or take `{host}` out, whose server says that it belongs to `{set}`")
            });
            format!(
                "add a host for `{member}` under `[hosts]`: a plan names every member, arbiters and hidden ones too{other}"
            )
        }
        MembershipMismatch::WrongSet { host, of, .. } => format!(
            "look at `replication.replSetName` and the data directory on `{host}`: its server has to be a member of `{of}` again, or that member has to leave it"
        ),
        MembershipMismatch::Duplicate { .. } => {
            "give each member one host under `[hosts]`".to_owned()
        }
        MembershipMismatch::NotInConfig { host, .. } => {
            format!("take `{host}` out of the plan, or add its server to the set")
        }
    }
}

fn of_no_member(host: &HostName, why: NoSet) -> String {
    match why {
        NoSet::Standalone => format!(
            "take `{host}` out of the plan; a server by itself is brought to TLS by its file and one restart. If it shall be a member: `replication.replSetName` in its file, a restart, and rs.add()"
        ),
        NoSet::NotInitiated => format!(
            "take `{host}` out of the plan, or take its server into the set: rs.add() on the primary"
        ),
        NoSet::Removed => format!(
            "take `{host}` out of the plan, or its server into the set again: rs.add() on the primary"
        ),
    }
}
