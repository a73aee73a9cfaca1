//! The oracle of the data where the current driver does not go: mongosh of the time, on a host.
//!
//! The driver speaks to servers from 4.4 on; the mongosh that the lab gives to hosts with 4.2 holds
//! an older one. It prints every acknowledgement; the notes are kept here, as for the other writer.

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Stdio},
    sync::mpsc,
    thread::{self, JoinHandle},
    time::Duration,
};

use crate::{history::History, lab::Lab, wait::until_ok};

/// Where the shell runs. A host's mongod comes and goes; the host stays.
const HOST: &str = "db3";
const CATCH_UP: Duration = Duration::from_secs(20);

const SCRIPT: &str = r"
const { existsSync } = require('fs');
const plain = 'mongodb://MEMBERS/?replicaSet=rs0&appName=lab-writer&retryWrites=true';
const secure = plain + '&tls=true&tlsCAFile=/etc/ssl/mongodb/ca.pem&tlsCertificateKeyFile=/etc/ssl/mongodb/server.pem';
const writes = (uri) => new Mongo(uri).getDB('lab').writes;
let tls = false, collection = writes(plain), id = 0;
while (!existsSync('/var/log/lab-writer.stop')) {
  try {
    if (!tls && existsSync('/var/log/lab-writer.tls')) { tls = true; collection = writes(secure); }
    collection.insertOne({ _id: Long(id) }, { writeConcern: { w: 'majority', j: true } });
  } catch (error) {
    if (error.code !== 11000) {
      print(`fail ${tls ? 'tls' : 'plaintext'} ${error.message}`);
      if (!tls) { tls = true; try { collection = writes(secure); } catch (again) { tls = false; } }
      sleep(10);
      continue;
    }
  }
  print(`ack ${tls ? 'tls' : 'plaintext'} ${id}`);
  id += 1;
  sleep(10);
}
print('end');
";

/// A writer at work, until [`ShellWriter::end`].
pub(crate) struct ShellWriter {
    log: PathBuf,
    shell: Child,
    notes: JoinHandle<History>,
}

impl ShellWriter {
    /// Begins and returns when the first write is acknowledged.
    pub(crate) fn start(lab: &Lab, told: impl Fn() -> bool + Send + 'static) -> Self {
        let members: Vec<_> = lab.hosts.iter().map(|it| format!("{}:27017", it.fqdn)).collect();
        let script = SCRIPT.replace("MEMBERS", &members.join(","));
        let mut command = lab.mongosh(HOST, &["--nodb", "--quiet", "--norc", "--eval", &script]);
        let mut shell = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(shell.stdout.take().unwrap()).lines();
        let log = lab.host(HOST).root.join("var/log");
        let (begun, has_begun) = mpsc::channel();
        let order = log.join("lab-writer.tls");
        let notes = thread::spawn(move || {
            let mut history = History::new();
            for line in lines.map_while(Result::ok) {
                note(&mut history, &line);
                begun.send(()).ok();
                if told() && !order.exists() {
                    fs::write(&order, "").unwrap();
                }
            }
            history
        });
        has_begun.recv_timeout(Duration::from_secs(30)).unwrap();
        Self { log, shell, notes }
    }

    /// Stops, and reads every acknowledged write from each member at read concern majority.
    // promise: A3
    pub(crate) fn end(mut self, lab: &Lab) -> History {
        fs::write(self.log.join("lab-writer.stop"), "").unwrap();
        let history = self.notes.join().unwrap();
        self.shell.wait().unwrap();
        for host in &lab.hosts {
            let look = || {
                let missing = history.missing_from(&found_on(lab, &host.name));
                if missing.is_empty() { Ok(()) } else { Err(format!("not there: {missing:?}")) }
            };
            until_ok(CATCH_UP, look).unwrap_or_else(|why| panic!("{}: {why}", host.name));
            // Our own shells' history is no trace of the program, which is never root's shell.
            lab.exec(&host.name, &["rm", "-rf", "/root/.mongodb"]);
        }
        history
    }
}

fn note(history: &mut History, line: &str) {
    let mut words = line.splitn(3, ' ');
    match (words.next(), words.next(), words.next()) {
        (Some("ack"), Some(voice), Some(id)) => {
            history.acknowledge(id.parse().unwrap());
            history.over_tls += usize::from(voice == "tls");
        }
        (Some("fail"), Some("tls"), Some(why)) => history.tls_failures.push(why.to_owned()),
        (Some("fail"), Some(_), Some(why)) => history.plaintext_failures.push(why.to_owned()),
        _ => {}
    }
}

fn found_on(lab: &Lab, host: &str) -> BTreeSet<i64> {
    let script = "db.getMongo().setReadPref('secondaryPreferred'); \
        print(db.getSiblingDB('lab').writes.find().readConcern('majority').toArray().map(it => it._id).join('\\n'))";
    let done = lab.mongosh(host, &["--quiet", "--norc", "--eval", script]).output().unwrap();
    let printed = String::from_utf8_lossy(&done.stdout).into_owned();
    printed.lines().filter_map(|line| line.trim().parse().ok()).collect()
}
