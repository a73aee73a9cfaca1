//! The dead-man's switch with the real scripts: armed, confirmed, fired, and who wins where both come
//! at once. systemd is a stand-in that writes down what it was asked for; the server is a port that
//! answers as a member does.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use std::{
    fs,
    io::{Read, Write},
    net::TcpListener,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use common::{local_transport::LocalTransport, sandbox::Sandbox};
use tlsplan::{
    error::{Designed, Exit},
    host::{
        Host,
        deadman::{ArmError, ArmRequest, Phase, RevertOutcome, SettleAction, SwitchId},
        digest::Digest,
        replace::{Change, Replacement},
    },
    instance::health_probe::{HealthProbe, ProbeKind, probe_script},
    name::UnitName,
};

const OLD: &[u8] = b"net:\n  port: 27017\n";
const NEW: &[u8] = b"net:\n  port: 27017\n  tls:\n    mode: allowTLS\n";
/// A secondary of `rs0` that knows its primary: the part of a reply that counts.
const SECONDARY: &[u8] = b"\x02setName\0\x04\0\0\0rs0\0\x08ismaster\0\0\x08secondary\0\x01\x02primary\0\x07\0\0\0m1:270\0";
/// As a member says that has lost its set.
const LONELY: &[u8] = b"\x02setName\0\x08\0\0\0primary\0\x08ismaster\0\0\x08secondary\0\x01";

/// A host on which a file is about to be replaced.
struct Site {
    sandbox: Sandbox,
    port: u16,
}

impl Site {
    /// With a server that says `reply` while the flag is there; a restart sets the flag.
    fn new(reply: &'static [u8]) -> Self {
        let sandbox = Sandbox::new();
        sandbox.file("etc/mongod.conf", OLD);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let flag = sandbox.path("well");
        thread::spawn(move || serve(&listener, &flag, reply));
        let (calls, flag) = (sandbox.path("calls"), sandbox.path("well"));
        sandbox.tool(
            "systemctl",
            &format!(
                "case \"$*\" in
                --version) echo 'systemd 252 (252.1)' ;;
                *NextElapse*) echo NextElapseUSecMonotonic=5min ;;
                'show -p Id '*) echo Id=mongod.service ;;
                'show -p ActiveState '*) echo ActiveState=$(cat {2} || echo active) ;;
                show*) printf 'LoadState=loaded\nActiveState=active\nMainPID=1\n' ;;
                *) echo \"$@\" >> {0} ;;
                esac
                case \"$*\" in *restart*) touch {1}; rm -f {2} ;; *) ;; esac",
                calls.display(),
                flag.display(),
                sandbox.path("failed").display()
            ),
        );
        sandbox.tool("systemd-run", &format!("echo systemd-run \"$@\" >> {}", calls.display()));
        Self { sandbox, port }
    }

    fn host(&self) -> Host {
        self.sandbox.host(LocalTransport::new())
    }

    async fn arm(&self, id: &SwitchId) -> Result<(), ArmError> {
        self.arm_between(id, [OLD, OLD, NEW], ProbeKind::Reply).await
    }

    /// With the bytes in place, the ones to go back to, and the ones to come.
    async fn arm_between(
        &self,
        id: &SwitchId,
        [in_place, old, new]: [&[u8]; 3],
        kind: ProbeKind,
    ) -> Result<(), ArmError> {
        let file = self.sandbox.path("etc/mongod.conf");
        let address = "127.0.0.1".to_owned();
        let probe = HealthProbe { address, kind, certificate_key_file: None };
        let request = ArmRequest {
            id,
            file: file.to_str().unwrap(),
            seen: Digest::from_content(in_place),
            back_to: Digest::from_content(old),
            next: Digest::from_content(new),
            unit: &UnitName::new("mongod"),
            within: Duration::from_secs(300),
            start: Duration::from_secs(4),
            probe: probe_script(self.port, &probe, &probe),
        };
        self.host().arm(request).await
    }

    /// What systemd would run.
    fn way_back(&self, id: &SwitchId, how: &str) -> Command {
        let ways = fs::read_dir(self.sandbox.path("state/bin")).unwrap();
        let way = ways.map(|entry| entry.unwrap().path()).next().unwrap();
        let mut command = Command::new("sh");
        command.arg(way).arg(self.sandbox.path("state")).args([id.as_str(), how]);
        command.arg(self.sandbox.path("units")).stdin(Stdio::null());
        command
    }

    fn fire(&self, id: &SwitchId, how: &str) {
        assert!(self.way_back(id, how).status().unwrap().success());
    }

    /// As the place and name of its directory say.
    fn end(&self, id: &SwitchId) -> RevertOutcome {
        let state = self.sandbox.path("state");
        for (place, outcome) in [("armed", RevertOutcome::Armed), ("firing", RevertOutcome::Firing)]
        {
            if state.join(place).join(id.as_str()).is_dir() {
                return outcome;
            }
        }
        let past = fs::read_dir(state.join("past")).into_iter().flatten();
        let names = past.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let prefix = format!("{id}.");
        let ends: Vec<_> =
            names.filter_map(|name| Some(name.strip_prefix(&prefix)?.to_owned())).collect();
        ends.first().map_or(RevertOutcome::Gone, |name| RevertOutcome::from_name(name))
    }

    fn new_file(&self) {
        self.sandbox.file("etc/mongod.conf", NEW);
    }

    fn unit_failed(&self) {
        self.sandbox.file("failed", b"failed");
    }

    fn is_well(&self) {
        self.sandbox.file("well", b"");
    }

    fn file(&self) -> Vec<u8> {
        fs::read(self.sandbox.path("etc/mongod.conf")).unwrap()
    }

    /// Nothing but the history is left.
    fn nothing_armed(&self) {
        for place in ["state/prepared", "state/armed", "state/firing", "units/basic.target.wants"] {
            let left: Vec<_> = fs::read_dir(self.sandbox.path(place)).unwrap().collect();
            assert!(left.is_empty(), "{place}: {left:?}");
        }
        assert!(!self.sandbox.path("units/tlsplan-guard.service").exists());
    }
}

