//! The canary's script around servers that behave as they are told: verdicts, and nothing left.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use std::{fs, os::unix::fs::PermissionsExt, path::Path, time::Duration};

use common::{local_transport::LocalTransport, sandbox::Sandbox};
use tlsplan::{
    host::{call_error::CallError, survey::Service},
    instance::{canary::Priority, canary_error::CanaryError},
};

const WAITS: &str = r#"{"s":"I","id":23016,"msg":"Waiting for connections"}"#;

/// A server: notes its pid, its arguments and its configuration, then goes on by the script, in
/// which `$log` is its log and `$quick` is set on the engine that stores nothing.
fn server(sandbox: &Sandbox, script: &str) -> Service {
    let note = sandbox.path("seen").display().to_string();
    let script = format!(
        "echo $$ >> {note}; echo \"$2\" >> {note}.config; cat \"$2\" > {note}.text; id -u > {note}.user\n\
         quick=''\nwhile [ $# -gt 0 ]; do case $1 in --logpath) log=$2 ;; devnull) quick=1 ;; esac; shift; done\n\
         {script}"
    );
    sandbox.tool("mongod", &script);
    let binary = sandbox.path("bin/mongod").display().to_string();
    Service { binary, user: 0, group: 0, groups: String::new(), ld_library_path: String::new() }
}

async fn canary(sandbox: &Sandbox, script: &str, text: &str) -> Result<(), CanaryError> {
    let service = server(sandbox, script);
    let host = sandbox.host(LocalTransport::new());
    let outcome = host.canary(&service, text, Priority::Low).await;
    nothing_is_left(sandbox).await;
    outcome
}

/// No process and no directory of any of the canaries.
async fn nothing_is_left(sandbox: &Sandbox) {
    for config in read(sandbox, "seen.config").lines() {
        assert!(!Path::new(config).parent().unwrap().exists(), "{config}");
    }
    for pid in read(sandbox, "seen").lines() {
        let process = Path::new("/proc").join(pid);
        let gone = async {
            while process.exists() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(2), gone).await.unwrap();
    }
}

fn read(sandbox: &Sandbox, name: &str) -> String {
    fs::read_to_string(sandbox.path(name)).unwrap_or_default()
}

#[tokio::test]
async fn a_server_that_waits_for_connections_is_good_and_is_ended() {
    let sandbox = Sandbox::new();
    let script = format!("echo '{WAITS}' > \"$log\"; exec sleep 100");
    canary(&sandbox, &script, "a: b\n").await.unwrap();
    assert_eq!(read(&sandbox, "seen.text"), "a: b\n");
    assert_eq!(read(&sandbox, "seen").lines().count(), 1);
}

#[tokio::test]
async fn a_refusal_counts_only_on_the_files_own_engine() {
    let sandbox = Sandbox::new();
    let script =
        format!("[ -z \"$quick\" ] || exit 100; echo '{WAITS}' > \"$log\"; exec sleep 100");
    canary(&sandbox, &script, "a: b\n").await.unwrap();
    assert_eq!(read(&sandbox, "seen").lines().count(), 2);
}

#[tokio::test]
async fn a_refusal_is_told_in_the_servers_words() {
    let sandbox = Sandbox::new();
    let logs = "echo '{\"s\":\"F\",\"msg\":\"No\",\"attr\":{\"error\":\"expired \\u001b[2J\"}}' > \"$log\"; exit 1";
    let error = canary(&sandbox, logs, "").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        r"the server on `db1` does not start on the new file (`No: expired \x1b[2J`)"
    );
    let prints = "echo 'Unrecognized option: net.x'; echo \"try 'mongod --help'\"; exit 2";
    let error = canary(&Sandbox::new(), prints, "").await.unwrap_err();
    assert!(error.to_string().contains("(`Unrecognized option: net.x`)"), "{error}");
}

#[tokio::test]
async fn a_signal_leaves_neither_server_nor_directory() {
    for signal in ["HUP", "TERM", "PIPE"] {
        let script = format!("kill -{signal} $PPID; exec sleep 100");
        let error = canary(&Sandbox::new(), &script, "").await.unwrap_err();
        assert!(matches!(error, CanaryError::Call(CallError::Unknown { .. })), "{error:?}");
    }
}

#[tokio::test]
async fn another_user_gets_its_own_directory_and_no_more() {
    let sandbox = Sandbox::new();
    fs::set_permissions(sandbox.path("."), fs::Permissions::from_mode(0o755)).unwrap();
    let script = "{ id -u; id -G; ls -ld \"${log%/*}/..\" \"${log%/*}\"; } > \"$log\"; exit 1";
    let binary = sandbox.path("bin/server");
    sandbox.tool(
        "server",
        &format!("while [ \"$1\" != --logpath ]; do shift; done; log=$2; {script}"),
    );
    let binary = binary.display().to_string();
    let (groups, ld_library_path) = ("7,8".to_owned(), String::new());
    let service = Service { binary, user: 12_345, group: 54_321, groups, ld_library_path };
    let host = sandbox.host(LocalTransport::new());
    let error = host.canary(&service, "", Priority::Normal).await.unwrap_err();
    let CanaryError::Refused { words, .. } = error else { unreachable!("{error:?}") };
    let said = words.join("\n");
    assert!(said.starts_with("12345\n54321 7 8\n"), "{said}");
    assert!(said.contains("drwx--x--x") && said.contains("drwx------"), "{said}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named() {
    let sandbox = Sandbox::new();
    let mut service = server(&sandbox, "exit 1");
    service.binary = "/nowhere/mongod".to_owned();
    let host = sandbox.host(LocalTransport::new());
    let error = host.canary(&service, "", Priority::Normal).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "no canary of the server can be started on `db1`: /nowhere/mongod cannot be run"
    );
}
