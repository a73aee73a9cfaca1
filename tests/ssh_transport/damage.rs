//! A line that is cut, or on which one bit is flipped, at many places in both directions.
//!
//! Whatever happens, it ends in time, and nothing that was damaged counts as done.

use std::{future::Future, sync::Arc};

use tlsplan::{host::transport::Transport, ssh};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    task::JoinSet,
};

use crate::setup::{Client, Outcome, SOON, exited, line, outcome, quick, session};

/// More bytes than the whole conversation has in either direction.
const CONVERSATION: usize = 5000;

#[derive(Clone, Copy, Debug)]
enum Damage {
    Cut,
    Flip,
}

#[derive(Clone, Copy, Debug)]
enum Towards {
    Host,
    Client,
}

/// Carries bytes and damages them at one place.
async fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    damage: Option<(Damage, usize)>,
) -> Option<()> {
    let (mut buffer, mut seen) = (vec![0; 4096], 0);
    loop {
        let count = from.read(&mut buffer).await.ok().filter(|&count| count > 0)?;
        let mut part = &mut buffer[..count];
        if let Some((damage, place)) = damage
            && (seen..seen + count).contains(&place)
        {
            match damage {
                Damage::Flip => part[place - seen] ^= 0x10,
                Damage::Cut => part = &mut part[..place - seen],
            }
        }
        to.write_all(part).await.ok()?;
        if part.len() < count {
            return None;
        }
        seen += count;
    }
}

/// A line to the server that damages every connection in the same place.
async fn line_to(server: u16, damage: Damage, towards: Towards, place: usize) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((here, _)) = listener.accept().await {
            let there = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
            let (here, there) = (here.into_split(), there.into_split());
            let at = Some((damage, place));
            let (up, down) = match towards {
                Towards::Host => (at, None),
                Towards::Client => (None, at),
            };
            tokio::spawn(first(carry(here.0, there.1, up), carry(there.0, here.1, down)));
        }
    });
    port
}

async fn first(one: impl Future<Output = Option<()>>, other: impl Future<Output = Option<()>>) {
    tokio::select! {
        _ = one => {}
        _ = other => {}
    }
}

/// Connects and runs one command; `None` where that did not come to a status.
async fn attempt(client: &Client, port: u16) -> Option<Outcome> {
    let target = client.target(port);
    let session = ssh::connect(&target, &client.credentials(), &quick()).await.ok()?;
    let end = outcome(session.spawn("both").await.ok()?).await;
    end.status.is_some().then_some(end)
}

async fn try_everywhere(damage: Damage) {
    let (server, _session, client) = session().await;
    let key = std::fs::read_to_string(client.known_hosts()).unwrap();
    let key = russh::keys::PublicKey::from_openssh(key.split_once(' ').unwrap().1).unwrap();
    let (mut places, mut lines) = (Vec::new(), String::new());
    for towards in [Towards::Host, Towards::Client] {
        for place in (0..CONVERSATION).step_by(83) {
            let port = line_to(server.port, damage, towards, place).await;
            lines += &line(port, &key);
            places.push((towards, place, port));
        }
    }
    client.write_known_hosts(&lines);
    let (client, mut attempts) = (Arc::new(client), JoinSet::new());
    for (towards, place, port) in places {
        let client = Arc::clone(&client);
        attempts.spawn(async move {
            (towards, place, tokio::time::timeout(SOON * 3, attempt(&client, port)).await)
        });
    }
    let (mut done, mut undone) = (0, 0);
    while let Some(end) = attempts.join_next().await {
        let (towards, place, end) = end.unwrap();
        match end.unwrap_or_else(|_| panic!("no end: {towards:?} {place}")) {
            None => undone += 1,
            Some(end) => {
                done += 1;
                assert_eq!(end.status, Some(exited(7)), "{towards:?} {place}");
                assert_eq!((&end.stdout[..], &end.stderr[..]), (&b"out"[..], &b"err"[..]));
            }
        }
    }
    assert!(undone > 20 && done > 0, "{undone} undone, {done} done");
}

#[tokio::test]
async fn a_line_cut_anywhere_never_leaves_half_a_result() {
    try_everywhere(Damage::Cut).await;
}

#[tokio::test]
async fn a_flipped_bit_anywhere_never_leaves_a_wrong_result() {
    try_everywhere(Damage::Flip).await;
}
