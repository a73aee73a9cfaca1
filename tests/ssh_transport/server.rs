//! An SSH server with a handful of commands and everything that happened to it on record.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use russh::{
    Channel, ChannelId, ChannelOpenFailure, MethodKind, MethodSet, Preferred, Sig,
    keys::{Algorithm, Certificate, PrivateKey, PublicKey},
    server::{self, Auth, ChannelOpenHandle, Handle, Handler, Msg, PublicKeyOffer, Session},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinHandle,
};

/// What the server is like.
#[derive(Clone)]
pub(crate) struct Character {
    pub(crate) host_keys: Vec<PrivateKey>,
    pub(crate) certificates: Vec<Certificate>,
    pub(crate) accepted: Vec<PublicKey>,
    /// How many sessions a connection may have open at once.
    pub(crate) max_sessions: usize,
    pub(crate) banner: Option<String>,
    /// Never answers an offered key.
    pub(crate) mute_at_login: bool,
    /// Ends the connection when a key is offered.
    pub(crate) dies_at_login: bool,
    pub(crate) preferred: Preferred,
    /// Opens channels of its own after the login.
    pub(crate) intrusive: bool,
}

impl Character {
    pub(crate) fn with_host_key(key: PrivateKey) -> Self {
        Self {
            host_keys: vec![key],
            certificates: Vec::new(),
            accepted: Vec::new(),
            max_sessions: 10,
            banner: None,
            mute_at_login: false,
            dies_at_login: false,
            preferred: Preferred::DEFAULT,
            intrusive: false,
        }
    }
}

/// What happened.
#[derive(Default)]
pub(crate) struct Log {
    pub(crate) connections: AtomicUsize,
    pub(crate) keys_offered: AtomicUsize,
    pub(crate) sessions_refused: AtomicUsize,
    pub(crate) intrusions: Mutex<Vec<bool>>,
    pub(crate) commands: Mutex<Vec<String>>,
    pub(crate) signals: Mutex<Vec<String>>,
    pub(crate) received: AtomicUsize,
}

pub(crate) struct Server {
    pub(crate) port: u16,
    pub(crate) log: Arc<Log>,
    accepting: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Server {
    pub(crate) async fn start(character: Character) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let log = Arc::new(Log::default());
        let accepting = tokio::spawn(accept(listener, character, Arc::clone(&log)));
        Self { port, log, accepting }
    }
}

async fn accept(listener: TcpListener, character: Character, log: Arc<Log>) {
    let config = Arc::new(server::Config {
        keys: character.host_keys.clone(),
        certificates: character.certificates.clone(),
        methods: MethodSet::from(&[MethodKind::PublicKey][..]),
        auth_rejection_time: Duration::ZERO,
        auth_rejection_time_initial: Some(Duration::ZERO),
        preferred: character.preferred.clone(),
        ..server::Config::default()
    });
    while let Ok((stream, _)) = listener.accept().await {
        log.connections.fetch_add(1, SeqCst);
        stream.set_nodelay(true).unwrap();
        let visitor = Visitor {
            character: character.clone(),
            log: Arc::clone(&log),
            open: HashMap::new(),
            sessions: Arc::default(),
        };
        let config = Arc::clone(&config);
        tokio::spawn(async move {
            if let Ok(session) = server::run_stream(config, stream, visitor).await {
                let _ = session.await;
            }
        });
    }
}

/// What a command hears.
enum Input {
    Data(Vec<u8>),
    Eof,
    Signal(Sig),
}

