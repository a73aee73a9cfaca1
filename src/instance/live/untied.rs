//! A plan and a process that do not belong together, in words.

use crate::{
    error::{Designed, Exit},
    name::HostName,
    plan::model::InstanceSettings,
};

/// A loose tie on a host.
#[derive(Debug, thiserror::Error)]
#[error("{}", .tie.words(.host, .plan))]
pub(super) struct Untied {
    pub(super) host: HostName,
    pub(super) plan: InstanceSettings,
    pub(super) tie: Tie,
}

/// Which tie it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tie {
    /// The process reads no configuration file.
    NoFile,
    /// The process reads another file.
    OtherFile { path: String },
    /// The command line names a file more than once.
    SecondFile,
    /// The command line has a TLS option, which wins over the file.
    TlsOption { option: String },
    /// The file says another port than the plan.
    FilePort { port: u16 },
    /// At the port answers another process than the unit's.
    OtherProcess { answering: u32, main_pid: u32 },
    /// The unit's files changed, and systemd has not read them.
    NotReloaded,
    /// No file can be renamed where the configuration file lies.
    NotReplaceable { reason: String },
    /// The host has not what it needs to put its member back by itself.
    Helpless { reason: String },
}

impl Tie {
    fn words(&self, host: &HostName, plan: &InstanceSettings) -> String {
        let (file, unit, planned) = (&plan.config_file, &plan.service, plan.port);
        match self {
            Self::NoFile => {
                format!("the server on `{host}` was started without a configuration file")
            }
            Self::OtherFile { path } => {
                format!("the server on `{host}` reads `{path}`, not the plan's `{file}`")
            }
            Self::SecondFile => {
                format!("the server on `{host}` has two configuration files on its command line")
            }
            Self::TlsOption { option } => format!(
                "the server on `{host}` has `{option}` on its command line, which wins over `{file}`"
            ),
            Self::FilePort { port } => {
                format!("`{file}` on `{host}` says port {port}, and the plan says port {planned}")
            }
            Self::OtherProcess { answering, main_pid: 0 } => format!(
                "at port {planned} of `{host}` process {answering} answers, and the unit `{unit}` does not run"
            ),
            Self::OtherProcess { answering, main_pid } => format!(
                "at port {planned} of `{host}` process {answering} answers, and the unit `{unit}` runs process {main_pid}"
            ),
            Self::NotReloaded => format!(
                "the files of the unit `{unit}` on `{host}` changed, and systemd has not read them"
            ),
            Self::NotReplaceable { reason } => {
                format!("`{file}` on `{host}` cannot be replaced: {reason}")
            }
            Self::Helpless { reason } => {
                format!("`{host}` could not put its member back by itself: {reason}")
            }
        }
    }

    fn hint(&self, host: &HostName, plan: &InstanceSettings) -> String {
        let (file, unit) = (&plan.config_file, &plan.service);
        match self {
            Self::NoFile => format!(
                "let the unit `{unit}` start mongod with `--config {file}`, its options in that file, and restart it"
            ),
            Self::OtherFile { path } => format!(
                "if `{path}` is a regular file, `config_file` under `[mongodb]` has to name it; if not, let the unit `{unit}` name `{file}`"
            ),
            Self::SecondFile => {
                format!(
                    "let the unit `{unit}` start mongod with `--config {file}` only, and restart it"
                )
            }
            Self::TlsOption { option } => format!(
                "move `{option}` from the unit `{unit}` on {host} into `{file}` and restart that member"
            ),
            Self::FilePort { .. } => format!(
                "see which is right: `port` under `[mongodb]` in the plan, or `net.port` in `{file}` on {host}"
            ),
            Self::OtherProcess { answering, .. } => format!(
                "`systemctl status {answering}` on {host} shows whose process that is; `service` and `port` under `[mongodb]` have to name one server"
            ),
            Self::NotReloaded => format!(
                "run `systemctl daemon-reload` on {host}, and look at what changed with `systemctl cat {unit}`"
            ),
            Self::NotReplaceable { .. } => format!(
                "a new file has to be made beside `{file}` and renamed, and the old ones kept in /var/lib/tlsplan: look at `df`, `findmnt` and `lsattr` on {host}"
            ),
            Self::Helpless { .. } => "install what is missing, or say `rollback = \"controller-only\"` under `[mongodb]`: then nobody helps the member if this machine or its network dies in mid-restart".to_owned(),
        }
    }
}

impl Designed for Untied {
    fn exit(&self) -> Exit {
        Exit::Refused
    }

    fn hints(&self) -> Vec<String> {
        vec![self.tie.hint(&self.host, &self.plan)]
    }
}
