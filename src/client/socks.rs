//! The server's half of SOCKS5 (RFC 1928, RFC 1929), as far as one client of ours needs it.
//!
//! CONNECT only, with user and password only, and to one destination only. Everything else is
//! answered as the standard asks and ends the connection.

use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr},
};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

const VERSION: u8 = 5;
const LOGIN_VERSION: u8 = 1;
const LOGIN_METHOD: u8 = 2;
const NO_METHOD: u8 = 0xff;
const CONNECT: u8 = 1;

/// The login and the only destination of this proxy.
pub(super) struct SocksServer {
    /// The user of this run.
    pub(super) user: String,
    /// The password of this run.
    pub(super) password: String,
    /// The only destination.
    pub(super) name: String,
    /// Its port.
    pub(super) port: u16,
}

/// The answer to a request (RFC 1928, section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum SocksReply {
    /// Connected.
    Succeeded = 0,
    /// Another destination than the one.
    NotAllowed = 2,
    /// The destination took no connection.
    Refused = 5,
    /// Another command than CONNECT.
    CommandNotSupported = 7,
    /// An address of an unknown kind.
    AddressNotSupported = 8,
}

/// Why a client was rejected.
#[derive(Debug, thiserror::Error)]
pub(super) enum Rejected {
    /// It hung up or never was a SOCKS client.
    #[error("the client broke off")]
    Broken(#[from] io::Error),
    /// It does not know user and password.
    #[error("the client is not ours")]
    NotOurs,
    /// It asked for something else than the one destination.
    #[error("the request was answered with `{0:?}`")]
    Denied(SocksReply),
}

impl SocksServer {
    /// Lets a client in that knows the login and asks for the one destination. What is left to do
    /// is to connect and to [`answer`].
    pub(super) async fn admit<S>(&self, client: &mut S) -> Result<(), Rejected>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        self.method(client).await?;
        self.login(client).await?;
        let wanted = request(client).await;
        let denied = match wanted {
            Ok((name, port)) if self.is_destination(&name, port) => return Ok(()),
            Ok(_) => SocksReply::NotAllowed,
            Err(Rejected::Denied(answer)) => answer,
            Err(other) => return Err(other),
        };
        send_reply(client, denied).await?;
        Err(Rejected::Denied(denied))
    }

    fn is_destination(&self, name: &str, port: u16) -> bool {
        port == self.port && name.eq_ignore_ascii_case(&self.name)
    }

    async fn method<S>(&self, client: &mut S) -> Result<(), Rejected>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        if client.read_u8().await? != VERSION {
            return Err(Rejected::NotOurs);
        }
        let methods = counted(client).await?;
        if !methods.contains(&LOGIN_METHOD) {
            client.write_all(&[VERSION, NO_METHOD]).await?;
            return Err(Rejected::NotOurs);
        }
        Ok(client.write_all(&[VERSION, LOGIN_METHOD]).await?)
    }

    async fn login<S>(&self, client: &mut S) -> Result<(), Rejected>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let version = client.read_u8().await?;
        let user = counted(client).await?;
        let password = counted(client).await?;
        let known = same(&user, self.user.as_bytes()) & same(&password, self.password.as_bytes());
        if version != LOGIN_VERSION || !known {
            client.write_all(&[LOGIN_VERSION, 1]).await?;
            return Err(Rejected::NotOurs);
        }
        Ok(client.write_all(&[LOGIN_VERSION, 0]).await?)
    }
}

/// Compares without telling by its time where the first difference is.
fn same(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len() && left.iter().zip(right).fold(0, |acc, (a, b)| acc | (a ^ b)) == 0
}

/// Tells the client how its request went.
pub(super) async fn send_reply<S>(client: &mut S, answer: SocksReply) -> io::Result<()>
where
    S: AsyncWrite + Unpin,
{
    client.write_all(&[VERSION, answer as u8, 0, 1, 0, 0, 0, 0, 0, 0]).await
}

/// Bytes with their number in front.
async fn counted<S: AsyncRead + Unpin>(client: &mut S) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::from(client.read_u8().await?)];
    client.read_exact(&mut bytes).await?;
    Ok(bytes)
}

/// Reads the request: what is to be connected to.
async fn request<S: AsyncRead + Unpin>(client: &mut S) -> Result<(String, u16), Rejected> {
    let mut head = [0; 4];
    client.read_exact(&mut head).await?;
    let [version, command, _, kind] = head;
    if version != VERSION {
        return Err(Rejected::NotOurs);
    }
    let name = match kind {
        1 => Ipv4Addr::from_bits(client.read_u32().await?).to_string(),
        3 => String::from_utf8(counted(client).await?)
            .map_err(|_| Rejected::Denied(SocksReply::AddressNotSupported))?,
        4 => Ipv6Addr::from_bits(client.read_u128().await?).to_string(),
        _ => return Err(Rejected::Denied(SocksReply::AddressNotSupported)),
    };
    let port = client.read_u16().await?;
    if command == CONNECT {
        Ok((name, port))
    } else {
        Err(Rejected::Denied(SocksReply::CommandNotSupported))
    }
}

#[cfg(test)]
#[path = "socks_tests.rs"]
mod tests;
