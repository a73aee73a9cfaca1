//! The replacement of a file: what is kept, what is refused, and what a reader sees meanwhile.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink},
    path::Path,
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use common::{
    local_transport::{Fault, LocalTransport},
    sandbox::{Sandbox, leftovers},
};
use tlsplan::{
    error::{Designed, Exit},
    host::{
        Host,
        call_error::CallError,
        digest::Digest,
        replace::{Change, Replaced, Replacement},
        replace_error::{ReplaceError, Trouble},
    },
    name::UnitName,
};

const OLD: &[u8] = b"net:\n  port: 27017\n";
const NEW: &[u8] = b"net:\n  port: 27017\n  tls:\n    mode: allowTLS\n";

async fn replace(host: &Host, path: &Path) -> Result<Replaced, ReplaceError> {
    let path = path.to_str().unwrap();
    host.replace(Replacement {
        path,
        seen: Digest::from_content(OLD),
        bytes: NEW,
        kind: Change::Later,
    })
    .await
}

fn run(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).stderr(Stdio::null()).status().unwrap().success()
}

#[tokio::test]
async fn the_new_bytes_are_there_with_the_old_owner_and_mode_and_the_old_bytes_are_kept() {
    let sandbox = Sandbox::new();
    let file = sandbox.file("etc/mongod.conf", OLD);
    chown(&file, Some(12), Some(34)).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    let replaced = replace(&sandbox.host(LocalTransport::new()), &file).await.unwrap();
    assert_eq!(fs::read(&file).unwrap(), NEW);
    let is = fs::metadata(&file).unwrap();
    assert_eq!((is.uid(), is.gid(), is.mode() & 0o7777), (12, 34, 0o640));
    assert_eq!(fs::read(&replaced.kept).unwrap(), OLD);
    assert_eq!(fs::metadata(sandbox.path("state/prev")).unwrap().mode() & 0o7777, 0o700);
    assert_eq!(leftovers(&sandbox.path("etc")), [""; 0]);
    assert_eq!(leftovers(&sandbox.path("state/prev")), [""; 0]);
    assert_eq!(sandbox.calls(), "");
}

#[tokio::test]
async fn bash_as_sh_does_the_same() {
    let sandbox = Sandbox::new();
    let file = sandbox.file("etc/mongod.conf", OLD);
    let host = sandbox.host(LocalTransport::with_bash_as_sh());
    let replaced = replace(&host, &file).await.unwrap();
    assert_eq!(fs::read(&file).unwrap(), NEW);
    assert_eq!(fs::read(&replaced.kept).unwrap(), OLD);
    let error = replace(&host, &file).await.unwrap_err();
    assert!(matches!(error, ReplaceError::Changed { .. }), "{error:?}");
    sandbox.tool("chown", "kill -TERM $PPID; sleep 0.1");
    fs::write(&file, OLD).unwrap();
    let error = replace(&host, &file).await.unwrap_err();
    assert!(matches!(error, ReplaceError::Call(CallError::Unknown { .. })), "{error:?}");
    assert_eq!(leftovers(&sandbox.path("etc")), [""; 0]);
}

#[tokio::test]
async fn a_restart_is_asked_for_after_the_file_is_in_place() {
    let sandbox = Sandbox::new();
    let file = sandbox.file("etc/mongod.conf", OLD);
    let tool = format!(
        "grep -c allowTLS {} >> {}; echo \"$@\" >> {1}",
        file.display(),
        sandbox.path("calls").display()
    );
    sandbox.tool("systemctl", &tool);
    let host = sandbox.host(LocalTransport::new());
    let path = file.to_str().unwrap();
    let replacement =
        Replacement { path, seen: Digest::from_content(OLD), bytes: NEW, kind: Change::Later };
    host.replace_and_restart(replacement, &UnitName::new("mongod")).await.unwrap();
    assert_eq!(sandbox.calls(), "1\nreset-failed -- mongod\n1\n--no-block restart -- mongod\n");
}