fn serve(listener: &TcpListener, flag: &Path, reply: &[u8]) {
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        let mut question = [0; 55];
        if flag.exists() && stream.read_exact(&mut question).is_ok() {
            assert_eq!((question[0], &question[26..34]), (55, &b"isMaster"[..]));
            stream.write_all(reply).ok();
        }
    }
}

fn id(number: usize) -> SwitchId {
    SwitchId::new("20261126T120000Z-0badcafe", number)
}

#[tokio::test]
async fn a_confirmed_host_has_no_timer_and_no_guard_any_more() {
    let site = Site::new(SECONDARY);
    site.arm(&id(1)).await.unwrap();
    let guard = fs::read_to_string(site.sandbox.path("units/tlsplan-guard.service")).unwrap();
    assert!(guard.contains("Before=mongod.service basic.target"), "{guard}");
    assert!(guard.contains(" boot "), "{guard}");
    let timer = site.sandbox.calls();
    assert!(timer.contains("--on-active=300s") && timer.contains("AccuracySec="), "{timer}");
    let seen = site.host().facts(&UnitName::new("mongod"), "/nowhere").await.unwrap().switch;
    let seen = seen.unwrap();
    assert_eq!(
        (seen.id, seen.phase, seen.old, seen.new),
        (id(1), Phase::Armed, Digest::from_content(OLD), Digest::from_content(NEW))
    );
    site.new_file();
    for _ in 0..2 {
        let ended = site.host().settle(&id(1), SettleAction::Confirm).await.unwrap();
        assert_eq!(ended.outcome, RevertOutcome::Confirmed);
    }
    assert!(site.sandbox.calls().contains(&format!("stop -- tlsplan-{}.timer", id(1))));
    site.nothing_armed();
    site.fire(&id(1), "timer");
    assert_eq!((site.end(&id(1)), site.file()), (RevertOutcome::Confirmed, NEW.to_vec()));
}

/// promise: C5
#[tokio::test]
async fn a_member_that_is_well_is_left_alone_when_nobody_confirms() {
    let site = Site::new(SECONDARY);
    site.arm(&id(1)).await.unwrap();
    site.new_file();
    site.is_well();
    let before = site.sandbox.calls();
    site.fire(&id(1), "timer");
    assert_eq!(site.end(&id(1)), RevertOutcome::UnconfirmedHealthy);
    assert_eq!((site.file(), site.sandbox.calls()), (NEW.to_vec(), before));
    site.nothing_armed();
}

