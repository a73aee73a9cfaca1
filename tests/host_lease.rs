//! The lease of a host and its fence: who gets it, who is kept out, and what is left of it.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    process::Command,
    sync::Arc,
    time::Duration,
};

use common::{local_transport::LocalTransport, sandbox::Sandbox};
use tlsplan::{
    error::{Designed, Exit},
    host::{
        Host,
        digest::Digest,
        lease::{LeaseError, Owner},
        privilege::Become,
        replace::{Change, Replacement},
        replace_error::ReplaceError,
    },
    name::UnitName,
};

const OLD: &[u8] = b"net:\n  port: 27017\n";

/// A sandbox in which nobody has been yet.
fn empty() -> Sandbox {
    let sandbox = Sandbox::new();
    fs::remove_dir_all(sandbox.path("run")).unwrap();
    sandbox
}

fn host(sandbox: &Sandbox) -> Arc<Host> {
    Arc::new(sandbox.host_without_lease(LocalTransport::new(), Become::None))
}

fn owner(run: &str) -> Owner {
    Owner { run: run.to_owned(), words: format!("plan `{run}` by me") }
}

async fn change(sandbox: &Sandbox, host: &Host) -> Result<(), ReplaceError> {
    let file = sandbox.file("etc/mongod.conf", OLD);
    let path = file.to_str().unwrap();
    let file =
        Replacement { path, seen: Digest::from_content(OLD), bytes: b"new", kind: Change::Later };
    host.replace(file).await.map(drop)
}

/// promise: D1
#[tokio::test]
async fn one_run_has_the_host_and_the_other_hears_who_it_is() {
    let sandbox = empty();
    let (mine, theirs) = (host(&sandbox), host(&sandbox));
    let lease = mine.lease(&owner("one")).await.unwrap();
    lease.held().await.unwrap();
    let holder = theirs.owner().await.unwrap().unwrap();
    assert_eq!((holder.run.as_str(), holder.words.as_str()), ("one", "plan `one` by me"));
    let Err(error) = theirs.lease(&owner("two")).await else { panic!("both have it") };
    assert_eq!(error.exit(), Exit::Locked);
    let LeaseError::Held { holder, .. } = error else { panic!("{error:?}") };
    assert_eq!((holder.run.as_str(), holder.words.as_str()), ("one", "plan `one` by me"));
    lease.release().await;
    theirs.lease(&owner("two")).await.unwrap().held().await.unwrap();
}

/// promise: B6
#[tokio::test]
async fn nothing_is_left_of_a_lease_that_was_given_back() {
    let sandbox = empty();
    let lease = host(&sandbox).lease(&owner("one")).await.unwrap();
    assert!(sandbox.path("run").exists());
    lease.release().await;
    assert!(!sandbox.path("run").exists());
    assert!(host(&sandbox).owner().await.unwrap().is_none());
}

/// promise: D2
#[tokio::test]
async fn only_the_holder_gets_through_the_fence() {
    let sandbox = empty();
    let (mine, theirs, nobodys) = (host(&sandbox), host(&sandbox), host(&sandbox));
    let lease = mine.lease(&owner("one")).await.unwrap();
    change(&sandbox, &mine).await.unwrap();
    theirs.set_fencing_token("two");
    for host in [&theirs, &nobodys] {
        let error = change(&sandbox, host).await.unwrap_err();
        assert!(matches!(error, ReplaceError::Fenced { .. }), "{error:?}");
        assert_eq!((error.exit(), error.is_unknown()), (Exit::Locked, false));
        let error = host.restart(&UnitName::new("mongod")).await.unwrap_err();
        assert!(matches!(error, ReplaceError::Fenced { .. }), "{error:?}");
    }
    assert_eq!(fs::read(sandbox.path("etc/mongod.conf")).unwrap(), OLD);
    assert_eq!(sandbox.calls(), "");
    lease.release().await;
    let error = change(&sandbox, &mine).await.unwrap_err();
    assert!(matches!(error, ReplaceError::Fenced { .. }), "{error:?}");
}

/// The process in which the lease of the sandbox lies.
fn holder(sandbox: &Sandbox) -> String {
    let owner = fs::read_to_string(sandbox.path("run/owner")).unwrap_or_default();
    owner.lines().nth(2).unwrap_or_default().to_owned()
}

/// promise: D2. A connection that breaks is no reason to give up what nobody else has.
#[tokio::test]
async fn a_lease_whose_holder_dies_is_taken_again() {
    let sandbox = empty();
    let mine = host(&sandbox);
    let lease = mine.lease(&owner("one")).await.unwrap();
    let first = holder(&sandbox);
    assert!(Command::new("kill").args(["-KILL", &first]).status().unwrap().success());
    let again = async {
        while holder(&sandbox) == first || holder(&sandbox).is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), again).await.unwrap();
    lease.held().await.unwrap();
    change(&sandbox, &mine).await.unwrap();
    lease.release().await;
    assert!(!sandbox.path("run").exists());
}

/// Two names for one machine: the run meets itself.
#[tokio::test]
async fn one_machine_under_two_names_is_told() {
    let sandbox = empty();
    let (one, other) = (host(&sandbox), host(&sandbox));
    let _lease = one.lease(&owner("one")).await.unwrap();
    let refused = other.lease(&owner("one")).await.err().unwrap();
    assert!(matches!(refused, LeaseError::Twice { .. }), "{refused:?}");
    assert_eq!(refused.exit(), Exit::Refused);
}

/// A holder that was killed leaves its files, and the next one takes them over.
#[tokio::test]
async fn what_a_killed_holder_leaves_is_in_nobodys_way() {
    let sandbox = Sandbox::new();
    sandbox.held_by("dead");
    fs::write(sandbox.path("run/lease"), "").unwrap();
    let mine = host(&sandbox);
    assert!(mine.owner().await.unwrap().is_none());
    let lease = mine.lease(&owner("one")).await.unwrap();
    change(&sandbox, &mine).await.unwrap();
    lease.release().await;
    assert!(!sandbox.path("run").exists());
}

#[tokio::test]
async fn a_directory_that_is_not_roots_own_is_not_used() {
    let sandbox = empty();
    let directory = sandbox.path("run");
    symlink("/tmp", &directory).unwrap();
    let refused = host(&sandbox).lease(&owner("one")).await.err().unwrap();
    assert!(matches!(refused, LeaseError::Unsafe { .. }), "{refused:?}");
    fs::remove_file(&directory).unwrap();
    fs::create_dir(&directory).unwrap();
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o777)).unwrap();
    let refused = host(&sandbox).lease(&owner("one")).await.err().unwrap();
    assert_eq!(refused.exit(), Exit::Refused);
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o700)).unwrap();
    fs::create_dir(directory.join("lease")).unwrap();
    let refused = host(&sandbox).lease(&owner("one")).await.err().unwrap();
    assert!(matches!(refused, LeaseError::Refused { .. }), "{refused:?}");
}

/// Many at once: one gets it, and each of the others says so.
#[tokio::test(flavor = "multi_thread")]
async fn of_many_that_come_together_one_gets_it() {
    let sandbox = empty();
    let attempts = (0..8).map(|number| {
        let host = host(&sandbox);
        tokio::spawn(async move { host.lease(&owner(&number.to_string())).await })
    });
    let attempts: Vec<_> = attempts.collect();
    let mut kept = Vec::new();
    for attempt in attempts {
        match attempt.await.unwrap() {
            Ok(lease) => kept.push(lease),
            Err(error) => assert!(matches!(error, LeaseError::Held { .. }), "{error:?}"),
        }
    }
    assert_eq!(kept.len(), 1);
}
