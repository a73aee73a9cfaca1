//! The oracle of the data: an application that writes all the time, as a good one does.
//!
//! The official driver on the replica set, retryable writes, `w: majority` and `j: true`. It begins
//! in plaintext and goes over to TLS when it is told that every member takes it, or when plaintext
//! is refused.

use std::{
    collections::BTreeSet,
    thread::{self, JoinHandle},
    time::Duration,
};

use mongodb::{
    Client, Collection,
    bson::{Document, doc},
    error::{Error, ErrorKind, WriteFailure},
    options::{
        Acknowledgment, ClientOptions, Credential, ReadConcern, ServerAddress, Tls, TlsOptions,
        WriteConcern,
    },
};
use tokio::runtime::{Builder, Runtime};

use crate::{
    history::History,
    lab::{Host, Lab},
    site::Site,
    stop::{Order, Stop},
    wait::until_ok,
};

const PAUSE: Duration = Duration::from_millis(10);
/// Secondaries learn of the majority's opinion with the next batch.
const CATCH_UP: Duration = Duration::from_secs(10);
const DUPLICATE_KEY: i32 = 11000;

/// Where and as whom the writer connects.
#[derive(Clone)]
pub(crate) struct Access {
    hosts: Vec<Host>,
    login: Option<Credential>,
    tls: TlsOptions,
}

impl Access {
    /// To the members of a lab, with a site's certificates.
    pub(crate) fn new(lab: &Lab, site: &Site) -> Self {
        let mut tls = TlsOptions::default();
        tls.ca_file_path = Some(site.path("ca.pem"));
        tls.cert_key_file_path = Some(site.path("client.pem"));
        let login = lab.password.as_ref().map(|password| {
            Credential::builder().username("admin".to_owned()).password(password.clone()).build()
        });
        Self { hosts: lab.hosts.clone(), login, tls }
    }

    /// A client of the whole set.
    pub(crate) fn set(&self, tls: bool) -> Client {
        let mut options = self.options(&self.hosts, tls);
        options.repl_set_name = Some("rs0".to_owned());
        Client::with_options(options).unwrap()
    }

    /// A client of one member, whatever its role.
    pub(crate) fn member(&self, host: &Host, tls: bool) -> Client {
        let mut options = self.options(std::slice::from_ref(host), tls);
        options.direct_connection = Some(true);
        options.server_selection_timeout = Some(Duration::from_secs(5));
        Client::with_options(options).unwrap()
    }

    fn options(&self, hosts: &[Host], tls: bool) -> ClientOptions {
        let address = |host: &Host| ServerAddress::Tcp { host: host.fqdn.clone(), port: None };
        let mut options = ClientOptions::default();
        options.hosts = hosts.iter().map(address).collect();
        options.app_name = Some("lab writer".to_owned());
        options.credential.clone_from(&self.login);
        options.tls = Some(if tls { Tls::Enabled(self.tls.clone()) } else { Tls::Disabled });
        options
    }
}

/// A writer at work, until [`Writer::end`].
pub(crate) struct Writer {
    access: Access,
    stop: Stop,
    thread: JoinHandle<History>,
}

impl Writer {
    /// Begins and returns when the first write is acknowledged.
    pub(crate) fn start(access: Access, told: impl Fn() -> bool + Send + 'static) -> Self {
        let stop = Stop::new();
        let (begun, has_begun) = std::sync::mpsc::channel();
        let mut pen = Pen { access: access.clone(), tls: false, history: History::new() };
        let told_to_stop = stop.order();
        let thread = thread::spawn(move || {
            runtime().block_on(async {
                pen.write_until(&told_to_stop, told, begun).await;
                pen.history
            })
        });
        has_begun.recv_timeout(Duration::from_secs(30)).unwrap();
        Self { access, stop, thread }
    }

    /// Stops, and reads every acknowledged write from each member at read concern majority.
    // promise: A3
    pub(crate) fn end(self) -> History {
        self.stop.tell();
        let history = self.thread.join().unwrap();
        let runtime = runtime();
        for host in &self.access.hosts {
            let look = || {
                let found = runtime.block_on(found_on(&self.access, host))?;
                let missing = history.missing_from(&found);
                if missing.is_empty() { Ok(()) } else { Err(format!("not there: {missing:?}")) }
            };
            until_ok(CATCH_UP, look).unwrap_or_else(|why| panic!("{}: {why}", host.name));
        }
        history
    }
}

struct Pen {
    access: Access,
    tls: bool,
    history: History,
}

impl Pen {
    async fn write_until(
        &mut self,
        stop: &Order,
        told: impl Fn() -> bool,
        begun: std::sync::mpsc::Sender<()>,
    ) {
        let mut collection = writes(&self.access.set(self.tls));
        let mut id = 0;
        while !stop.given() {
            if !self.tls && told() {
                self.tls = true;
                collection = writes(&self.access.set(true));
            }
            match collection.insert_one(doc! { "_id": id }).await {
                Err(error) if !already_there(&error) => {
                    if self.failed(&error) {
                        collection = writes(&self.access.set(true));
                    }
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
                _ => self.history.acknowledge(id),
            }
            self.history.over_tls += usize::from(self.tls);
            begun.send(()).ok();
            id += 1;
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Notes an error; in plaintext it is a reason to go over to TLS from now on.
    fn failed(&mut self, error: &Error) -> bool {
        let notes = if self.tls {
            &mut self.history.tls_failures
        } else {
            &mut self.history.plaintext_failures
        };
        notes.push(error.to_string());
        !std::mem::replace(&mut self.tls, true)
    }
}

/// The write was done by an attempt whose answer was lost.
fn already_there(error: &Error) -> bool {
    matches!(&*error.kind, ErrorKind::Write(WriteFailure::WriteError(it)) if it.code == DUPLICATE_KEY)
}

fn writes(client: &Client) -> Collection<Document> {
    let concern = WriteConcern::builder().w(Acknowledgment::Majority).journal(true).build();
    let options = mongodb::options::CollectionOptions::builder().write_concern(concern).build();
    client.database("lab").collection_with_options("writes", options)
}

async fn found_on(access: &Access, host: &Host) -> Result<BTreeSet<i64>, String> {
    let mut answer = Err(String::new());
    for tls in [true, false] {
        answer = found_by(&access.member(host, tls)).await.map_err(|error| error.to_string());
        if answer.is_ok() {
            break;
        }
    }
    answer
}

async fn found_by(client: &Client) -> mongodb::error::Result<BTreeSet<i64>> {
    let collection: Collection<Document> = client.database("lab").collection("writes");
    let mut cursor = collection.find(doc! {}).read_concern(ReadConcern::majority()).await?;
    let mut found = BTreeSet::new();
    while cursor.advance().await? {
        found.insert(cursor.deserialize_current()?.get_i64("_id").unwrap());
    }
    Ok(found)
}

pub(crate) fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}
