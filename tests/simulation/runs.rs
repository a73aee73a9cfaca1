//! Whole runs: the good one first.

use std::sync::Arc;

use tlsplan::{cluster::mode::TlsMode::Disabled, error::Exit};

use crate::{
    controller::carry_out,
    model::{Shape, Shared},
    plan::plan,
    plot::Plot,
    recorder::Recorder,
};

#[tokio::test(start_paused = true)]
async fn first() {
    let world = Shared::new(Shape::Three, &[Disabled], 1);
    world.lock().tell();
    world.lock().writer.every = Some(std::time::Duration::from_millis(100));
    let end = carry_out(&world, &plan(3), Arc::new(Plot::none()), &Recorder::default()).await;
    let world = world.lock();
    println!("{}", world.story());
    println!("{:?} {:?} {:?}", world.broken, world.writer, world.now);
    assert_eq!(end.exit(), Some(Exit::Converged));
}
