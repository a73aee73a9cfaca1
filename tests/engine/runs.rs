//! Whole runs: the good one, the second one, and each thing that goes wrong.

use std::{
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::Duration,
};

use tlsplan::{
    cluster::mode::TlsMode::{self, Allow, Disabled, Prefer, Require},
    engine::{
        cancel::Cancel,
        failure::Failure,
        goal::Acting,
        journal::NoJournal,
        orders::{Orders, TimeLeft, Unlimited},
        run::{Done, run},
    },
    error::{Designed, Exit},
    event::Event,
    host::deadman::SwitchEnd,
    name::{HostName, UnitName},
    plan::{
        Plan,
        model::{
            Action, Become, MongodbSettings, PlanHost, Rollback, SshSettings, Step, TlsFiles, Via,
            WriteOutage,
        },
    },
};

use tokio::time::Instant;

use crate::{
    files::{OneLine, mode, text},
    node::FakeNode,
    recorder::Recorder,
    world::{Faults, Shared},
};

fn host(index: usize) -> HostName {
    HostName::new(format!("db{}", index + 1))
}

fn plan(size: usize) -> Plan {
    let hosts: Vec<_> = (0..size).map(host).collect();
    let step = |mode: TlsMode, via| Step {
        name: mode.to_string(),
        hosts: hosts.clone(),
        timeout: None,
        action: Action::TlsMode { mode, via: Some(via) },
    };
    Plan {
        name: "test".into(),
        path: "test.toml".into(),
        ssh: SshSettings {
            user: None,
            identity_file: None,
            identity_passphrase: None,
            known_hosts: None,
            r#become: Become::Sudo,
            become_password: None,
        },
        mongodb: MongodbSettings {
            service: UnitName::new("mongod"),
            config_file: "/etc/mongod.conf".into(),
            template: None,
            port: 27017,
            username: None,
            password: None,
            drain: Duration::from_secs(15),
            write_outage: WriteOutage::Refused,
            max_lag: Duration::from_secs(10),
            start_timeout: Duration::from_secs(60),
            rollback: Rollback::Host,
            confirm_within: None,
            tls: TlsFiles { ca_file: None, certificate_key_file: None },
            client: None,
            read_with: None,
        },
        hosts: hosts
            .iter()
            .map(|name| PlanHost {
                name: name.clone(),
                address: name.to_string(),
                port: None,
                groups: Vec::new(),
                vars: serde_json::Map::new(),
            })
            .collect(),
        steps: vec![
            step(Allow, Via::Restart),
            step(Prefer, Via::SetParameter),
            step(Require, Via::SetParameter),
        ],
        waivers: std::collections::BTreeMap::new(),
        window: None,
    }
}

type Outcome = Result<Done, Vec<Failure>>;

async fn go(world: &Shared, events: &Recorder) -> Outcome {
    go_until(world, events, Cancel::default()).await
}

async fn go_until(world: &Shared, events: &Recorder, cancel: Cancel) -> Outcome {
    go_with(world, events, orders(cancel, &Unlimited)).await
}

fn orders(cancel: Cancel, time: &dyn TimeLeft) -> Orders<'_> {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    let run = format!("run{}", RUNS.fetch_add(1, Relaxed));
    Orders { acting: Acting::All, cancel, time, run, journal: &NoJournal }
}

async fn go_with(world: &Shared, events: &Recorder, orders: Orders<'_>) -> Outcome {
    let size = world.lock().members.len();
    let node = |index| FakeNode { index, host: host(index), world: world.clone() };
    let nodes: Vec<_> = (0..size).map(node).collect();
    run(&plan(size), &nodes, &OneLine, events, orders).await
}

async fn fail(world: &Shared) -> (Exit, String) {
    let failures = go(world, &Recorder::default()).await.unwrap_err();
    (failures[0].exit(), failures[0].to_string())
}

fn modes(world: &Shared) -> Vec<(TlsMode, TlsMode)> {
    world.lock().members.iter().map(|member| (member.running, mode(&member.file))).collect()
}

