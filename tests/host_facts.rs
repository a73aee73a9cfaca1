//! One look at a host, with a `systemctl` that answers as the real one does.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    time::{Duration, SystemTime},
};

use common::{local_transport::LocalTransport, sandbox::Sandbox};
use tlsplan::{
    host::{
        config_file::{ConfigState, LARGEST},
        digest::Digest,
        facts::{FactsError, HostFacts},
        unit::ActiveState,
    },
    name::UnitName,
};

const SYSTEMCTL: &str = "cat <<'X'\nLoadState=loaded\nActiveState=active\nSubState=running\nMainPID=7\n\
InvocationID=abc\nNRestarts=0\nUser=mongodb\nX";

async fn look(sandbox: &Sandbox, file: &str) -> Result<HostFacts, FactsError> {
    let file = sandbox.path(file);
    let host = sandbox.host(LocalTransport::new());
    host.facts(&UnitName::new("mongod"), file.to_str().unwrap()).await
}

#[tokio::test]
async fn unit_file_and_clock_come_in_one_look() {
    let sandbox = Sandbox::new();
    sandbox.tool("systemctl", SYSTEMCTL);
    let bytes = b"key: value\nActiveState=failed\n\xff\0\n\n";
    let file = sandbox.file("etc/mongod.conf", bytes);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    let facts = look(&sandbox, "etc/mongod.conf").await.unwrap();
    assert_eq!(facts.unit.active, ActiveState::Active);
    assert_eq!(facts.unit.incarnation.pid, 7);
    let ConfigState::Regular(file) = &facts.file else { panic!("{:?}", facts.file) };
    assert_eq!(file.bytes, bytes);
    assert_eq!(file.digest, Digest::from_content(bytes));
    assert_eq!((&*file.owner, &*file.mode, file.links), ("root", "640", 1));
    let skew = SystemTime::now().duration_since(facts.clock).unwrap();
    assert!(skew < Duration::from_secs(10));
    assert!(facts.uptime > Duration::ZERO);
}

#[tokio::test]
async fn what_is_no_file_is_named() {
    let sandbox = Sandbox::new();
    sandbox.tool("systemctl", SYSTEMCTL);
    symlink("/etc/shadow", sandbox.path("etc/link")).unwrap();
    sandbox.file("etc/large", &vec![b'#'; LARGEST + 1]);
    sandbox.file("etc/largest", &vec![b'#'; LARGEST]);
    for (name, expected) in [
        ("etc/none", ConfigState::Absent),
        ("etc/link", ConfigState::Symlink { target: "/etc/shadow".into() }),
        ("etc", ConfigState::Special { kind: "directory".into() }),
        ("etc/large", ConfigState::TooLarge),
    ] {
        assert_eq!(look(&sandbox, name).await.unwrap().file, expected);
    }
    assert!(look(&sandbox, "etc/largest").await.unwrap().file.file().is_some());
}

#[tokio::test]
async fn a_systemctl_that_fails_is_quoted() {
    let sandbox = Sandbox::new();
    sandbox.tool("systemctl", "echo 'Failed to connect to bus' >&2; exit 1");
    let error = look(&sandbox, "etc/none").await.unwrap_err();
    assert!(error.to_string().contains("Failed to connect to bus"), "{error}");
}
