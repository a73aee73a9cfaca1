//! What the user's ssh configuration says about a host, in OpenSSH's own words.
//!
//! `ssh -G` is asked instead of reading the file: the readers there are misread `Match` blocks and
//! lack tokens, and a wrong user or port is worse than none. It costs ten milliseconds a host.

use std::{io, path::PathBuf, process::Stdio, time::Duration};

use tokio::{process::Command, time::timeout};

/// `Match exec` may run programs of the user's, so the answer can take a while; it must not hang.
const LIMIT: Duration = Duration::from_secs(10);

/// Which configuration lies beneath the plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SshConfig {
    /// The user's and the system's, where OpenSSH is installed.
    #[default]
    Usual,
    /// One file and nothing else.
    File(PathBuf),
    /// None: the plan says it all.
    Ignored,
}

/// What `ssh -G` printed, as far as it matters here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) user: Option<String>,
    pub(super) hostname: Option<String>,
    pub(super) port: Option<u16>,
    pub(super) host_key_alias: Option<String>,
    pub(super) identity_files: Vec<String>,
    pub(super) identities_only: bool,
    pub(super) identity_agent: Option<String>,
    pub(super) user_known_hosts: Vec<String>,
    pub(super) global_known_hosts: Vec<String>,
    pub(super) proxy_jump: Option<String>,
    pub(super) proxy_command: Option<String>,
    pub(super) revoked_host_keys: Option<String>,
}

/// The configuration cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum SshConfigError {
    /// `ssh` could not be run.
    #[error("`ssh -G` cannot be run")]
    Run(#[source] io::Error),
    /// It took too long.
    #[error("`ssh -G {address}` did not answer within {}s", LIMIT.as_secs())]
    TimedOut {
        /// The host that was asked for.
        address: String,
    },
    /// It rejects the configuration or the host's name.
    #[error("`ssh -G {address}` fails: {message}")]
    Rejected {
        /// The host that was asked for.
        address: String,
        /// What ssh said.
        message: String,
    },
    /// It asks for something that tlsplan does not do.
    #[error(
        "the ssh configuration asks for `{option} {value}` for `{address}`, which tlsplan does not do"
    )]
    Unsupported {
        /// The host that was asked for.
        address: String,
        /// The option.
        option: &'static str,
        /// Its value.
        value: String,
    },
    /// A jump host is written in a way that is not understood, or the chain does not end.
    #[error("the jump host `{jump}` for `{address}` is not understood, or its chain is too long")]
    Jump {
        /// The host that was asked for.
        address: String,
        /// The jump host as it was written.
        jump: String,
    },
}

impl SshConfig {
    /// Asks for a host; `None` where there is no `ssh` to ask.
    ///
    /// The plan's user and port are passed on, so that `Match` blocks see them.
    pub(super) async fn ask(
        &self,
        address: &str,
        user: Option<&str>,
        port: Option<u16>,
    ) -> Result<Option<Answer>, SshConfigError> {
        let mut command = Command::new("ssh");
        command.arg("-G");
        match self {
            Self::Ignored => return Ok(None),
            Self::File(file) => _ = command.arg("-F").arg(file),
            Self::Usual => {}
        }
        if let Some(user) = user {
            command.args(["-l", user]);
        }
        if let Some(port) = port {
            command.args(["-p", &port.to_string()]);
        }
        command.args(["--", address]).stdin(Stdio::null()).kill_on_drop(true);
        let output = match timeout(LIMIT, command.output()).await {
            Err(_) => return Err(SshConfigError::TimedOut { address: address.to_owned() }),
            // A named file has to be read; the usual ones mean nothing where there is no OpenSSH.
            Ok(Err(error)) if error.kind() == io::ErrorKind::NotFound && *self == Self::Usual => {
                return Ok(None);
            }
            Ok(output) => output.map_err(SshConfigError::Run)?,
        };
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let lines = said.lines().filter(|line| !line.starts_with("Pseudo-terminal"));
            return Err(SshConfigError::Rejected {
                address: address.to_owned(),
                message: lines.collect::<Vec<_>>().join("; "),
            });
        }
        Ok(Some(Answer::parse(&String::from_utf8_lossy(&output.stdout))))
    }
}

impl Answer {
    fn parse(text: &str) -> Self {
        let mut answer = Self::default();
        for (key, value) in text.lines().filter_map(|line| line.split_once(' ')) {
            let some = || Some(value.to_owned()).filter(|value| value != "none");
            let paths = || value.split(' ').filter(|&path| path != "none").map(str::to_owned);
            match key {
                "user" => answer.user = some(),
                "hostname" => answer.hostname = some(),
                "port" => answer.port = value.parse().ok(),
                "hostkeyalias" => answer.host_key_alias = some(),
                "identityfile" => answer.identity_files.extend(some()),
                "identitiesonly" => answer.identities_only = value == "yes",
                "identityagent" => answer.identity_agent = Some(value.to_owned()),
                "userknownhostsfile" => answer.user_known_hosts = paths().collect(),
                "globalknownhostsfile" => answer.global_known_hosts = paths().collect(),
                "proxyjump" => answer.proxy_jump = some(),
                "proxycommand" => answer.proxy_command = some(),
                "revokedhostkeys" => answer.revoked_host_keys = some(),
                _ => {}
            }
        }
        answer
    }

    /// Refuses what would change the way to the host or the check of its key and is not built.
    pub(super) fn refuse_unsupported(&self, address: &str) -> Result<(), SshConfigError> {
        let found =
            [("ProxyCommand", &self.proxy_command), ("RevokedHostKeys", &self.revoked_host_keys)];
        match found.into_iter().find_map(|(option, value)| Some((option, value.clone()?))) {
            None => Ok(()),
            Some((option, value)) => {
                Err(SshConfigError::Unsupported { address: address.to_owned(), option, value })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_of_openssh_is_read() {
        let text = "user deploy\nhostname 10.0.0.1\nport 2222\nhostkeyalias rs0-a\n\
                    identitiesonly yes\nidentityfile ~/.ssh/%r\nidentityfile none\n\
                    userknownhostsfile /a /b\nglobalknownhostsfile none\n\
                    proxyjump a@b:22,c\nproxyusefdpass no\nproxycommand none\n";
        let answer = Answer::parse(text);
        assert_eq!(answer.user.as_deref(), Some("deploy"));
        assert_eq!(answer.port, Some(2222));
        assert_eq!(answer.identity_files, ["~/.ssh/%r"]);
        assert!(answer.identities_only);
        assert_eq!(answer.user_known_hosts, ["/a", "/b"]);
        assert_eq!(answer.global_known_hosts, [""; 0]);
        assert_eq!(answer.proxy_jump.as_deref(), Some("a@b:22,c"));
        assert!(answer.refuse_unsupported("db1").is_ok());
    }

    #[test]
    fn what_is_not_built_is_refused_by_name() {
        let answer = Answer::parse("proxycommand nc %h %p\n");
        let error = answer.refuse_unsupported("db1").unwrap_err().to_string();
        assert!(error.contains("`ProxyCommand nc %h %p`"), "{error}");
    }
}
