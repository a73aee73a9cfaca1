//! One remote call over a local shell: markers, noise, input, statuses, deadlines and sudo.

mod common;

use std::{fs, time::Duration};

use common::{
    local_transport::{Fault, LocalTransport},
    sandbox::Sandbox,
};
use tlsplan::{
    error::{Designed, Exit},
    host::{
        call::Call,
        call_error::{CallError, Lost},
        privilege::Become,
        script::Script,
        sudo::SudoError,
    },
    secret::Secret,
};

/// A script of the tests' own: says what it got and ends as it is told.
const ECHO: Script = Script {
    name: "echo.sh",
    text: concat!(
        include_str!("../src/host/scripts/prelude.sh"),
        r#"
        case $1 in
            echo) printf 'uid=%s\nargument=%s\n' "$(id -u)" "$2"; block input; cat; end_block input ;;
            die) die 14 "$2" ;;
            status) exit "$2" ;;
            sleep) sleep "$2" ;;
            flood) head -c "$2" /dev/zero; head -c "$2" /dev/zero >&2 ;;
            kill) kill -KILL $$ ;;
        esac
        finish
        "#
    ),
};

fn call(what: &str, argument: &str) -> Call {
    Call::new(&ECHO, "testing").arg(what).arg(argument)
}

#[tokio::test]
async fn arguments_and_input_arrive_and_the_answer_comes_back() {
    let sandbox = Sandbox::new();
    let payload: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    for shell in ["/bin/dash", "/bin/bash"] {
        let host = sandbox.host(LocalTransport::with_login(&[shell, "-c"]));
        let call = call("echo", "it's $(x) \\ \"\n").payload(payload.clone());
        let fields = host.run(&call).await.unwrap().fields();
        assert_eq!(fields.text("argument"), Some("it's $(x) \\ \""));
        assert_eq!(fields.block("input"), Some(&payload[..]));
    }
}

#[tokio::test]
async fn a_noisy_login_with_hostile_settings_changes_nothing() {
    let sandbox = Sandbox::new();
    let noise = r#"
        echo "Welcome! 0123-BEGIN"; printf '\033[2J' >&2; head -c 3000000 /dev/zero
        PATH=.; IFS=x; BASH_ENV=/nonexistent; export PATH IFS BASH_ENV
        cat() { echo pwned; }; alias rm=false; trap 'echo bye' EXIT
        eval "$1"; echo after"#;
    let host = sandbox.host(LocalTransport::with_login(&["/bin/bash", "-c", noise, "bash"]));
    let fields = host.run(&call("echo", "x").payload(b"in".to_vec())).await.unwrap().fields();
    assert_eq!(fields.block("input"), Some(&b"in"[..]));
}

#[tokio::test]
async fn a_status_of_the_script_comes_with_its_reason() {
    let sandbox = Sandbox::new();
    let host = sandbox.host(LocalTransport::new());
    let error = host.run(&call("die", "it is \x1b[2J gone")).await.unwrap_err();
    let CallError::Failed { status: 14, reason, .. } = &error else { panic!("{error:?}") };
    assert_eq!(reason, r"it is \x1b[2J gone");
    let error = host.run(&call("status", "255")).await.unwrap_err();
    assert!(matches!(error, CallError::Failed { status: 255, .. }), "{error:?}");
}

#[tokio::test]
async fn an_end_without_a_status_is_unknown() {
    let sandbox = Sandbox::new();
    let host = sandbox.host(LocalTransport::with_fault(Fault::NoStatus));
    let error = host.run(&call("echo", "x")).await.unwrap_err();
    assert!(matches!(error, CallError::Unknown { why: Lost::Connection, .. }), "{error:?}");
    assert_eq!(error.exit(), Exit::Unknown);
    assert_eq!(
        error.to_string(),
        "the connection was lost while testing on `db1`: whether it was done is not known"
    );
}

#[tokio::test]
async fn a_passed_deadline_and_a_signal_are_unknown_too() {
    let sandbox = Sandbox::new();
    let host = sandbox.host(LocalTransport::new());
    let slow = call("sleep", "30").deadline(Duration::from_millis(200));
    let error = host.run(&slow).await.unwrap_err();
    assert!(matches!(error, CallError::Unknown { why: Lost::Deadline { .. }, .. }), "{error:?}");
    let error = host.run(&call("kill", "")).await.unwrap_err();
    assert!(matches!(error, CallError::Unknown { why: Lost::Signal(_), .. }), "{error:?}");
}