#[tokio::test]
async fn a_refused_restart_says_so() {
    let sandbox = Sandbox::new();
    sandbox.tool("systemctl", "echo 'Unit mongod.service not found.' >&2; exit 5");
    let host = sandbox.host(LocalTransport::new());
    let error = host.restart(&UnitName::new("mongod")).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "systemd on `db1` refused to restart `mongod` (`Unit mongod.service not found.`)"
    );
}

#[tokio::test]
async fn a_file_that_somebody_changed_is_left_alone() {
    let sandbox = Sandbox::new();
    let file = sandbox.file("etc/mongod.conf", b"edited by hand\n");
    let error = replace(&sandbox.host(LocalTransport::new()), &file).await.unwrap_err();
    assert!(matches!(error, ReplaceError::Changed { .. }), "{error:?}");
    assert_eq!(error.exit(), Exit::Refused);
    assert_eq!(fs::read(&file).unwrap(), b"edited by hand\n");
    assert_eq!(leftovers(&sandbox.path("etc")), [""; 0]);
}

#[tokio::test]
async fn input_that_is_cut_short_changes_nothing() {
    let sandbox = Sandbox::new();
    let file = sandbox.file("etc/mongod.conf", OLD);
    for cut in [1, NEW.len() - 1] {
        let host = sandbox.host(LocalTransport::with_fault(Fault::CutInput(cut)));
        let error = replace(&host, &file).await.unwrap_err();
        assert!(matches!(error, ReplaceError::Transfer { .. }), "{error:?}");
        assert_eq!(fs::read(&file).unwrap(), OLD);
        assert_eq!(leftovers(&sandbox.path("etc")), [""; 0]);
    }
}

#[tokio::test]
async fn links_and_other_things_are_refused() {
    let sandbox = Sandbox::new();
    let file = sandbox.file("etc/real.conf", OLD);
    let link = sandbox.path("etc/link.conf");
    symlink(&file, &link).unwrap();
    let host = sandbox.host(LocalTransport::new());
    let refused = async |path: &Path, word: &str| {
        let error = replace(&host, path).await.unwrap_err();
        assert!(matches!(error, ReplaceError::NotReplaceable { .. }), "{error:?}");
        assert!(error.to_string().contains(word), "{error}");
        assert_eq!(error.exit(), Exit::Refused);
    };
    refused(&link, "symbolic link").await;
    fs::hard_link(&file, sandbox.path("etc/hard.conf")).unwrap();
    refused(&file, "hard links").await;
    refused(&sandbox.path("etc"), "not a regular file").await;
    fs::remove_file(sandbox.path("etc/hard.conf")).unwrap();
    fs::set_permissions(sandbox.path("etc"), fs::Permissions::from_mode(0o777)).unwrap();
    refused(&file, "written to by others").await;
    assert_eq!(fs::read(&file).unwrap(), OLD);
}

#[tokio::test]
async fn a_state_directory_that_others_could_use_is_not_used() {
    let sandbox = Sandbox::new();
    let file = sandbox.file("etc/mongod.conf", OLD);
    let state = sandbox.path("state");
    let host = sandbox.host(LocalTransport::new());
    fs::create_dir(&state).unwrap();
    fs::set_permissions(&state, fs::Permissions::from_mode(0o777)).unwrap();
    let error = replace(&host, &file).await.unwrap_err();
    assert!(matches!(error, ReplaceError::StateDirectory { .. }), "{error:?}");
    fs::remove_dir(&state).unwrap();
    fs::create_dir(sandbox.path("elsewhere")).unwrap();
    symlink(sandbox.path("elsewhere"), &state).unwrap();
    let error = replace(&host, &file).await.unwrap_err();
    assert!(matches!(error, ReplaceError::StateDirectory { .. }), "{error:?}");
    assert_eq!(fs::read(&file).unwrap(), OLD);
}

