//! A client of our own: `OP_MSG` over TCP, in plaintext or TLS, for every server version.
//!
//! The monitor and the proofs use it so that nothing they see comes through code of the program or
//! is smoothed by a driver.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::Arc,
    time::Duration,
};

use mongodb::bson::{Document, doc};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
};

use crate::{lab::Host, site::Site};

const PORT: u16 = 27017;
const OP_MSG: i32 = 2013;
const HEADER: usize = 16;
/// A member that takes longer for `isMaster` is as good as down.
const PATIENCE: Duration = Duration::from_secs(1);

/// How a connection speaks.
#[derive(Clone)]
pub(crate) enum Voice {
    /// As before the upgrade.
    Plaintext,
    /// With the client certificate, and with the authority checked.
    Tls(Arc<ClientConfig>),
}

impl Voice {
    /// TLS with `ca.pem` and `client.pem` of a site.
    pub(crate) fn tls(site: &Site) -> Self {
        let mut authorities = RootCertStore::empty();
        authorities.add(CertificateDer::from_pem_file(site.path("ca.pem")).unwrap()).unwrap();
        let client = site.path("client.pem");
        let chain = CertificateDer::pem_file_iter(&client).unwrap().map(Result::unwrap).collect();
        let key = PrivateKeyDer::from_pem_file(&client).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(authorities)
            .with_client_auth_cert(chain, key)
            .unwrap();
        Self::Tls(Arc::new(config))
    }
}

impl Voice {
    /// TLS with `ca.pem` alone.
    pub(crate) fn tls_without_certificate(site: &Site) -> Self {
        let mut authorities = RootCertStore::empty();
        authorities.add(CertificateDer::from_pem_file(site.path("ca.pem")).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(authorities)
            .with_no_client_auth();
        Self::Tls(Arc::new(config))
    }
}

/// One connection to one member.
pub(crate) struct Connection {
    stream: Stream,
    requests: i32,
}

enum Stream {
    Plaintext(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Connection {
    /// Connects and asks one `isMaster`, so that a connection exists only where the voice is taken.
    pub(crate) fn open(host: &Host, voice: &Voice) -> io::Result<Self> {
        Self::greet(host, voice, doc! { "isMaster": 1 })
    }

    /// As [`Connection::open`], under the name of an application.
    pub(crate) fn named(host: &Host, voice: &Voice, name: &str) -> io::Result<Self> {
        let client = doc! {
            "application": { "name": name },
            "driver": { "name": "by hand", "version": "1" },
            "os": { "type": "Linux" },
        };
        Self::greet(host, voice, doc! { "isMaster": 1, "client": client })
    }

    fn greet(host: &Host, voice: &Voice, greeting: Document) -> io::Result<Self> {
        let address = SocketAddr::new(host.address.parse().unwrap(), PORT);
        let tcp = TcpStream::connect_timeout(&address, PATIENCE)?;
        tcp.set_read_timeout(Some(PATIENCE))?;
        tcp.set_write_timeout(Some(PATIENCE))?;
        tcp.set_nodelay(true)?;
        let stream = match voice {
            Voice::Plaintext => Stream::Plaintext(tcp),
            Voice::Tls(config) => {
                let name = ServerName::try_from(host.fqdn.clone()).unwrap();
                let session =
                    ClientConnection::new(config.clone(), name).map_err(io::Error::other)?;
                Stream::Tls(Box::new(StreamOwned::new(session, tcp)))
            }
        };
        let mut connection = Self { stream, requests: 0 };
        connection.command(greeting)?;
        Ok(connection)
    }

    /// What the member says of itself. Every version knows the old name of the command.
    pub(crate) fn is_master(&mut self) -> io::Result<Document> {
        self.command(doc! { "isMaster": 1 })
    }

    /// Runs a command on `admin` and returns its reply; a reply that is not ok is an error.
    pub(crate) fn command(&mut self, mut command: Document) -> io::Result<Document> {
        command.insert("$db", "admin");
        let body = command.to_vec().map_err(io::Error::other)?;
        self.requests += 1;
        let length = HEADER + 5 + body.len();
        let mut message = Vec::with_capacity(length);
        for number in [i32::try_from(length).unwrap(), self.requests, 0, OP_MSG, 0] {
            message.extend(number.to_le_bytes());
        }
        message.push(0);
        message.extend(body);
        self.write_all(&message)?;
        let reply = self.reply()?;
        match reply.get("ok").and_then(|ok| ok.as_f64().or(ok.as_i32().map(f64::from))) {
            Some(1.0) => Ok(reply),
            _ => Err(io::Error::other(reply.to_string())),
        }
    }

    fn reply(&mut self) -> io::Result<Document> {
        let mut length = [0; 4];
        self.read_exact(&mut length)?;
        let length = usize::try_from(i32::from_le_bytes(length)).map_err(io::Error::other)?;
        if !(HEADER + 5..1 << 24).contains(&length) {
            return Err(io::Error::other(format!("no length of a message: {length}")));
        }
        let mut rest = vec![0; length - 4];
        self.read_exact(&mut rest)?;
        Document::from_reader(&rest[HEADER + 1..]).map_err(io::Error::other)
    }
}

impl Read for Connection {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.stream {
            Stream::Plaintext(stream) => stream.read(buffer),
            Stream::Tls(stream) => stream.read(buffer),
        }
    }
}

impl Write for Connection {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.stream {
            Stream::Plaintext(stream) => stream.write(bytes),
            Stream::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.stream {
            Stream::Plaintext(stream) => stream.flush(),
            Stream::Tls(stream) => stream.flush(),
        }
    }
}