#[tokio::test]
async fn a_flood_is_drained_and_refused() {
    let sandbox = Sandbox::new();
    let host = sandbox.host(LocalTransport::new());
    let error = host.run(&call("flood", "50000000").reply_cap(1000)).await.unwrap_err();
    assert!(matches!(error, CallError::TooMuch { cap: 1000, .. }), "{error:?}");
}

#[tokio::test]
async fn a_login_shell_that_runs_nothing_is_named() {
    let sandbox = Sandbox::new();
    for login in
        [&["/bin/false"][..], &["/bin/sh", "-c", "echo 'This account is not available.'; exit 1"]]
    {
        let error = sandbox
            .host(LocalTransport::with_login(login))
            .run(&call("echo", "x"))
            .await
            .unwrap_err();
        assert!(matches!(error, CallError::Login { status: 1, .. }), "{error:?}");
        assert_eq!(error.exit(), Exit::Refused);
    }
}

/// Puts a `sudo` in the sandbox that writes down what it reads and goes on by the script given.
fn host_with_sudo(sandbox: &Sandbox, script: &str, password: Option<&str>) -> tlsplan::host::Host {
    let log = sandbox.path("read");
    let tool = format!(
        "ask() {{ printf '%s' \"$prompt\" >&2; IFS= read -r line && printf '%s\\n' \"$line\" >> {}; }}\n\
         while [ \"$1\" != -- ]; do [ \"$1\" != -p ] || prompt=$2; shift; done; shift\n{script}",
        log.display()
    );
    sandbox.tool("sudo", &tool);
    let host = sandbox.host_becoming(LocalTransport::new(), Become::Sudo);
    match password {
        Some(password) => host.with_password(Secret::new(password.to_owned())),
        None => host,
    }
}

fn read_by_sudo(sandbox: &Sandbox) -> String {
    fs::read_to_string(sandbox.path("read")).unwrap_or_default()
}

#[tokio::test]
async fn the_password_goes_to_our_prompt_and_the_input_to_the_script() {
    let sandbox = Sandbox::new();
    let host = host_with_sudo(&sandbox, "echo lecture >&2; ask; exec \"$@\"", Some("s3cret!!"));
    let call = call("echo", "x").payload(b"the input\n".to_vec());
    let fields = host.run(&call).await.unwrap().fields();
    assert_eq!(fields.block("input"), Some(&b"the input\n"[..]));
    assert_eq!(read_by_sudo(&sandbox), "s3cret!!\n");
}

#[tokio::test]
async fn a_sudo_that_does_not_ask_never_gets_the_password() {
    let sandbox = Sandbox::new();
    let host = host_with_sudo(&sandbox, "exec \"$@\"", Some("s3cret!!"));
    let call = call("echo", "x").payload(b"the input\n".to_vec());
    let fields = host.run(&call).await.unwrap().fields();
    assert_eq!(fields.block("input"), Some(&b"the input\n"[..]));
    assert_eq!(read_by_sudo(&sandbox), "");
}

#[tokio::test]
async fn another_prompt_gets_no_password() {
    let sandbox = Sandbox::new();
    let forged = "prompt='[sudo] password for deploy: '; ask; exec \"$@\"";
    let host = host_with_sudo(&sandbox, forged, Some("s3cret!!"));
    let call = call("echo", "x").deadline(Duration::from_millis(300));
    let error = host.run(&call).await.unwrap_err();
    assert!(error.to_string().contains("[sudo] password for deploy:"), "{error}");
    assert_eq!(read_by_sudo(&sandbox), "");
}

#[tokio::test]
async fn a_wrong_password_is_tried_once() {
    let sandbox = Sandbox::new();
    let asks_again = "ask; echo 'Sorry, try again.' >&2; ask; ask; exit 1";
    let host = host_with_sudo(&sandbox, asks_again, Some("wrong-one"));
    let error = host.run(&call("echo", "x")).await.unwrap_err();
    assert!(
        matches!(&error, CallError::Sudo { source: SudoError::WrongPassword { .. }, .. }),
        "{error:?}"
    );
    assert_eq!(error.exit(), Exit::Permission);
    assert_eq!(read_by_sudo(&sandbox), "wrong-one\n");
}

#[tokio::test]
async fn a_sudo_that_asks_without_a_password_in_the_plan_says_what_to_do() {
    let sandbox = Sandbox::new();
    let host = host_with_sudo(&sandbox, "echo 'sudo: a password is required' >&2; exit 1", None);
    let error = host.run(&call("echo", "x")).await.unwrap_err();
    assert!(matches!(&error, CallError::Sudo { source: SudoError::Asks { .. }, .. }), "{error:?}");
    assert!(error.hints()[0].contains("become_password"));
}
