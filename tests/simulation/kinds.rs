//! The kinds `wait` and `confirm` in whole runs.

use std::{sync::Arc, time::Duration};

use tlsplan::{
    cluster::mode::TlsMode::{Allow, Disabled, Require},
    error::Exit,
    host::machine::Answer,
    plan::{
        Plan,
        model::{Action, Confirm, Step, Wait},
    },
};

use crate::{
    fault_plan::FaultPlan,
    model::{Shape, Shared},
    plan::plan,
    runs::{modes, set, with_plan},
};

/// The plan of the stories with one more step behind its first.
fn with_step(action: Action) -> Plan {
    let mut plan = plan(&[3]);
    let hosts = plan.steps[0].hosts.clone();
    let timeout = Some(Duration::from_secs(300));
    plan.steps.insert(1, Step { name: "look at it".into(), hosts, timeout, action });
    plan
}

fn question() -> Plan {
    with_step(Action::Confirm(Confirm { question: "Is the application tested?".into() }))
}

async fn go(world: &Shared, plan: &Plan) -> (Exit, String) {
    with_plan(world, plan, Arc::new(FaultPlan::none())).await
}

/// Answers on every machine, so long after the question was put on record.
fn say_yes(world: &Shared, after: i64) {
    for host in &mut world.lock().hosts {
        assert_eq!(host.questions.len(), 1);
        for record in host.questions.values_mut() {
            let at = record.opened.unwrap() + after;
            record.answer = Some(Answer { who: "ann@ops".to_owned(), at });
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_question_holds_the_run_until_a_person_has_said_yes() {
    let (world, plan) = (set(Shape::Three, Disabled), question());
    for _ in 0..2 {
        let (exit, words) = go(&world, &plan).await;
        assert_eq!(exit, Exit::PartWay, "{words}");
        assert!(words.contains("waits for a person: Is the application tested?"), "{words}");
        assert_eq!(modes(&world), [(Allow, Allow); 3]);
    }
    say_yes(&world, 1);
    let (exit, words) = go(&world, &plan).await;
    assert_eq!(exit, Exit::Converged, "{words}");
    assert_eq!(modes(&world), [(Require, Require); 3]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_does_not_count_for_what_was_changed_after_it() {
    let (world, plan) = (set(Shape::Three, Disabled), question());
    go(&world, &plan).await;
    say_yes(&world, -1);
    assert_eq!(go(&world, &plan).await.0, Exit::PartWay, "an answer from before the question");
    let mut changed = question();
    changed.steps[1].name = "look at it again".into();
    say_yes(&world, 1);
    assert_eq!(go(&world, &changed).await.0, Exit::PartWay, "an answer to another text");
    assert_eq!(modes(&world), [(Allow, Allow); 3]);
}

#[tokio::test(start_paused = true)]
async fn a_command_that_does_not_succeed_ends_with_20_and_its_last_words() {
    let argv = vec!["/usr/local/bin/smoke-test".to_owned()];
    let plan = with_step(Action::Wait(Wait::Command { argv, every: Duration::from_secs(5) }));
    let world = set(Shape::Three, Disabled);
    world.lock().hosts[1].command_status = 3;
    let (exit, words) = go(&world, &plan).await;
    assert_eq!(exit, Exit::PartWay, "{words}");
    assert!(words.contains("`look at it` was not so within 5m"), "{words}");
    world.lock().hosts[1].command_status = 0;
    let (exit, words) = go(&world, &plan).await;
    assert_eq!(exit, Exit::Converged, "{words}");
}

#[tokio::test(start_paused = true)]
async fn some_time_passes_after_a_change_and_none_where_there_was_none() {
    let plan = with_step(Action::Wait(Wait::For(Duration::from_secs(600))));
    let world = set(Shape::Three, Disabled);
    let started = tokio::time::Instant::now();
    assert_eq!(go(&world, &plan).await.0, Exit::Converged);
    assert!(started.elapsed() > Duration::from_secs(600));
    let started = tokio::time::Instant::now();
    assert_eq!(go(&world, &plan).await.0, Exit::Converged);
    assert!(started.elapsed() < Duration::from_secs(30));
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_healthy_members_is_met_by_them() {
    let plan = with_step(Action::Wait(Wait::Healthy));
    let world = set(Shape::Three, Disabled);
    assert_eq!(go(&world, &plan).await.0, Exit::Converged);
}
