//! A host as the rest of the program sees it: a name, a way there, and a way to become root.

use std::sync::{Arc, OnceLock};

use super::{
    call::{Call, Output},
    call_error::CallError,
    classify::Classifier,
    exchange::Exchange,
    frame::Frame,
    privilege::Become,
    quote::{NulByte, quote},
    sudo::{Login, PROMPT},
    transport::{Transport, TransportError},
};
use crate::{name::HostName, secret::Secret};

/// Where the tools of every script are looked for, whatever the login says.
pub const SEARCH_PATH: &str = "/usr/sbin:/usr/bin:/sbin:/bin";
/// Where tlsplan keeps on a host what must survive a reboot. Root's, mode 0700.
pub const STATE_DIR: &str = "/var/lib/tlsplan";
/// Where the lease of a host lies: gone after a reboot, and then a run from before it is fenced.
pub const RUN_DIR: &str = "/run/tlsplan";
/// Where units lie that must survive a reboot.
pub const UNIT_DIR: &str = "/etc/systemd/system";

/// One host.
pub struct Host {
    name: HostName,
    transport: Arc<dyn Transport>,
    pub(super) r#become: Become,
    password: Option<Secret>,
    search_path: String,
    state_dir: String,
    run_dir: String,
    unit_dir: String,
    /// The run that the fence lets through, once the lease has been taken.
    run: Arc<OnceLock<String>>,
}

impl Host {
    /// A host reached by `transport`, where root is become as `become` says, without a password.
    #[must_use]
    pub fn new(name: HostName, transport: Arc<dyn Transport>, r#become: Become) -> Self {
        Self {
            name,
            transport,
            r#become,
            password: None,
            search_path: SEARCH_PATH.to_owned(),
            state_dir: STATE_DIR.to_owned(),
            run_dir: RUN_DIR.to_owned(),
            unit_dir: UNIT_DIR.to_owned(),
            run: Arc::default(),
        }
    }

    /// Sets the password for sudo. It is sent only where sudo asks.
    #[must_use]
    pub fn with_password(mut self, password: Secret) -> Self {
        self.password = Some(password);
        self
    }

    /// Looks for tools, and keeps state, lease and units elsewhere: for hosts with a layout of their own,
    /// and for tests, which bring tools that fail on purpose.
    #[must_use]
    pub fn with_layout(mut self, search_path: &str, [state, run, unit]: [&str; 3]) -> Self {
        search_path.clone_into(&mut self.search_path);
        state.clone_into(&mut self.state_dir);
        run.clone_into(&mut self.run_dir);
        unit.clone_into(&mut self.unit_dir);
        self
    }

    /// The same machine under the name of another host of the plan.
    #[must_use]
    pub fn named(&self, name: HostName) -> Self {
        Self { name, ..self.with_transport(Arc::clone(&self.transport)) }
    }

    /// The same host over another way there.
    #[must_use]
    pub fn with_transport(&self, transport: Arc<dyn Transport>) -> Self {
        Self {
            name: self.name.clone(),
            transport,
            r#become: self.r#become,
            password: self.password.clone(),
            search_path: self.search_path.clone(),
            state_dir: self.state_dir.clone(),
            run_dir: self.run_dir.clone(),
            unit_dir: self.unit_dir.clone(),
            run: Arc::clone(&self.run),
        }
    }

    /// Its name in the plan.
    #[must_use]
    pub fn name(&self) -> &HostName {
        &self.name
    }

    /// The way there.
    #[must_use]
    pub fn transport(&self) -> &Arc<dyn Transport> {
        &self.transport
    }

    pub(crate) fn run_dir(&self) -> &str {
        &self.run_dir
    }

    /// From now on this run acts; the first one stays, as a host is leased once a process.
    pub fn set_fencing_token(&self, run: &str) {
        self.run.get_or_init(|| run.to_owned());
    }

    /// A call that changes something, with what its script's fence asks for. Without a lease it has
    /// no run to name, and the fence stops it.
    pub(crate) fn fenced(&self, call: Call) -> Call {
        call.arg(&self.run_dir).arg(self.run_id())
    }

    /// The run that the fence lets through; empty before the lease.
    pub(crate) fn run_id(&self) -> &str {
        self.run.get().map_or("", String::as_str)
    }

    pub(crate) fn unit_dir(&self) -> &str {
        &self.unit_dir
    }

    pub(crate) fn state_dir(&self) -> &str {
        &self.state_dir
    }

    /// Runs a script there, as root, and returns what it answered.
    pub async fn run(&self, call: &Call) -> Result<Output, CallError> {
        let classifier = Classifier { host: self, call };
        let nonce = format!("{:032x}", rand::random::<u128>());
        let prompt = format!("{PROMPT}{nonce}: ");
        let line = self
            .command_line(call, &nonce, &prompt)
            .map_err(|source| classifier.argument(source))?;
        let started = tokio::time::timeout(call.time(), self.transport.spawn(&line)).await;
        let process = match started {
            Ok(Ok(process)) => process,
            Ok(Err(source)) => return Err(classifier.not_sent(source)),
            Err(_) => return Err(classifier.deadline(&[])),
        };
        let login = self.login(&prompt);
        let frame = Frame::new(&nonce, call.cap());
        let mut exchange = Exchange::new(process, frame, call.input().to_vec(), login);
        let end = tokio::time::timeout(call.time(), exchange.run()).await;
        classifier.classify(end.ok(), exchange, nonce)
    }

    /// The error of a connection to it that could not be made.
    pub(crate) fn not_reached(&self, doing: &str, source: TransportError) -> CallError {
        let (host, doing) = (self.name.clone(), doing.to_owned());
        CallError::NotSent { host, doing, source }
    }

    pub(crate) fn login(&self, prompt: &str) -> Option<Login> {
        self.asking_password().map(|password| Login::new(prompt, password.clone()))
    }

    fn asking_password(&self) -> Option<&Secret> {
        self.password.as_ref().filter(|_| self.r#become == Become::Sudo)
    }

    fn command_line(&self, call: &Call, nonce: &str, prompt: &str) -> Result<String, NulByte> {
        self.root_line(prompt, call.shell_words(nonce, &self.search_path)?)
    }

    /// The whole line for the login shell. Nothing of the login's environment gets through.
    pub(crate) fn root_line(&self, prompt: &str, command: Vec<String>) -> Result<String, NulByte> {
        let mut words = vec!["exec /usr/bin/env -i".to_owned()];
        words.push(quote(&format!("PATH={}", self.search_path))?);
        words.push("LC_ALL=C".to_owned());
        match self.r#become {
            Become::None => {}
            // With -k a cached ticket does not count, so sudo asks always or never.
            Become::Sudo if self.password.is_some() => {
                words.push(format!("sudo -k -S -p {} --", quote(prompt)?));
            }
            Become::Sudo => words.push("sudo -n --".to_owned()),
        }
        words.extend(command);
        Ok(words.join(" "))
    }
}
