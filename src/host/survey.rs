//! What a run needs to know of a host once: who the server is there, and what the host can do.

use super::{
    Host,
    call::Call,
    call_error::CallError,
    facts::FactsError,
    fields::{Fields, MissingField},
    script,
};
use crate::{name::UnitName, sanitise::sanitise_line};

/// A host's abilities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// The server.
    pub service: Service,
    /// The arguments of the running server, its name first; `None` where none runs. Options here
    /// win over the file.
    pub argv: Option<Vec<String>>,
    /// `/etc/machine-id`, by which all runs sort their hosts alike; empty where there is none.
    pub machine: String,
    /// systemd's version; `None` where it does not say.
    pub systemd: Option<u32>,
    /// Why the host could not help itself when its controller is gone; `None` where it could.
    pub no_auto_revert: Option<String>,
    /// Bytes free where the configuration file lies.
    pub config_space: u64,
    /// Bytes free where the data lies, where that was asked for.
    pub data_space: Option<u64>,
    /// Why no file can be made and renamed beside the configuration file; `None` where it can.
    pub not_replaceable: Option<String>,
    /// Directories of root's search path that other users can write to: they could replace the tools
    /// that run there as root.
    pub writable_search_path: Vec<String>,
}

/// The server's program and whom it runs as, by number, so that no name service is needed later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// The program.
    pub binary: String,
    /// The user's number.
    pub user: u32,
    /// The group's number.
    pub group: u32,
    /// The supplementary groups, separated by commas.
    pub groups: String,
    /// `LD_LIBRARY_PATH` where the unit sets it.
    pub ld_library_path: String,
}

impl Host {
    /// Looks once at what does not change during a run. Leaves nothing behind.
    pub async fn survey(
        &self,
        unit: &UnitName,
        file: &str,
        data: Option<&str>,
    ) -> Result<Survey, FactsError> {
        let call = Call::new(&script::SURVEY, format!("looking at what `{unit}` is"))
            .arg(unit.as_str())
            .arg(file)
            .arg(data.unwrap_or_default())
            .arg(self.state_dir());
        let output = self.run(&call).await.map_err(FactsError::Call)?;
        Survey::parse(&output.fields())
            .map_err(|source| FactsError::Shape { host: self.name().clone(), source })
    }

    /// The certificates in these files, in PEM, without the keys that stand beside them; `None`
    /// for a file that is not there.
    pub async fn certificates(&self, files: &[&str]) -> Result<Vec<Option<Vec<u8>>>, CallError> {
        let call = Call::new(&script::CERTIFICATES, "reading certificates");
        let call = files.iter().fold(call, |call, file| call.arg(*file));
        let fields = self.run(&call).await?.fields();
        let pem = |number| fields.block(&format!("pem.{number}")).map(<[u8]>::to_vec);
        Ok((1..=files.len()).map(pem).collect())
    }
}

impl Survey {
    fn parse(fields: &Fields) -> Result<Self, MissingField> {
        let text = |key| fields.text(key).unwrap_or_default().to_owned();
        let kilobytes = |key| fields.get::<u64>(key).map(|count| count.saturating_mul(1024));
        Ok(Self {
            service: Service {
                binary: text("exe"),
                user: fields.get("user")?,
                group: fields.get("group")?,
                groups: text("groups"),
                ld_library_path: text("libraries"),
            },
            argv: fields.block("argv").map(arguments).filter(|argv| !argv.is_empty()),
            machine: text("machine"),
            systemd: fields.get("systemd").ok(),
            no_auto_revert: no_auto_revert(fields),
            config_space: kilobytes("free.config")?,
            data_space: kilobytes("free.data").ok(),
            not_replaceable: fields.text("probe").map(|said| sanitise_line(said.as_bytes())),
            writable_search_path: text("loose").split_whitespace().map(str::to_owned).collect(),
        })
    }
}

/// The first systemd whose timers can be made by a command.
const TIMERS: u32 = 219;

fn no_auto_revert(fields: &Fields) -> Option<String> {
    if let Ok(version) = fields.get::<u32>("systemd")
        && version < TIMERS
    {
        return Some(format!("its systemd is {version}, and {TIMERS} is needed"));
    }
    let missing = fields.text("missing")?;
    Some(format!("it has no {}", sanitise_line(missing.replace(' ', " and no ").as_bytes())))
}

fn arguments(bytes: &[u8]) -> Vec<String> {
    let words = bytes.split(|&byte| byte == 0).filter(|word| !word.is_empty());
    words.map(|word| String::from_utf8_lossy(word).into_owned()).collect()
}