#[tokio::test]
async fn what_a_crashed_run_left_is_swept_and_nothing_else() {
    let sandbox = Sandbox::new();
    let file = sandbox.file("etc/mongod.conf", OLD);
    let stale = sandbox.file("etc/.mongod.conf.tlsplan.AbCdEfGh", b"");
    let young = sandbox.file("etc/.mongod.conf.tlsplan.12345678", b"");
    let foreign = sandbox.file("etc/.mongod.conf.tlsplan.87654321", b"");
    let link = sandbox.path("etc/.mongod.conf.tlsplan.linklink");
    let victim = sandbox.file("victim", b"");
    symlink(&victim, &link).unwrap();
    chown(&foreign, Some(12), None).unwrap();
    for old in [&stale, &foreign] {
        assert!(run("touch", &["-d", "1 hour ago", old.to_str().unwrap()]));
    }
    replace(&sandbox.host(LocalTransport::new()), &file).await.unwrap();
    assert!(!stale.exists());
    assert!(young.exists() && foreign.exists() && link.exists() && victim.exists());
}

#[tokio::test]
async fn the_last_ten_versions_are_kept() {
    let sandbox = Sandbox::new();
    let file = sandbox.file("etc/mongod.conf", OLD);
    sandbox.tool("date", "echo 20261124T1823$(cat ${0%/*}/../now)Z");
    let host = sandbox.host(LocalTransport::new());
    for now in 10..23 {
        sandbox.file("now", now.to_string().as_bytes());
        fs::write(&file, OLD).unwrap();
        replace(&host, &file).await.unwrap();
    }
    let mut kept: Vec<_> = fs::read_dir(sandbox.path("state/prev"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    kept.sort();
    assert_eq!(kept.len(), 10);
    assert!(kept[0].to_str().unwrap().starts_with("20261124T182313Z-"), "{kept:?}");
}

/// A file system of its own, unmounted at the end.
struct Mount(std::path::PathBuf);

impl Drop for Mount {
    fn drop(&mut self) {
        run("umount", &[self.0.to_str().unwrap()]);
    }
}

#[tokio::test]
async fn a_full_disk_leaves_the_old_file() {
    let sandbox = Sandbox::new();
    let etc = sandbox.path("etc");
    if !run("mount", &["-t", "tmpfs", "-o", "size=16k,mode=755", "none", etc.to_str().unwrap()]) {
        return;
    }
    let _mount = Mount(etc.clone());
    let file = sandbox.file("etc/mongod.conf", OLD);
    let large = vec![b'#'; 100_000];
    let path = file.to_str().unwrap();
    let host = sandbox.host(LocalTransport::new());
    let replacement =
        Replacement { path, seen: Digest::from_content(OLD), bytes: &large, kind: Change::Later };
    let error = host.replace(replacement).await.unwrap_err();
    assert!(matches!(error, ReplaceError::Disk { trouble: Trouble::Full, .. }), "{error:?}");
    assert_eq!(error.exit(), Exit::PutBack);
    assert_eq!(fs::read(&file).unwrap(), OLD);
    assert_eq!(leftovers(&etc), [""; 0]);
}

#[tokio::test]
async fn a_read_only_disk_and_a_mounted_file_are_named() {
    let sandbox = Sandbox::new();
    let etc = sandbox.path("etc");
    let file = sandbox.file("etc/mongod.conf", OLD);
    let other = sandbox.file("other", OLD);
    let (from, to) = (other.to_str().unwrap(), file.to_str().unwrap());
    if !run("mount", &["--bind", from, to]) {
        return;
    }
    let host = sandbox.host(LocalTransport::new());
    let mount = Mount(file.clone());
    let error = replace(&host, &file).await.unwrap_err();
    assert!(matches!(error, ReplaceError::Disk { trouble: Trouble::Mounted, .. }), "{error:?}");
    drop(mount);
    assert_eq!(fs::read(&other).unwrap(), OLD);
    let place = etc.to_str().unwrap();
    assert!(run("mount", &["--bind", place, place]));
    let _mount = Mount(etc.clone());
    assert!(run("mount", &["-o", "remount,ro,bind", place]));
    let error = replace(&host, &file).await.unwrap_err();
    assert!(matches!(error, ReplaceError::Disk { trouble: Trouble::ReadOnly, .. }), "{error:?}");
    assert_eq!(fs::read(&file).unwrap(), OLD);
}

#[tokio::test]
async fn an_immutable_file_is_named() {
    let sandbox = Sandbox::new();
    let file = sandbox.file("etc/mongod.conf", OLD);
    let path = file.to_str().unwrap();
    if !run("chattr", &["+i", path]) {
        return;
    }
    let error = replace(&sandbox.host(LocalTransport::new()), &file).await;
    assert!(run("chattr", &["-i", path]));
    let error = error.unwrap_err();
    assert!(matches!(error, ReplaceError::Disk { trouble: Trouble::Forbidden, .. }), "{error:?}");
    assert_eq!(fs::read(&file).unwrap(), OLD);
    assert_eq!(leftovers(&sandbox.path("etc")), [""; 0]);
}

#[tokio::test]
async fn a_signal_before_the_rename_leaves_the_old_file_and_no_litter() {
    let sandbox = Sandbox::new();
    let file = sandbox.file("etc/mongod.conf", OLD);
    for signal in ["TERM", "HUP", "PIPE"] {
        // chown runs when the new file is whole and not yet in place.
        sandbox.tool("chown", &format!("kill -{signal} $PPID; sleep 0.1"));
        let error = replace(&sandbox.host(LocalTransport::new()), &file).await.unwrap_err();
        assert!(matches!(error, ReplaceError::Call(CallError::Unknown { .. })), "{error:?}");
        assert_eq!(fs::read(&file).unwrap(), OLD);
        assert_eq!(leftovers(&sandbox.path("etc")), [""; 0]);
    }
}

#[tokio::test]
async fn a_signal_after_the_rename_does_not_keep_the_restart_away() {
    let sandbox = Sandbox::new();
    let file = sandbox.file("etc/mongod.conf", OLD);
    sandbox.tool("mv", "/bin/mv \"$@\"; case $* in */etc/*) kill -TERM $PPID; kill -HUP $PPID; kill -PIPE $PPID ;; esac");
    let path = file.to_str().unwrap();
    let replacement =
        Replacement { path, seen: Digest::from_content(OLD), bytes: NEW, kind: Change::Later };
    let host = sandbox.host(LocalTransport::new());
    host.replace_and_restart(replacement, &UnitName::new("mongod")).await.unwrap();
    assert!(sandbox.calls().ends_with("--no-block restart -- mongod\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_never_sees_a_mix() {
    let sandbox = Sandbox::new();
    let versions = [vec![b'a'; 200_000], vec![b'b'; 200_000]];
    let file = sandbox.file("etc/mongod.conf", &versions[0]);
    let done = AtomicBool::new(false);
    let host = sandbox.host(LocalTransport::new());
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut seen = 0;
            while !done.load(Ordering::Relaxed) {
                let bytes = fs::read(&file).unwrap();
                assert!(versions.contains(&bytes), "{} bytes of a mix", bytes.len());
                seen += 1;
            }
            seen
        });
        let write = async {
            let until = Instant::now() + Duration::from_secs(2);
            let mut now = 0;
            while Instant::now() < until {
                let (seen, bytes) = (Digest::from_content(&versions[now]), &versions[1 - now]);
                host.replace(Replacement {
                    path: file.to_str().unwrap(),
                    seen,
                    bytes,
                    kind: Change::Later,
                })
                .await
                .unwrap();
                now = 1 - now;
            }
        };
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(write));
        done.store(true, Ordering::Relaxed);
        assert!(reader.join().unwrap() > 10);
    });
}