/// promise: C2
#[tokio::test]
async fn a_member_that_does_not_answer_gets_its_old_file_and_a_restart() {
    let site = Site::new(SECONDARY);
    site.arm(&id(1)).await.unwrap();
    site.new_file();
    site.unit_failed();
    site.fire(&id(1), "timer");
    assert_eq!((site.end(&id(1)), site.file()), (RevertOutcome::RolledBack, OLD.to_vec()));
    assert!(
        site.sandbox.calls().contains("reset-failed -- mongod\n--no-block restart -- mongod\n")
    );
    site.nothing_armed();
    assert!(
        site.sandbox.path("run/owner").exists(),
        "a run's lease is not the host's to take away"
    );
}

/// It answers, and sees nobody: its set is called `primary`, which must not be taken for one.
#[tokio::test]
async fn a_member_without_a_primary_is_not_well_on_either_file() {
    let site = Site::new(LONELY);
    site.arm(&id(1)).await.unwrap();
    site.new_file();
    site.is_well();
    site.fire(&id(1), "timer");
    assert_eq!((site.end(&id(1)), site.file()), (RevertOutcome::RollbackFailed, OLD.to_vec()));
}

#[tokio::test]
async fn a_host_where_nothing_had_been_changed_does_nothing() {
    for how in ["timer", "boot", "now"] {
        let site = Site::new(SECONDARY);
        site.arm(&id(1)).await.unwrap();
        let before = site.sandbox.calls().lines().count();
        site.fire(&id(1), how);
        assert_eq!((site.end(&id(1)), site.file()), (RevertOutcome::Unused, OLD.to_vec()));
        let asked = site.sandbox.calls();
        assert!(!asked.lines().skip(before).any(|call| call.contains("start")), "{asked}");
        site.nothing_armed();
    }
}

/// promise: B5
#[tokio::test]
async fn a_file_that_somebody_edited_meanwhile_is_left_alone() {
    let site = Site::new(SECONDARY);
    site.arm(&id(1)).await.unwrap();
    site.sandbox.file("etc/mongod.conf", b"edited by hand\n");
    site.fire(&id(1), "timer");
    assert_eq!(
        (site.end(&id(1)), site.file()),
        (RevertOutcome::Conflict, b"edited by hand\n".to_vec())
    );
    assert!(!site.sandbox.calls().contains("restart"));
}

#[tokio::test]
async fn at_the_next_boot_the_old_file_is_there_before_the_unit_starts() {
    let site = Site::new(SECONDARY);
    site.arm(&id(1)).await.unwrap();
    site.new_file();
    fs::remove_dir_all(site.sandbox.path("run")).unwrap();
    let before = site.sandbox.calls();
    site.fire(&id(1), "boot");
    assert_eq!((site.end(&id(1)), site.file()), (RevertOutcome::RolledBack, OLD.to_vec()));
    assert_eq!(site.sandbox.calls(), before, "systemd is still on its way up");
    assert!(!site.sandbox.path("run").exists());
    site.nothing_armed();
}

#[tokio::test]
async fn the_run_itself_can_have_the_old_file_back_at_once() {
    let site = Site::new(SECONDARY);
    site.arm(&id(1)).await.unwrap();
    site.new_file();
    for _ in 0..2 {
        let ended = site.host().settle(&id(1), SettleAction::Fire).await.unwrap();
        assert_eq!((ended.outcome, site.file()), (RevertOutcome::RolledBack, OLD.to_vec()));
    }
    assert_eq!(site.sandbox.calls().matches("restart").count(), 1);
    site.nothing_armed();
}

/// The host lost its power, or the way back was killed, while it fired: the next one who comes goes on.
#[tokio::test]
async fn a_way_back_that_was_cut_goes_on_at_the_next_boot_or_when_it_is_asked() {
    for how in ["boot", "now"] {
        let site = Site::new(SECONDARY);
        site.arm(&id(1)).await.unwrap();
        site.new_file();
        let state = |name: &str| site.sandbox.path("state").join(name).join(id(1).as_str());
        fs::rename(state("armed"), state("firing")).unwrap();
        let guard = fs::read_to_string(site.sandbox.path("units/tlsplan-guard.service")).unwrap();
        assert!(guard.contains("NotEmpty=|") && guard.contains("/firing\n"), "{guard}");
        assert_eq!(site.end(&id(1)), RevertOutcome::Firing);
        match how {
            "now" => drop(site.host().settle(&id(1), SettleAction::Fire).await.unwrap()),
            _ => site.fire(&id(1), how),
        }
        assert_eq!((site.end(&id(1)), site.file()), (RevertOutcome::RolledBack, OLD.to_vec()));
        site.nothing_armed();
    }
}

