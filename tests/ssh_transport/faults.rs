//! Hosts that say nothing, say nonsense, or go away.

use std::{
    sync::{Arc, atomic::Ordering::SeqCst},
    time::Duration,
};

use russh::keys::Algorithm;
use tlsplan::{
    error::{Designed, Exit},
    host::transport::{Transport, TransportError},
    ssh::{ConnectError, Limits, Link, Phase},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    time::{Instant, timeout},
};

use crate::{
    server::{Character, Server, new_key},
    setup::{Client, SOON, exited, outcome, quick, run, session, session_with, until},
};

/// A listener that answers every connection with the same bytes and then holds it, silent.
async fn silent_after(greeting: &'static [u8]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.write_all(greeting).await.unwrap();
            held.push(stream);
        }
    });
    port
}

fn assert_timed_out(error: &ConnectError, expected: Phase) {
    match error {
        ConnectError::TimedOut { phase, .. } => assert_eq!(*phase, expected),
        other => panic!("{other:?}"),
    }
    assert_eq!(error.exit(), Exit::Unreachable);
}

#[tokio::test]
async fn a_host_that_only_accepts_is_given_up() {
    let client = Client::new();
    client.write_known_hosts("");
    let port = silent_after(b"").await;
    let error = client.connect(port, &quick()).await.map(|_| ()).unwrap_err();
    assert_timed_out(&error, Phase::KeyExchange);
}

#[tokio::test]
async fn a_host_that_stops_after_its_version_is_given_up_and_let_go() {
    let client = Client::new();
    client.write_known_hosts("");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let host = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"SSH-2.0-silent\r\n").await.unwrap();
        // Reads until the client hangs up: no task of ours may outlive the attempt.
        let mut sink = Vec::new();
        stream.read_to_end(&mut sink).await
    });
    let error = client.connect(port, &quick()).await.map(|_| ()).unwrap_err();
    assert_timed_out(&error, Phase::KeyExchange);
    let _ = timeout(SOON, host).await.expect("the connection is closed").unwrap();
}

