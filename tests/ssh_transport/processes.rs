//! Commands and streams over a healthy connection.

use std::{sync::atomic::Ordering::SeqCst, time::Duration};

use tlsplan::host::transport::{Chunk, Status, Transport, TransportError};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    time::timeout,
};

use crate::setup::{SOON, exited, outcome, run, session, session_with, until};

#[tokio::test]
async fn both_outputs_and_the_status_are_kept_apart() {
    let (_server, session, _client) = session().await;
    let end = run(&session, "both").await;
    assert_eq!((end.stdout.as_slice(), end.stderr.as_slice()), (&b"out"[..], &b"err"[..]));
    assert_eq!(end.status, Some(exited(7)));
}

#[tokio::test]
async fn output_after_the_status_still_arrives_and_the_first_status_counts() {
    let (_server, session, _client) = session().await;
    let end = run(&session, "late output").await;
    assert_eq!((end.stdout.as_slice(), end.status), (&b"after the status"[..], Some(exited(0))));
}

#[tokio::test]
async fn an_end_by_signal_is_not_a_status() {
    let (_server, session, _client) = session().await;
    assert_eq!(run(&session, "killed").await.status, Some(Status::Signalled("KILL".to_owned())));
}

#[tokio::test]
async fn an_end_without_status_is_unknown() {
    let (_server, session, _client) = session().await;
    assert_eq!(run(&session, "no status").await.status, None);
    assert!(!session.is_lost(), "the connection itself is fine");
}

#[tokio::test]
async fn a_refused_command_was_not_sent() {
    let (_server, session, _client) = session().await;
    let refusal = session.spawn("refuse").await.map(|_| ());
    assert!(matches!(refusal, Err(TransportError::NotSent(_))), "{refusal:?}");
}

#[tokio::test]
async fn an_echoing_process_gets_all_of_its_input_and_gives_it_back() {
    let (_server, session, _client) = session().await;
    let mut process = session.spawn("cat").await.unwrap();
    let stdin = process.stdin.clone();
    let (unused, _) = tokio::sync::mpsc::channel(1);
    process.stdin = unused;
    let feeding = tokio::spawn(async move {
        for _ in 0..128 {
            stdin.send(vec![7; 256 * 1024]).await.unwrap();
        }
    });
    let end = outcome(process).await;
    feeding.await.unwrap();
    assert_eq!((end.stdout.len(), end.status), (32 << 20, Some(exited(0))));
}

#[tokio::test]
async fn sixty_four_mebibytes_for_a_process_that_stops_reading_do_not_hang() {
    let (_server, session, _client) = session().await;
    let process = session.spawn("head").await.unwrap();
    let stdin = process.stdin.clone();
    let feeding = tokio::spawn(async move {
        for _ in 0..64 {
            if stdin.send(vec![0; 1 << 20]).await.is_err() {
                return;
            }
        }
    });
    assert_eq!(outcome(process).await.status, Some(exited(0)));
    timeout(SOON, feeding).await.expect("the writer is let go").unwrap();
    assert_eq!(
        run(&session, "both").await.status,
        Some(exited(7)),
        "the session is as good as before"
    );
}

#[tokio::test]
async fn a_noisy_process_that_nobody_reads_does_not_stall_the_others_for_long() {
    let (_server, session, _client) = session().await;
    let mut noisy = session.spawn("flood").await.unwrap();
    for _ in 0..20 {
        assert_eq!(run(&session, "both").await.status, Some(exited(7)));
    }
    let mut last = None;
    while let Some(chunk) = timeout(SOON, noisy.output.recv()).await.expect("an end") {
        last = Some(chunk);
    }
    assert!(matches!(last, Some(Chunk::Stdout(_))), "no status is made up: {last:?}");
}

#[tokio::test]
async fn a_dropped_process_is_ended_on_the_host() {
    let (server, session, _client) = session().await;
    drop(session.spawn("stay").await.unwrap());
    until("the process is signalled", || !server.log.signals.lock().unwrap().is_empty()).await;
    assert_eq!(*server.log.signals.lock().unwrap(), ["TERM"]);
}

#[tokio::test]
async fn a_stubborn_process_is_killed() {
    let (server, session, _client) = session().await;
    drop(session.spawn("stubborn").await.unwrap());
    until("it is killed", || server.log.signals.lock().unwrap().len() == 2).await;
    assert_eq!(*server.log.signals.lock().unwrap(), ["TERM", "KILL"]);
}

#[tokio::test]
async fn a_spawn_that_nobody_waits_for_leaves_no_process() {
    let (server, session, _client) = session().await;
    let mut spawn = session.spawn("stay");
    // Polled once, so that the request goes out, and then dropped.
    let _ = futures_poll_once(&mut spawn).await;
    drop(spawn);
    until("the process is signalled", || !server.log.signals.lock().unwrap().is_empty()).await;
}

async fn futures_poll_once<F: Future + Unpin>(future: &mut F) -> bool {
    timeout(Duration::ZERO, future).await.is_ok()
}

#[tokio::test]
async fn more_commands_than_the_host_has_sessions_all_run() {
    let (server, session, _client) = session_with(|c| c.max_sessions = 3).await;
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..40 {
        let session = session.clone();
        running.spawn(async move { run(&session, "short").await.status });
    }
    while let Some(status) = running.join_next().await {
        assert_eq!(status.unwrap(), Some(exited(0)));
    }
    assert!(server.log.sessions_refused.load(SeqCst) > 0, "the host did refuse some");
    assert_eq!(server.log.commands.lock().unwrap().len(), 40, "and none ran twice");
}

#[tokio::test]
async fn a_port_of_the_host_can_be_dialled() {
    let (_server, session, _client) = session().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let echo = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let (mut read, mut write) = stream.split();
        tokio::io::copy(&mut read, &mut write).await.unwrap();
    });
    let mut stream = session.dial("127.0.0.1", port).await.unwrap();
    // The stream keeps the connection alive without the session.
    drop(session);
    stream.write_all(b"hello").await.unwrap();
    let mut answer = [0; 5];
    timeout(SOON, stream.read_exact(&mut answer)).await.expect("an answer").unwrap();
    assert_eq!(&answer, b"hello");
    drop(stream);
    timeout(SOON, echo).await.expect("the far end sees the close").unwrap();
}

#[tokio::test]
async fn a_closed_port_is_refused_by_number() {
    let (_server, session, _client) = session().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = listener.local_addr().unwrap().port();
    drop(listener);
    match session.dial("127.0.0.1", closed).await.map(|_| ()) {
        Err(TransportError::Refused { port, .. }) => assert_eq!(port, closed),
        other => panic!("{other:?}"),
    }
}