/// Where only a restart comes, the new file is in place already, and what was kept of it before is what
/// helps.
#[tokio::test]
async fn a_member_that_was_only_restarted_gets_the_file_that_was_kept() {
    let site = Site::new(SECONDARY);
    let path = site.sandbox.path("etc/mongod.conf").display().to_string();
    let (seen, kind) = (Digest::from_content(OLD), Change::First);
    let file = Replacement { path: &path, seen, bytes: NEW, kind };
    site.host().replace(file).await.unwrap();
    site.arm_between(&id(1), [NEW, OLD, NEW], ProbeKind::Reply).await.unwrap();
    site.unit_failed();
    site.fire(&id(1), "timer");
    assert_eq!((site.end(&id(1)), site.file()), (RevertOutcome::RolledBack, OLD.to_vec()));
    site.new_file();
    site.arm_between(&id(2), [NEW, b"never kept", NEW], ProbeKind::Reply).await.unwrap_err();
    site.arm_between(&id(2), [NEW, NEW, NEW], ProbeKind::Reply).await.unwrap();
    site.fire(&id(2), "now");
    let ended = site.host().settle(&id(2), SettleAction::Fire).await.unwrap();
    assert_eq!((ended.outcome, site.file()), (RevertOutcome::RolledBack, NEW.to_vec()));
    assert!(ended.reason.contains("there is no older file"), "{}", ended.reason);
}

/// Its key is behind a pass phrase, so nobody on the host can ask it anything once it speaks TLS alone.
#[tokio::test]
async fn a_member_that_cannot_be_asked_is_left_alone_while_its_port_is_open() {
    let site = Site::new(SECONDARY);
    site.arm_between(&id(1), [OLD, OLD, NEW], ProbeKind::Port).await.unwrap();
    site.new_file();
    site.fire(&id(1), "timer");
    assert_eq!((site.end(&id(1)), site.file()), (RevertOutcome::UnconfirmedHealthy, NEW.to_vec()));
}

/// promise: C4. One rename decides, and the answer is what it decided.
#[tokio::test]
async fn confirm_and_fire_exclude_each_other() {
    for round in 0..40 {
        let site = Site::new(SECONDARY);
        site.arm(&id(round)).await.unwrap();
        site.new_file();
        let mut firing = site.way_back(&id(round), "boot").spawn().unwrap();
        tokio::time::sleep(Duration::from_millis(u64::try_from(round % 20).unwrap())).await;
        let ended = loop {
            let ended = site.host().settle(&id(round), SettleAction::Confirm).await.unwrap();
            if !matches!(ended.outcome, RevertOutcome::Firing | RevertOutcome::Armed) {
                break ended;
            }
        };
        assert!(firing.wait().unwrap().success());
        let expected = match ended.outcome {
            RevertOutcome::Confirmed => NEW,
            RevertOutcome::RolledBack => OLD,
            other => panic!("{other:?}"),
        };
        assert_eq!((site.file(), site.end(&id(round))), (expected.to_vec(), ended.outcome));
    }
}

/// promise: C3
#[tokio::test]
async fn a_second_switch_has_to_wait() {
    let site = Site::new(SECONDARY);
    site.arm(&id(1)).await.unwrap();
    let error = site.arm(&id(2)).await.unwrap_err();
    assert!(matches!(error, ArmError::Busy { .. }), "{error:?}");
    assert_eq!(site.end(&id(1)), RevertOutcome::Armed);
    site.host().settle(&id(1), SettleAction::Disarm).await.unwrap();
    assert_eq!(site.end(&id(1)), RevertOutcome::Unused);
    site.arm(&id(2)).await.unwrap();
}

#[tokio::test]
async fn a_host_that_cannot_be_armed_says_why_and_nothing_stays() {
    let site = Site::new(SECONDARY);
    site.sandbox.tool("systemd-run", "echo 'Failed to connect to bus' >&2; exit 1");
    let error = site.arm(&id(1)).await.unwrap_err();
    assert_eq!(error.exit(), Exit::Refused);
    assert!(error.to_string().ends_with("Failed to connect to bus"), "{error}");
    site.nothing_armed();
    site.sandbox.tool("systemctl", "echo 'systemd 208'");
    let error = site.arm(&id(1)).await.unwrap_err();
    assert!(matches!(error, ArmError::Unable { .. }), "{error:?}");
    assert!(error.hints()[0].contains("controller-only"), "{:?}", error.hints());
    site.sandbox.held_by("another run");
    let error = site.arm(&id(1)).await.unwrap_err();
    assert_eq!(error.exit(), Exit::Locked);
}