#[tokio::test]
async fn a_host_that_is_mute_at_the_login_is_given_up() {
    let client = Client::new();
    let key = new_key(Algorithm::Ed25519);
    let mut character = Character::with_host_key(key.clone());
    character.mute_at_login = true;
    let server = Server::start(character).await;
    client.trust(server.port, key.public_key());
    let error = client.connect(server.port, &quick()).await.map(|_| ()).unwrap_err();
    assert_timed_out(&error, Phase::Login);
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_unreachable() {
    let client = Client::new();
    client.write_known_hosts("");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let error = client.connect(port, &quick()).await.map(|_| ()).unwrap_err();
    assert!(matches!(error, ConnectError::Unreachable { .. }), "{error:?}");
    assert_eq!(error.exit(), Exit::Unreachable);
}

#[tokio::test]
async fn what_is_no_ssh_server_is_named_so() {
    let client = Client::new();
    client.write_known_hosts("");
    // Twenty lines and more before the version are the most that anybody has to read.
    let port = silent_after(&[b'\n'; 4096]).await;
    let error = client.connect(port, &quick()).await.map(|_| ()).unwrap_err();
    assert!(matches!(error, ConnectError::Protocol { .. }), "{error:?}");
}

#[tokio::test]
async fn a_host_that_hangs_up_early_is_tried_again_a_few_times() {
    let client = Client::new();
    client.write_known_hosts("");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let count = tokio::spawn(async move {
        for _ in 0..3 {
            drop(listener.accept().await.unwrap());
        }
        timeout(Duration::from_millis(300), listener.accept()).await.is_err()
    });
    let error = client.connect(port, &quick()).await.map(|_| ()).unwrap_err();
    assert!(matches!(error, ConnectError::Ended { phase: Phase::KeyExchange, .. }), "{error:?}");
    assert!(count.await.unwrap(), "three times and no more");
}

#[tokio::test]
async fn a_connection_that_breaks_under_a_command_leaves_its_outcome_unknown() {
    let (_server, session, _client) = session().await;
    let process = session.spawn("cat").await.unwrap();
    process.stdin.send(b"die".to_vec()).await.unwrap();
    let start = Instant::now();
    assert_eq!(outcome(process).await.status, None);
    assert!(start.elapsed() < Duration::from_secs(2));
    assert!(session.is_lost());
    let next = session.spawn("both").await.map(|_| ());
    assert!(matches!(next, Err(TransportError::NotSent(_))), "{next:?}");
}

#[tokio::test]
async fn a_connection_that_breaks_before_the_start_is_confirmed_is_unknown_too() {
    let (server, session, _client) = session().await;
    let process = session.spawn("die before the answer").await.expect("it may have run");
    assert_eq!(outcome(process).await.status, None);
    assert_eq!(server.log.commands.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_link_connects_anew_but_never_repeats_a_command() {
    let (server, _session, client) = session().await;
    let link = Link::connect(client.target(server.port), client.credentials(), quick())
        .await
        .expect("a link");
    let process = link.spawn("cat").await.unwrap();
    process.stdin.send(b"die".to_vec()).await.unwrap();
    assert_eq!(outcome(process).await.status, None);
    assert!(link.is_lost());
    assert_eq!(run(&link, "both").await.status, Some(exited(7)));
    assert_eq!(*server.log.commands.lock().unwrap(), ["cat", "both"]);
    assert_eq!(server.log.connections.load(SeqCst), 3);
}

#[tokio::test]
async fn many_who_find_a_link_lost_make_one_connection() {
    let (server, _session, client) = session().await;
    let link = Link::connect(client.target(server.port), client.credentials(), quick())
        .await
        .expect("a link");
    let link = Arc::new(link);
    let process = link.spawn("cat").await.unwrap();
    process.stdin.send(b"die".to_vec()).await.unwrap();
    outcome(process).await;
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let link = Arc::clone(&link);
        running.spawn(async move { run(&*link, "both").await.status });
    }
    while let Some(status) = running.join_next().await {
        assert_eq!(status.unwrap(), Some(exited(7)));
    }
    assert_eq!(server.log.connections.load(SeqCst), 3, "one of them for the test's own session");
}

#[tokio::test]
async fn a_host_that_falls_silent_is_noticed_by_keepalives() {
    let (server, _session, client) = session().await;
    // Between client and server, so that the line can go silent without ending.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let middle = listener.local_addr().unwrap().port();
    let (freeze, frozen) = tokio::sync::oneshot::channel::<()>();
    let port = server.port;
    tokio::spawn(async move {
        let (mut here, _) = listener.accept().await.unwrap();
        let mut there = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        tokio::select! {
            _ = tokio::io::copy_bidirectional(&mut here, &mut there) => {}
            _ = frozen => std::future::pending::<()>().await,
        }
    });
    let known = std::fs::read_to_string(client.known_hosts()).unwrap();
    client.write_known_hosts(&known.replace(&port.to_string(), &middle.to_string()));
    let limits = Limits { keepalive: Duration::from_millis(100), missed_keepalives: 2, ..quick() };
    let session = client.connect(middle, &limits).await.expect("a session");
    let process = session.spawn("stay").await.unwrap();
    freeze.send(()).unwrap();
    let start = Instant::now();
    let _stdin = process.stdin.clone();
    assert_eq!(outcome(process).await.status, None);
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    until("the session is known to be lost", || session.is_lost()).await;
}

#[tokio::test]
async fn channels_that_the_host_opens_are_all_refused() {
    let (server, session, _client) = session_with(|c| c.intrusive = true).await;
    until("the host has tried", || server.log.intrusions.lock().unwrap().len() == 400).await;
    assert!(!server.log.intrusions.lock().unwrap().iter().any(|&let_in| let_in));
    assert_eq!(run(&session, "both").await.status, Some(exited(7)));
}
