//! The program as an operator starts it, and as a power failure ends it.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, ExitStatus, Stdio},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crate::{lab::Lab, site::Site, stop::Stop, wait::until_ok};

/// No run of the ring needs so long; a run that does is a hang.
const LONGEST: Duration = Duration::from_secs(150);

/// What a run left: its exit code and every word.
#[derive(Debug)]
pub(crate) struct Finished {
    /// The exit code, or `None` where it was killed.
    pub(crate) exit: Option<i32>,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
    /// From start to end.
    pub(crate) took: Duration,
}

impl Finished {
    /// Fails with all that was printed unless the run ended with this code.
    pub(crate) fn expect(&self, exit: i32) -> &Self {
        assert_eq!(self.exit, Some(exit), "{}", self.words());
        self
    }

    /// Fails unless each of these stands in what was printed.
    pub(crate) fn says(&self, all: &[impl AsRef<str>]) -> &Self {
        let words = self.words();
        for one in all.iter().map(AsRef::as_ref) {
            assert!(words.contains(one), "`{one}` is not in what was printed:\n{words}");
        }
        self
    }

    /// Both streams.
    pub(crate) fn words(&self) -> String {
        format!("{}\n{}", self.stdout, self.stderr)
    }
}

/// `tlsplan apply PLAN --yes`, to its end.
pub(crate) fn apply(lab: &Lab, site: &Site) -> Finished {
    apply_with(lab, site, &[])
}

/// As [`apply`], with variables of the environment changed.
pub(crate) fn apply_with(lab: &Lab, site: &Site, environment: &[(&str, &str)]) -> Finished {
    let mut command = command(lab, site, &["apply", "--yes"]);
    command.envs(environment.iter().copied());
    finish(command, None)
}

/// `tlsplan rollback PLAN --yes`, to its end.
pub(crate) fn rollback(lab: &Lab, site: &Site) -> Finished {
    finish(command(lab, site, &["rollback", "--yes"]), None)
}

/// `tlsplan status PLAN --format json`, to its end.
pub(crate) fn status(lab: &Lab, site: &Site) -> Finished {
    finish(command(lab, site, &["status", "--format", "json"]), None)
}

/// When a run is killed.
pub(crate) struct Moment<'text> {
    /// What stands in the line it has just printed.
    pub(crate) line: &'text str,
    /// How long after it.
    pub(crate) later: Duration,
}

/// As [`apply`] with JSON lines, ended by SIGKILL at this moment.
pub(crate) fn apply_and_kill(lab: &Lab, site: &Site, moment: &Moment<'_>) -> Finished {
    let command = command(lab, site, &["apply", "--yes", "--format", "json"]);
    finish(command, Some(moment))
}

/// A run that somebody may do something to.
pub(crate) struct Running {
    child: Child,
    started: Instant,
    stdout: JoinHandle<String>,
    stderr: JoinHandle<String>,
    deadline: Deadline,
}

/// Starts `tlsplan apply PLAN --yes` and does not wait for it.
pub(crate) fn begin(lab: &Lab, site: &Site) -> Running {
    start(command(lab, site, &["apply", "--yes"]))
}

/// Starts a command and does not wait for it.
pub(crate) fn start(mut command: Command) -> Running {
    let (started, mut child) = (Instant::now(), command.spawn().unwrap());
    let stdout = all_of(child.stdout.take().unwrap());
    let stderr = all_of(child.stderr.take().unwrap());
    let deadline = Deadline::of(&child);
    Running { child, started, stdout, stderr, deadline }
}

impl Running {
    /// Sends it a signal, by name.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success(), "the run has ended before SIG{name}");
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> Finished {
        let status = self.child.wait().unwrap();
        let took = self.started.elapsed();
        self.deadline.over();
        let (stdout, stderr) = (self.stdout.join().unwrap(), self.stderr.join().unwrap());
        Finished { exit: ExitStatus::code(&status), stdout, stderr, took }
    }
}

/// `tlsplan WORDS… PLAN`, not started yet, with nothing of this process's environment but the path.
pub(crate) fn command(lab: &Lab, site: &Site, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tlsplan"));
    command
        .args(words)
        .arg(&site.plan)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", site.path("home"))
        .env("XDG_STATE_HOME", site.path("state"))
        .env("LAB_SUDO_PASSWORD", lab.variable("LAB_SUDO_PASSWORD"))
        .env("LAB_MONGODB_PASSWORD", lab.variable("LAB_MONGODB_PASSWORD"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Starts a command and waits for its end.
pub(crate) fn ended(command: Command) -> Finished {
    finish(command, None)
}

fn finish(mut command: Command, mut moment: Option<&Moment<'_>>) -> Finished {
    let started = Instant::now();
    let mut child = command.spawn().unwrap();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let stderr = all_of(child.stderr.take().unwrap());
    let deadline = Deadline::of(&child);
    let mut printed = String::new();
    for line in stdout.lines().map_while(Result::ok) {
        printed.push_str(&line);
        printed.push('\n');
        if let Some(moment) = moment.take_if(|moment| line.contains(moment.line)) {
            thread::sleep(moment.later);
            child.kill().ok();
        }
    }
    let status = child.wait().unwrap();
    let took = started.elapsed();
    deadline.over();
    let stderr = stderr.join().unwrap();
    assert!(took < LONGEST, "the run hung:\n{printed}\n{stderr}");
    Finished { exit: ExitStatus::code(&status), stdout: printed, stderr, took }
}

fn all_of(mut stream: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).ok();
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Kills a run that hangs, so that its output can be shown.
struct Deadline {
    watch: JoinHandle<()>,
    over: Stop,
}

impl Deadline {
    fn of(child: &Child) -> Self {
        let pid = child.id().to_string();
        let over = Stop::new();
        let told = over.order();
        let watch = thread::spawn(move || {
            let ended = until_ok(LONGEST, || told.given().then_some(()).ok_or(()));
            if ended.is_err() {
                Command::new("kill").args(["-9", &pid]).status().ok();
            }
        });
        Self { watch, over }
    }

    fn over(self) {
        self.over.tell();
        self.watch.join().unwrap();
    }
}