struct Visitor {
    character: Character,
    log: Arc<Log>,
    open: HashMap<ChannelId, mpsc::UnboundedSender<Input>>,
    /// How many sessions are open on this connection.
    sessions: Arc<AtomicUsize>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Unwell {
    #[error(transparent)]
    Russh(#[from] russh::Error),
    #[error("it was told to die")]
    Told,
}

impl Visitor {
    fn tell(&self, channel: ChannelId, input: Input) {
        if let Some(command) = self.open.get(&channel) {
            let _ = command.send(input);
        }
    }
}

impl Handler for Visitor {
    type Error = Unwell;

    async fn authentication_banner(&mut self) -> Result<Option<String>, Unwell> {
        Ok(self.character.banner.clone())
    }

    async fn auth_publickey_offered(
        &mut self,
        _user: &str,
        offer: PublicKeyOffer<'_>,
    ) -> Result<Auth, Unwell> {
        self.log.keys_offered.fetch_add(1, SeqCst);
        if self.character.mute_at_login {
            std::future::pending::<()>().await;
        }
        if self.character.dies_at_login {
            return Err(Unwell::Told);
        }
        let key = offer.public_key;
        let known = self.character.accepted.iter().any(|k| k.key_data() == key.key_data());
        Ok(if known { Auth::Accept } else { Auth::reject() })
    }

    async fn auth_publickey(
        &mut self,
        _user: &str,
        _key: server::VerifiedPublicKey<'_>,
    ) -> Result<Auth, Unwell> {
        Ok(Auth::Accept)
    }

    async fn auth_succeeded(&mut self, session: &mut Session) -> Result<(), Unwell> {
        if self.character.intrusive {
            let (handle, log) = (session.handle(), Arc::clone(&self.log));
            tokio::spawn(async move {
                for _ in 0..100 {
                    let session = handle.channel_open_session().await.is_ok();
                    let agent = handle.channel_open_agent().await.is_ok();
                    let forwarded =
                        handle.channel_open_forwarded_tcpip("a", 1, "b", 2).await.is_ok();
                    let x11 = handle.channel_open_x11("a", 1).await.is_ok();
                    log.intrusions.lock().unwrap().extend([session, agent, forwarded, x11]);
                }
            });
        }
        Ok(())
    }

    async fn channel_open_session(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Unwell> {
        if self.sessions.load(SeqCst) >= self.character.max_sessions {
            self.log.sessions_refused.fetch_add(1, SeqCst);
            reply.reject(ChannelOpenFailure::ConnectFailed).await;
        } else {
            self.sessions.fetch_add(1, SeqCst);
            reply.accept().await;
            drop(channel);
        }
        Ok(())
    }

    async fn channel_open_direct_tcpip(
        &mut self,
        channel: Channel<Msg>,
        host: &str,
        port: u32,
        _originator: &str,
        _originator_port: u32,
        reply: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Unwell> {
        let port = u16::try_from(port).unwrap();
        match TcpStream::connect((host, port)).await {
            Ok(mut there) => {
                reply.accept().await;
                tokio::spawn(async move {
                    let mut here = channel.into_stream();
                    let _ = tokio::io::copy_bidirectional(&mut here, &mut there).await;
                });
            }
            Err(_) => reply.reject(ChannelOpenFailure::ConnectFailed).await,
        }
        Ok(())
    }

    async fn exec_request(
        &mut self,
        channel: ChannelId,
        command: &[u8],
        session: &mut Session,
    ) -> Result<(), Unwell> {
        let command = String::from_utf8(command.to_vec()).unwrap();
        self.log.commands.lock().unwrap().push(command.clone());
        match command.as_str() {
            "refuse" => session.channel_failure(channel)?,
            "die before the answer" => return Err(Unwell::Told),
            _ => {
                session.channel_success(channel)?;
                let (tell, hear) = mpsc::unbounded_channel();
                self.open.insert(channel, tell);
                let (handle, sessions) = (session.handle(), Arc::clone(&self.sessions));
                tokio::spawn(async move {
                    run(command, channel, handle, hear).await;
                    sessions.fetch_sub(1, SeqCst);
                });
            }
        }
        Ok(())
    }

    async fn data(
        &mut self,
        channel: ChannelId,
        data: &[u8],
        _session: &mut Session,
    ) -> Result<(), Unwell> {
        self.log.received.fetch_add(data.len(), SeqCst);
        if data == b"die" {
            return Err(Unwell::Told);
        }
        self.tell(channel, Input::Data(data.to_vec()));
        Ok(())
    }

    async fn channel_eof(&mut self, channel: ChannelId, _: &mut Session) -> Result<(), Unwell> {
        self.tell(channel, Input::Eof);
        Ok(())
    }

    async fn channel_close(&mut self, channel: ChannelId, _: &mut Session) -> Result<(), Unwell> {
        self.open.remove(&channel);
        Ok(())
    }

    async fn signal(
        &mut self,
        channel: ChannelId,
        signal: Sig,
        _session: &mut Session,
    ) -> Result<(), Unwell> {
        self.log.signals.lock().unwrap().push(format!("{signal:?}"));
        self.tell(channel, Input::Signal(signal));
        Ok(())
    }
}

/// The commands. None of them is a shell's.
async fn run(
    command: String,
    channel: ChannelId,
    handle: Handle,
    mut hear: mpsc::UnboundedReceiver<Input>,
) {
    match command.as_str() {
        "both" => {
            let _ = handle.data(channel, &b"out"[..]).await;
            let _ = handle.extended_data(channel, 1, &b"err"[..]).await;
            exit(&handle, channel, 7).await;
        }
        "late output" => {
            let _ = handle.exit_status_request(channel, 0).await;
            let _ = handle.exit_status_request(channel, 1).await;
            let _ = handle.data(channel, &b"after the status"[..]).await;
            let _ = handle.close(channel).await;
        }
        "killed" => {
            let _ = handle
                .exit_signal_request(channel, Sig::KILL, false, String::new(), String::new())
                .await;
            let _ = handle.close(channel).await;
        }
        "no status" => {
            let _ = handle.eof(channel).await;
            let _ = handle.close(channel).await;
        }
        "cat" => {
            while let Some(Input::Data(data)) = hear.recv().await {
                let _ = handle.data(channel, data).await;
            }
            exit(&handle, channel, 0).await;
        }
        "count" => {
            let mut bytes = 0;
            while let Some(Input::Data(data)) = hear.recv().await {
                bytes += data.len();
            }
            let _ = handle.data(channel, bytes.to_string().into_bytes()).await;
            exit(&handle, channel, 0).await;
        }
        "head" => {
            let _ = hear.recv().await;
            exit(&handle, channel, 0).await;
        }
        "flood" => {
            while handle.data(channel, vec![b'x'; 32 * 1024]).await.is_ok() {
                if let Ok(Input::Signal(_)) = hear.try_recv() {
                    let _ = handle.close(channel).await;
                    return;
                }
            }
        }
        "short" => {
            tokio::time::sleep(Duration::from_millis(30)).await;
            exit(&handle, channel, 0).await;
        }
        "stubborn" => {
            while let Some(input) = hear.recv().await {
                if let Input::Signal(Sig::KILL) = input {
                    let _ = handle.close(channel).await;
                    return;
                }
            }
        }
        // "stay": until somebody wants it to end.
        _ => {
            while let Some(input) = hear.recv().await {
                if let Input::Signal(_) | Input::Eof = input {
                    exit(&handle, channel, 0).await;
                    return;
                }
            }
        }
    }
}

async fn exit(handle: &Handle, channel: ChannelId, status: u32) {
    let _ = handle.exit_status_request(channel, status).await;
    let _ = handle.eof(channel).await;
    let _ = handle.close(channel).await;
}

pub(crate) fn new_key(algorithm: Algorithm) -> PrivateKey {
    PrivateKey::random(&mut rand::rng(), algorithm).unwrap()
}
