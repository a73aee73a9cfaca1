//! The TCP connection, set up so that a peer that is gone or stops reading is noticed.
//!
//! russh writes to the socket inside the loop that also sends its keepalives, so a peer that stops
//! reading would silence them; the kernel's own deadline for unacknowledged data covers that.

use std::io;

use socket2::{SockRef, TcpKeepalive};
use tokio::{
    net::{TcpStream, lookup_host},
    time::{Instant, timeout_at},
};

use super::limits::Limits;

/// Connects to the first address of the host that answers, all within one deadline.
pub(super) async fn open(address: &str, port: u16, limits: &Limits) -> io::Result<TcpStream> {
    let deadline = Instant::now() + limits.tcp;
    let found = timeout_at(deadline, lookup_host((address, port))).await??;
    let addresses: Vec<_> = found.collect();
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for (index, address) in addresses.iter().enumerate() {
        // A dead address must not use up the time of those after it.
        let rest = u32::try_from(addresses.len() - index).unwrap_or(u32::MAX);
        let share = deadline.saturating_duration_since(Instant::now()) / rest;
        match timeout_at(Instant::now() + share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                prepare(&stream, limits)?;
                return Ok(stream);
            }
            Ok(Err(error)) => last = error,
            Err(elapsed) => last = elapsed.into(),
        }
    }
    Err(last)
}

fn prepare(stream: &TcpStream, limits: &Limits) -> io::Result<()> {
    // Without it Nagle's algorithm and delayed acknowledgements make a command 14 times slower.
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(limits.unacknowledged))?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(limits.unacknowledged))?;
    Ok(())
}
