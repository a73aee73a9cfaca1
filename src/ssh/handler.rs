//! What the host may do on its own account: show its key, and nothing else.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use russh::{
    Channel, Names, cipher,
    client::{ChannelOpenHandle, DisconnectReason, Handler, Msg, Session},
    keys::{PublicKey, PublicKeyOrCertificate},
};

use super::known_hosts::{HostId, HostKeyError, KnownHosts};

/// The longest banner or reason for a disconnect that is kept.
const WORDS: usize = 8 * 1024;

/// Why russh or this handler gave a connection up.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error(transparent)]
    Protocol(#[from] russh::Error),
    #[error(transparent)]
    HostKey(HostKeyError),
    #[error("the host combines chacha20-poly1305 with a key exchange that is open to Terrapin")]
    NotStrict,
}

/// What the host said that may explain an error later.
#[derive(Clone, Debug, Default)]
pub(super) struct Words(Arc<Mutex<Said>>);

#[derive(Debug, Default)]
struct Said {
    banner: String,
    disconnect_reason: Option<String>,
    disconnected: bool,
}

impl Words {
    /// The banner before the login, cut short.
    pub(super) fn banner(&self) -> String {
        self.with(|said| said.banner.clone())
    }

    /// Why the connection ended, in the host's words or in russh's.
    pub(super) fn disconnect_reason(&self) -> Option<String> {
        self.with(|said| said.disconnect_reason.clone())
    }

    /// Whether the host itself ended the connection in words.
    pub(super) fn was_disconnected(&self) -> bool {
        self.with(|said| said.disconnected)
    }

    fn with<T>(&self, look: impl FnOnce(&mut Said) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The client side of one connection.
pub(super) struct Client {
    known: Arc<KnownHosts>,
    host: HostId,
    words: Words,
}

impl Client {
    pub(super) fn new(known: Arc<KnownHosts>, host: HostId, words: Words) -> Self {
        Self { known, host, words }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("host", &self.host).finish_non_exhaustive()
    }
}

// Every `server_channel_open_*` is overridden: russh accepts by default, and dropping the handle for
// the reply refuses.
impl Handler for Client {
    type Error = Failure;

    async fn check_server_key(&mut self, key: &PublicKeyOrCertificate) -> Result<bool, Failure> {
        self.known.check(&self.host, key).map_err(Failure::HostKey)?;
        Ok(true)
    }

    async fn kex_done(
        &mut self,
        _shared_secret: Option<&[u8]>,
        names: &Names,
        _session: &mut Session,
    ) -> Result<(), Failure> {
        if names.cipher == cipher::CHACHA20_POLY1305 && !names.strict_kex() {
            return Err(Failure::NotStrict);
        }
        Ok(())
    }

    async fn auth_banner(&mut self, banner: &str, _session: &mut Session) -> Result<(), Failure> {
        self.words.with(|said| {
            let room = WORDS.saturating_sub(said.banner.len());
            said.banner.extend(banner.chars().take(room / 4));
        });
        Ok(())
    }

    async fn disconnected(&mut self, reason: DisconnectReason<Failure>) -> Result<(), Failure> {
        let words = match &reason {
            DisconnectReason::ReceivedDisconnect(info) => info.message.clone(),
            DisconnectReason::Error(failure) => failure.to_string(),
        };
        self.words.with(|said| {
            said.disconnect_reason = Some(words.chars().take(WORDS / 4).collect());
            said.disconnected = matches!(reason, DisconnectReason::ReceivedDisconnect(_));
        });
        match reason {
            DisconnectReason::ReceivedDisconnect(_) => Ok(()),
            DisconnectReason::Error(failure) => Err(failure),
        }
    }

    async fn server_channel_open_session(
        &mut self,
        _channel: Channel<Msg>,
        _refuse: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Failure> {
        Ok(())
    }

    async fn server_channel_open_agent_forward(
        &mut self,
        _channel: Channel<Msg>,
        _refuse: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Failure> {
        Ok(())
    }

    async fn server_channel_open_x11(
        &mut self,
        _channel: Channel<Msg>,
        _originator: &str,
        _port: u32,
        _refuse: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Failure> {
        Ok(())
    }

    async fn server_channel_open_forwarded_tcpip(
        &mut self,
        _channel: Channel<Msg>,
        _address: &str,
        _port: u32,
        _originator: &str,
        _originator_port: u32,
        _refuse: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Failure> {
        Ok(())
    }

    async fn server_channel_open_forwarded_streamlocal(
        &mut self,
        _channel: Channel<Msg>,
        _path: &str,
        _refuse: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Failure> {
        Ok(())
    }

    async fn server_channel_open_direct_tcpip(
        &mut self,
        _channel: Channel<Msg>,
        _address: &str,
        _port: u32,
        _originator: &str,
        _originator_port: u32,
        _refuse: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Failure> {
        Ok(())
    }

    async fn server_channel_open_direct_streamlocal(
        &mut self,
        _channel: Channel<Msg>,
        _path: &str,
        _refuse: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Failure> {
        Ok(())
    }

    async fn openssh_ext_host_keys_announced(
        &mut self,
        _keys: Vec<PublicKey>,
        _session: &mut Session,
    ) -> Result<(), Failure> {
        Ok(())
    }
}
