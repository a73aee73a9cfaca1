//! One look at a host: the unit, the configuration file and the clock, in one call.
//!
//! Taken before every action, so it is one script and a handful of processes.

use std::time::{Duration, SystemTime};

use super::{
    Host,
    call::Call,
    call_error::CallError,
    config_file::ConfigState,
    deadman::SwitchStatus,
    fields::{Fields, MissingField},
    script,
    unit::UnitState,
};
use crate::{
    error::{Designed, Exit},
    name::{HostName, UnitName},
};

/// What is true on a host at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostFacts {
    /// The service.
    pub unit: UnitState,
    /// Its configuration file.
    pub file: ConfigState,
    /// A change of the file that is not confirmed yet.
    pub switch: Option<SwitchStatus>,
    /// The host's time since boot.
    pub uptime: Duration,
    /// The id of this boot: another one means that the host was restarted.
    pub boot_id: String,
    /// The host's wall clock.
    pub clock: SystemTime,
}

/// No facts.
#[derive(Debug, thiserror::Error)]
pub enum FactsError {
    /// The call failed.
    #[error(transparent)]
    Call(CallError),
    /// The host answered something else than it was asked for.
    #[error("the look at `{host}` brought no usable answer")]
    Shape {
        /// The host.
        host: HostName,
        /// What is missing.
        #[source]
        source: MissingField,
    },
}

impl Designed for FactsError {
    fn exit(&self) -> Exit {
        match self {
            Self::Call(error) => error.exit(),
            Self::Shape { .. } => Exit::Refused,
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Call(error) => error.hints(),
            Self::Shape { host, .. } => {
                vec![format!("see whether `systemctl show` works on {host} as root")]
            }
        }
    }
}

impl Host {
    /// Looks at the unit, the configuration file and the clock. Changes nothing.
    pub async fn facts(&self, unit: &UnitName, file: &str) -> Result<HostFacts, FactsError> {
        let call = Call::new(&script::FACTS, format!("looking at `{unit}`"))
            .arg(unit.as_str())
            .arg(file)
            .arg(self.state_dir());
        let output = self.run(&call).await.map_err(FactsError::Call)?;
        HostFacts::parse(&output.fields())
            .map_err(|source| FactsError::Shape { host: self.name().clone(), source })
    }
}

impl HostFacts {
    fn parse(fields: &Fields) -> Result<Self, MissingField> {
        Ok(Self {
            unit: UnitState::parse(fields.block("unit").ok_or(MissingField("unit"))?)?,
            file: ConfigState::parse(fields)?,
            switch: SwitchStatus::parse(fields),
            uptime: seconds(fields, "uptime")?,
            boot_id: fields.get("boot")?,
            clock: SystemTime::UNIX_EPOCH
                .checked_add(seconds(fields, "clock")?)
                .ok_or(MissingField("clock"))?,
        })
    }
}

pub(super) fn seconds(fields: &Fields, key: &'static str) -> Result<Duration, MissingField> {
    Duration::try_from_secs_f64(fields.get(key)?).map_err(|_| MissingField(key))
}
