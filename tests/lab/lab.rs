//! The command `lab/lab` from Rust: what a test may ask of its hosts.

use std::{
    collections::HashMap,
    env,
    fs::File,
    io,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::{
    timeline::State,
    wait::until_ok,
    wire::{Connection, Voice},
};

/// Tests share the hosts; a test that runs beside another would judge the other's faults.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
/// The same between processes: somebody may run one test while a whole ring is at work on the same lab.
const ONE_PROCESS_AT_A_TIME: &str = "tlsplan-lab-tests";

/// A lab that is up and pristine, and ours until this is dropped.
pub(crate) struct Lab {
    /// Its hosts, `db1` first.
    pub(crate) hosts: Vec<Host>,
    /// Where its members' names end: `lab.test`.
    pub(crate) domain: String,
    /// The password of `admin`, where the members ask for one.
    pub(crate) password: Option<String>,
    variables: HashMap<String, String>,
    _turn: (MutexGuard<'static, ()>, File),
}

/// One host of the lab.
#[derive(Clone, Debug)]
pub(crate) struct Host {
    /// As the plans call it: `db1`.
    pub(crate) name: String,
    /// As its member calls itself, without the port.
    pub(crate) fqdn: String,
    /// Its address.
    pub(crate) address: String,
    /// Its file system as it is now, seen from here.
    pub(crate) root: PathBuf,
    /// What has changed in it since it was made.
    pub(crate) upper: PathBuf,
}

impl Lab {
    /// Brings up a lab of three hosts with these options of `lab up`, all of it pristine.
    pub(crate) fn fresh(options: &[&str]) -> Self {
        let alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let name = env::var("TLSPLAN_LAB").unwrap_or_else(|_| "lab".to_owned());
        let lock = format!("{ONE_PROCESS_AT_A_TIME}-{name}.lock");
        let turn = File::create(env::temp_dir().join(lock)).unwrap();
        turn.lock().unwrap();
        let up = told(&[&["up", "--hosts", "3"], options].concat());
        // A lab that was up may still have a file or a process of the test before.
        if words(&up).contains("as asked") {
            told(&["reset"]);
        }
        let variables = variables();
        let directory = Path::new(&variables["LAB_DIR"]).join("hosts");
        let domain = variables["LAB_DOMAIN"].clone();
        let host = |name: &str| Host {
            name: name.to_owned(),
            fqdn: format!("{name}.{domain}"),
            address: variables[&format!("LAB_{}", name.to_uppercase())].clone(),
            root: directory.join(name).join("root"),
            upper: directory.join(name).join("upper"),
        };
        let hosts = variables["LAB_HOSTS"].split(' ').map(host).collect();
        let auth = options.contains(&"--auth");
        let password = auth.then(|| variables["LAB_MONGODB_PASSWORD"].clone());
        Self { hosts, domain, password, variables, _turn: (alone, turn) }
    }

    /// What `lab env` prints under this name.
    pub(crate) fn variable(&self, name: &str) -> &str {
        &self.variables[name]
    }

    /// The host of this name.
    pub(crate) fn host(&self, name: &str) -> &Host {
        self.hosts.iter().find(|host| host.name == name).unwrap()
    }

    /// A text about the default lab, in the names and addresses of this one.
    pub(crate) fn own(&self, text: &str) -> String {
        let subnet = self.hosts[0].address.strip_suffix("11").unwrap();
        text.replace("10.99.0.", subnet).replace("lab.test", &self.domain)
    }

    /// As [`Lab::own`], for several texts.
    pub(crate) fn own_all(&self, texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| self.own(text)).collect()
    }

    /// Runs a command as root on a host and returns its output; the command must succeed.
    #[expect(clippy::unused_self, reason = "only who holds the lab may touch its hosts")]
    pub(crate) fn exec(&self, host: &str, command: &[&str]) -> String {
        let done = told(&[&["exec", host, "--"], command].concat());
        String::from_utf8_lossy(&done.stdout).into_owned()
    }

    /// As [`Lab::exec`], for what is easier said to a shell.
    pub(crate) fn shell(&self, host: &str, script: &str) -> String {
        self.exec(host, &["sh", "-c", script])
    }

    /// Waits until a member of this name is SECONDARY or PRIMARY again.
    pub(crate) fn wait_until_up(&self, host: &str) {
        let host = self.host(host);
        until_ok(Duration::from_secs(30), || {
            let reply = Connection::open(host, &Voice::Plaintext)?.is_master()?;
            match State::of(&reply) {
                State::Down(why) | State::Silent(why) => Err(io::Error::other(why)),
                State::Primary(_) | State::Secondary => Ok(()),
            }
        })
        .unwrap_or_else(|why| panic!("{}: {why}", host.name));
    }

    /// Gives a host a good or a faulty certificate.
    #[expect(clippy::unused_self, reason = "only who holds the lab may touch its hosts")]
    pub(crate) fn certificate(&self, host: &str, fault: &str) {
        told(&["cert", host, fault]);
    }

    /// Ends every process of a host at once.
    #[expect(clippy::unused_self, reason = "only who holds the lab may touch its hosts")]
    pub(crate) fn power_cut(&self, host: &str) {
        told(&["power-cut", host]);
    }

    /// Starts a host again after a power cut.
    #[expect(clippy::unused_self, reason = "only who holds the lab may touch its hosts")]
    pub(crate) fn boot(&self, host: &str) {
        told(&["boot", host]);
    }

    /// Makes a black hole of a host's SSH port. A reset undoes it.
    #[expect(clippy::unused_self, reason = "only who holds the lab may touch its hosts")]
    pub(crate) fn cut(&self, host: &str) {
        told(&["cut", host]);
    }

    /// Undoes [`Lab::cut`].
    #[expect(clippy::unused_self, reason = "only who holds the lab may touch its hosts")]
    pub(crate) fn heal(&self, host: &str) {
        told(&["heal", host]);
    }

    /// Copies the controller's keys and certificates into a directory.
    #[expect(clippy::unused_self, reason = "only who holds the lab may touch its hosts")]
    pub(crate) fn controller(&self, directory: &Path) {
        told(&["controller", directory.to_str().unwrap()]);
    }

    /// `lab mongosh` on a host, not started yet.
    #[expect(clippy::unused_self, reason = "only who holds the lab may touch its hosts")]
    pub(crate) fn mongosh(&self, host: &str, arguments: &[&str]) -> Command {
        let mut command = command();
        command.args(["mongosh", host, "--"]).args(arguments);
        command
    }
}

fn command() -> Command {
    let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/lab/lab"));
    command.stdin(Stdio::null());
    command
}

fn told(arguments: &[&str]) -> Output {
    let done = command().args(arguments).output().unwrap();
    assert!(done.status.success(), "lab {}: {}", arguments.join(" "), words(&done));
    done
}

fn words(done: &Output) -> String {
    [&done.stdout[..], &done.stderr[..]].map(String::from_utf8_lossy).concat()
}

fn variables() -> HashMap<String, String> {
    let printed = words(&told(&["env"]));
    let assignment = |line: &str| {
        let (name, value) = line.strip_prefix("export ")?.split_once('=')?;
        Some((name.to_owned(), value.trim_matches('\'').to_owned()))
    };
    printed.lines().filter_map(assignment).collect()
}