#[tokio::test(start_paused = true)]
async fn a_plaintext_set_reaches_tls_only_with_one_election_and_a_second_run_does_nothing() {
    let world = Shared::new(&[Disabled; 3], Faults::default());
    let events = Recorder::default();
    go(&world, &events).await.unwrap();
    assert_eq!(modes(&world), [(Require, Require); 3]);
    assert_eq!(world.lock().elections, 1);
    assert_eq!(events.count(|event| matches!(event, Event::Restarted { .. })), 3);
    assert_eq!(world.lock().set_parameters, 6);
    let before: usize = world.lock().members.iter().map(|member| member.writes).sum();
    assert_eq!(go(&world, &Recorder::default()).await.unwrap(), Done { changed: 0 });
    let world = world.lock();
    assert_eq!(world.members.iter().map(|member| member.writes).sum::<usize>(), before);
    assert_eq!((world.elections, world.set_parameters), (1, 6));
}

/// promise: D1
#[tokio::test(start_paused = true)]
async fn a_host_that_another_run_has_stops_everything() {
    let faults = Faults { lease_lost: [1].into(), ..Faults::default() };
    let world = Shared::new(&[Disabled; 3], faults);
    let (_, words) = fail(&world).await;
    assert_eq!(words, "`db2` does not take orders from this run any more");
    assert_eq!(modes(&world), [(Disabled, Disabled); 3]);
}

/// Majority writes wait for a member that has to find another source.
#[tokio::test(start_paused = true)]
async fn nobody_replicates_from_a_member_that_is_stopped() {
    let world = Shared::new(&[Disabled; 5], Faults::default());
    go(&world, &Recorder::default()).await.unwrap();
    assert_eq!(world.lock().orphans, 0);
}

