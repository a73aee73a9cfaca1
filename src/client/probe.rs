//! A plaintext probe without a driver: whether a server answers one.
//!
//! A driver tries again and hides why it gave up, and the current one does not speak to old servers.
//! An HTTP request or an open port prove nothing: every mode answers those.

use std::{io, sync::Arc, time::Duration};

use mongodb::bson::doc;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

use crate::{
    host::transport::{Transport, TransportError},
    name::APP_NAME,
};

/// A server on the same machine answers within milliseconds.
const PATIENCE: Duration = Duration::from_secs(3);
const OP_MSG: i32 = 2013;
/// Length, request, response to, kind of message; then flags and the kind of the section.
const HEADER: usize = 16 + 5;

/// What a server did with a plaintext probe.
#[derive(Debug)]
pub enum ProbeResult {
    /// It answered.
    Answered,
    /// It closed the connection, or did not reply.
    Closed(io::Error),
    /// It was not reached at all.
    Unreached(TransportError),
}

/// Sends `isMaster` in plaintext.
pub async fn probe_plaintext(
    transport: &Arc<dyn Transport>,
    address: &str,
    port: u16,
) -> ProbeResult {
    let mut stream = match transport.dial(address, port).await {
        Ok(stream) => stream,
        Err(error) => return ProbeResult::Unreached(error),
    };
    let exchange = async {
        stream.write_all(&greeting()?).await?;
        let mut length = [0; 4];
        stream.read_exact(&mut length).await.map(drop)
    };
    match timeout(PATIENCE, exchange).await {
        Ok(Ok(())) => ProbeResult::Answered,
        Ok(Err(error)) => ProbeResult::Closed(error),
        Err(late) => ProbeResult::Closed(io::Error::new(io::ErrorKind::TimedOut, late)),
    }
}

/// The first message of a connection, under our name, by which it is left out of the list of clients.
fn greeting() -> io::Result<Vec<u8>> {
    let greeting = doc! {
        "isMaster": 1,
        "client": {
            "application": { "name": APP_NAME },
            "driver": { "name": APP_NAME, "version": env!("CARGO_PKG_VERSION") },
            "os": { "type": "Linux" },
        },
        "$db": "admin",
    };
    let body = greeting.to_vec().map_err(io::Error::other)?;
    let length = i32::try_from(HEADER + body.len()).map_err(io::Error::other)?;
    let mut message = Vec::with_capacity(HEADER + body.len());
    for number in [length, 1, 0, OP_MSG, 0] {
        message.extend(number.to_le_bytes());
    }
    message.push(0);
    message.extend(body);
    Ok(message)
}