/// promise: A2
#[tokio::test(start_paused = true)]
async fn a_set_of_two_is_refused_before_anything_is_touched() {
    let world = Shared::new(&[Disabled; 2], Faults::default());
    let (exit, words) = fail(&world).await;
    assert_eq!(exit, Exit::Refused);
    assert_eq!(
        words,
        "the restart of `db2` has to wait: without `m1.test:27017` 1 votes would be left, and an election needs 2"
    );
    assert_eq!(modes(&world), [(Disabled, Disabled); 2]);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_the_canary_refuses_touches_nothing() {
    let faults = Faults { canary_refuses: [1].into(), ..Faults::default() };
    let world = Shared::new(&[Disabled; 3], faults);
    let (exit, words) = fail(&world).await;
    assert_eq!(exit, Exit::Refused);
    assert_eq!(words, "the new configuration file of `db2` is not proved");
    assert_eq!(modes(&world), [(Disabled, Disabled); 3]);
    assert!(world.lock().members.iter().all(|member| member.writes == 0));
}

#[tokio::test(start_paused = true)]
async fn a_member_that_does_not_come_back_is_put_back_and_proved() {
    let faults = Faults { dies_with_tls: [2].into(), ..Faults::default() };
    let world = Shared::new(&[Disabled; 3], faults);
    let (exit, words) = fail(&world).await;
    assert_eq!(exit, Exit::PutBack, "{words}");
    assert_eq!(modes(&world), [(Disabled, Disabled); 3]);
    assert!(world.lock().is_up(2));
    assert_eq!(world.lock().members[1].restarts, 0);
}

/// A certificate that only its peers refuse shows at preferTLS, on the one member that went first.
#[tokio::test(start_paused = true)]
async fn a_member_that_its_peers_cannot_hear_is_put_back_before_the_others_move() {
    let faults = Faults { mute_in_tls: [2].into(), ..Faults::default() };
    let world = Shared::new(&[Allow; 3], faults);
    let (exit, words) = fail(&world).await;
    assert_eq!(exit, Exit::PutBack, "{words}");
    assert_eq!(world.lock().set_parameters, 1);
    let running: Vec<_> = modes(&world).into_iter().map(|(running, _)| running).collect();
    assert_eq!(running, [Allow; 3]);
}

/// The file was written by a run that was cut; the next one finds that it does not work.
#[tokio::test(start_paused = true)]
async fn a_file_of_an_earlier_run_is_put_back_as_well() {
    let faults = Faults { mute_in_tls: [2].into(), ..Faults::default() };
    let world = Shared::new(&[Allow; 3], faults);
    for member in &mut world.lock().members {
        member.kept.push(std::mem::replace(&mut member.file, text(Prefer)));
    }
    let (exit, words) = fail(&world).await;
    assert_eq!(exit, Exit::PutBack, "{words}");
    assert_eq!(modes(&world)[2], (Allow, Allow));
}

/// promise: E1
#[tokio::test(start_paused = true)]
async fn a_lost_reply_and_a_lost_request_are_told_apart_by_looking() {
    let faults = Faults { reply_lost: [2].into(), request_lost: [1].into(), ..Faults::default() };
    let world = Shared::new(&[Disabled; 3], faults);
    go(&world, &Recorder::default()).await.unwrap();
    let restarts: Vec<_> = world.lock().members.iter().map(|member| member.restarts).collect();
    assert_eq!(restarts, [1, 1, 1]);
}

/// promise: A1. The member in hand is not restarted for what another one suffers from.
#[tokio::test(start_paused = true)]
async fn a_member_whose_peer_died_is_left_alone() {
    let faults = Faults { bystander_dies: Some(1), ..Faults::default() };
    let world = Shared::new(&[Allow; 3], faults);
    let (exit, words) = fail(&world).await;
    assert_eq!(exit, Exit::Person, "{words}");
    let world = world.lock();
    assert_eq!(world.members[2].restarts, 0);
    assert_eq!(world.elections, 0);
}

#[tokio::test(start_paused = true)]
async fn plaintext_is_not_switched_off_where_tls_does_not_get_through() {
    let faults = Faults { no_tls: [1].into(), ..Faults::default() };
    let world = Shared::new(&[Prefer; 3], faults);
    let (exit, words) = fail(&world).await;
    assert_eq!(exit, Exit::Refused);
    assert_eq!(words, "`db2` cannot be reached by TLS, and the next step would leave no other way");
    assert_eq!(modes(&world), [(Prefer, Prefer); 3]);
}

#[tokio::test(start_paused = true)]
async fn a_restart_that_systemd_refuses_leaves_the_old_file() {
    let faults = Faults { restart_refused: [2].into(), ..Faults::default() };
    let world = Shared::new(&[Disabled; 3], faults);
    let (_, words) = fail(&world).await;
    assert_eq!(words, "the restart failed on `db3`");
    assert_eq!(modes(&world), [(Disabled, Disabled); 3]);
}

/// A run that was cut before its last proof: the next one does not call a sick cluster finished.
#[tokio::test(start_paused = true)]
async fn a_finished_plan_on_a_sick_cluster_is_not_met() {
    let faults = Faults { mute_in_tls: [2].into(), ..Faults::default() };
    let world = Shared::new(&[Require; 3], faults);
    let (exit, words) = fail(&world).await;
    assert_eq!(exit, Exit::Refused);
    assert!(words.starts_with("the end of the run has to wait: "), "{words}");
}

/// promise: C1
/// promise: C9
#[tokio::test(start_paused = true)]
async fn a_run_that_is_asked_to_stop_leaves_nothing_half_done() {
    let mut stopped = 0;
    for millis in (0..24_000).step_by(130) {
        let world = Shared::new(&[Disabled; 3], Faults::default());
        let (events, cancel) = (Recorder::default(), Cancel::default());
        let asking = async {
            tokio::time::sleep(Duration::from_millis(millis)).await;
            cancel.ask();
        };
        let (outcome, ()) = tokio::join!(go_until(&world, &events, cancel.clone()), asking);
        if let Err(failures) = outcome {
            assert!(matches!(failures[..], [Failure::Stopped { .. }]), "{failures:?}");
            assert_eq!(failures[0].exit(), Exit::PartWay);
            stopped += 1;
        }
        let half = (0..3).find(|&index| !world.lock().is_up(index));
        assert_eq!(half, None, "a member is down after a stop at {millis} ms");
        let running: Vec<_> = modes(&world).into_iter().map(|(running, _)| running).collect();
        go(&world, &Recorder::default()).await.unwrap();
        assert_eq!(modes(&world), [(Require, Require); 3], "after {millis} ms, at {running:?}");
    }
    assert!(stopped > 80, "only {stopped} of the runs were stopped");
}

/// promise: C9. A second wish shortens the wait for a member, and its way back is proved all the same.
#[tokio::test(start_paused = true)]
async fn a_run_that_is_asked_twice_waits_less_long_for_a_member() {
    let mut took = Vec::new();
    for wishes in [1, 2] {
        let faults = Faults { silent_with_tls: [2].into(), ..Faults::default() };
        let world = Shared::new(&[Disabled; 3], faults);
        let (events, cancel, started) = (Recorder::default(), Cancel::default(), Instant::now());
        let asking = async {
            while world.lock().members[2].restarts == 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            (0..wishes).for_each(|_| cancel.ask());
        };
        let (outcome, ()) = tokio::join!(go_until(&world, &events, cancel.clone()), asking);
        assert_eq!(outcome.unwrap_err()[0].exit(), Exit::PutBack);
        assert!(world.lock().is_up(2));
        took.push(started.elapsed().as_secs());
    }
    assert!(took[0] > 60 && took[1] < 45, "{took:?}");
}

/// A window that closes at this moment.
struct Until(Instant);

impl TimeLeft for Until {
    fn left(&self) -> Option<Duration> {
        Some(self.0.saturating_duration_since(Instant::now()))
    }
}

/// promise: D3. With 60 s for a start, a restart needs 195 s: the first window is too short for one.
#[tokio::test(start_paused = true)]
async fn nothing_is_begun_that_might_not_end_within_the_window() {
    let world = Shared::new(&[Disabled; 3], Faults::default());
    let mut exits = Vec::new();
    for seconds in [194, 198, 3600] {
        let time = Until(Instant::now() + Duration::from_secs(seconds));
        let orders = orders(Cancel::default(), &time);
        let outcome = go_with(&world, &Recorder::default(), orders).await;
        exits.push(outcome.map_or_else(|failures| failures[0].exit(), |_| Exit::Converged));
        let up = (0..3).all(|index| world.lock().is_up(index));
        assert!(up, "a member is down at the end of a window of {seconds} s");
    }
    assert_eq!(exits, [Exit::Locked, Exit::PartWay, Exit::Converged]);
    assert_eq!(modes(&world), [(Require, Require); 3]);
}

/// promise: C4
#[tokio::test(start_paused = true)]
async fn a_host_that_cannot_be_confirmed_is_left_to_itself_and_found_well_by_the_next_run() {
    let faults = Faults { cannot_confirm: [2].into(), ..Faults::default() };
    let world = Shared::new(&[Disabled; 3], faults);
    let (exit, words) = fail(&world).await;
    assert_eq!(exit, Exit::Unknown);
    assert_eq!(words, "whether the confirmation of the restart on `db3` was done is not known");
    tokio::time::sleep(Duration::from_secs(300)).await;
    assert_eq!(world.lock().members[2].ended.len(), 1);
    assert_eq!(world.lock().members[2].ended[0].1, SwitchEnd::UnconfirmedHealthy);
    world.lock().faults.cannot_confirm.clear();
    go(&world, &Recorder::default()).await.unwrap();
    assert_eq!(modes(&world), [(Require, Require); 3]);
}

/// promise: C2. The run is gone with a member that does not start on its new file.
#[tokio::test(start_paused = true)]
async fn a_member_that_is_down_when_the_run_dies_is_brought_back_by_its_host_or_by_the_next_run() {
    for wait in [Duration::ZERO, Duration::from_secs(300)] {
        let faults = Faults { dies_with_tls: [2].into(), ..Faults::default() };
        let world = Shared::new(&[Disabled; 3], faults);
        let events = Recorder::default();
        let dead = async {
            while world.lock().members[2].restarts == 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::select! {
            _ = go(&world, &events) => panic!("the run came to its end"),
            () = dead => {}
        }
        assert!(!world.lock().is_up(2));
        tokio::time::sleep(wait).await;
        let (exit, words) = fail(&world).await;
        assert_eq!(exit, Exit::PutBack, "{words}");
        assert!(world.lock().is_up(2));
        assert_eq!(modes(&world), [(Disabled, Disabled); 3]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_dropped_at_any_moment_is_finished_by_the_next() {
    for millis in (0..24_000).step_by(130) {
        let world = Shared::new(&[Disabled; 3], Faults::default());
        let events = Recorder::default();
        let cut = tokio::time::timeout(Duration::from_millis(millis), go(&world, &events)).await;
        if let Ok(done) = cut {
            done.unwrap();
        }
        go(&world, &Recorder::default()).await.unwrap();
        assert_eq!(modes(&world), [(Require, Require); 3], "cut after {millis} ms");
        assert!(world.lock().elections <= 2);
    }
}
