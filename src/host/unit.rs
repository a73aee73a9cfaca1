//! What systemd knows of the service: whether it runs, and as which incarnation of itself.

use std::{fmt, time::Duration};

use super::fields::{Fields, MissingField};

/// A unit at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitState {
    /// `loaded`, `not-found`, `masked` and so on.
    pub load: String,
    /// Whether it runs.
    pub active: ActiveState,
    /// systemd's finer word: `running`, `auto-restart`, `dead`.
    pub sub: String,
    /// Which incarnation this is.
    pub incarnation: Incarnation,
    /// Why it ended last: `success`, `exit-code`, `start-limit-hit`.
    pub result: String,
    /// The exit status of the last main process.
    pub exec_main_status: i32,
    /// When it became active, on the host's clock since boot; `None` where it never did.
    pub active_since: Option<Duration>,
    /// The user it runs as; `None` means root.
    pub user: Option<String>,
    /// The group it runs as; `None` means the user's own.
    pub group: Option<String>,
    /// The words of `ExecStart`, as far as systemd's rendering lets them be told apart. The
    /// arguments of the running process are the truth where there is one.
    pub exec_start: Vec<String>,
    /// The unit file.
    pub fragment: Option<String>,
    /// The files that change it.
    pub drop_ins: Vec<String>,
    /// How long a stop may take before systemd kills; `None` means for ever.
    pub stop_timeout: Option<Duration>,
    /// Whether the files on disk are newer than what systemd has read.
    pub reload: Reload,
}

/// An incarnation of a service: equal before and after means that nothing was restarted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Incarnation {
    /// The main process; 0 where none runs.
    pub pid: u32,
    /// systemd's id of this start; empty where it never started.
    pub invocation: String,
    /// How often systemd restarted it by itself.
    pub restarts: u32,
}

/// Whether a unit runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActiveState {
    /// It runs.
    Active,
    /// It runs and reads its configuration again.
    Reloading,
    /// It does not run.
    Inactive,
    /// It does not run, because it failed.
    Failed,
    /// It is on its way up.
    Activating,
    /// It is on its way down.
    Deactivating,
    /// A word that this program does not know.
    Other,
}

/// Whether systemd has read the unit's files as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reload {
    /// It has.
    UpToDate,
    /// They changed since: the next start does not use them unless `daemon-reload` comes first.
    Needed,
}

impl UnitState {
    /// What `systemctl show` asks for and what is read here are the same list; see `facts.sh`.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, MissingField> {
        let fields = Fields::from_lines(text);
        let word = |key| fields.text(key).unwrap_or_default().to_owned();
        let optional = |key| fields.text(key).map(str::to_owned);
        Ok(Self {
            load: fields.get("LoadState")?,
            active: ActiveState::named(fields.text("ActiveState").unwrap_or_default()),
            sub: word("SubState"),
            incarnation: Incarnation {
                pid: fields.get("MainPID")?,
                invocation: word("InvocationID"),
                // systemd before 235 does not count; the other two still tell incarnations apart.
                restarts: fields.get("NRestarts").unwrap_or(0),
            },
            result: word("Result"),
            exec_main_status: fields.get("ExecMainStatus").unwrap_or(0),
            active_since: fields
                .get("ActiveEnterTimestampMonotonic")
                .ok()
                .filter(|&micros| micros != 0)
                .map(Duration::from_micros),
            user: optional("User"),
            group: optional("Group"),
            exec_start: argv(&word("ExecStart")),
            fragment: optional("FragmentPath"),
            drop_ins: word("DropInPaths").split_whitespace().map(str::to_owned).collect(),
            stop_timeout: time_span(&word("TimeoutStopUSec")),
            reload: match fields.text("NeedDaemonReload") {
                Some("yes") => Reload::Needed,
                _ => Reload::UpToDate,
            },
        })
    }
}

impl ActiveState {
    const WORDS: [(Self, &'static str); 6] = [
        (Self::Active, "active"),
        (Self::Reloading, "reloading"),
        (Self::Inactive, "inactive"),
        (Self::Failed, "failed"),
        (Self::Activating, "activating"),
        (Self::Deactivating, "deactivating"),
    ];

    fn named(word: &str) -> Self {
        let known = Self::WORDS.iter().find(|(_, name)| *name == word);
        known.map_or(Self::Other, |&(state, _)| state)
    }
}

impl fmt::Display for ActiveState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = Self::WORDS.iter().find(|(state, _)| state == self);
        f.pad(known.map_or("in a state of its own", |&(_, word)| word))
    }
}

/// The words after `argv[]=` in systemd's rendering of an `ExecStart`.
fn argv(rendered: &str) -> Vec<String> {
    let words = rendered.split_once("argv[]=").map_or("", |(_, rest)| rest);
    let words = words.split(" ; ").next().unwrap_or_default();
    words.split_whitespace().map(str::to_owned).collect()
}

/// Reads systemd's `1min 30s`; `infinity` and what cannot be read are no limit.
fn time_span(text: &str) -> Option<Duration> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let spans: Option<Vec<Duration>> = words.iter().map(|word| one_span(word)).collect();
    spans.filter(|spans| !spans.is_empty()).map(|spans| spans.into_iter().sum())
}

fn one_span(word: &str) -> Option<Duration> {
    let unit_at = word.find(|letter: char| letter.is_ascii_alphabetic())?;
    let (number, unit) = word.split_at(unit_at);
    let seconds = match unit {
        "us" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "min" => 60.0,
        "h" => 3600.0,
        "d" => 86_400.0,
        "w" => 604_800.0,
        _ => return None,
    };
    Duration::try_from_secs_f64(number.parse::<f64>().ok()? * seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOWN: &str = "\
MainPID=312
NRestarts=1
ExecMainStatus=0
ExecStart={ path=/usr/bin/server ; argv[]=/usr/bin/server --config /etc/server.conf ; ignore_errors=no ; start_time=[n/a] ; pid=0 }
User=svc
Group=svc
Result=success
InvocationID=7b0c6b3f5a3e4f0f9d4e3e9b8c1d2a3b
LoadState=loaded
ActiveState=active
SubState=running
FragmentPath=/lib/systemd/system/server.service
DropInPaths=/etc/systemd/system/server.service.d/a.conf /run/b.conf
TimeoutStopUSec=1min 30s
ActiveEnterTimestampMonotonic=123456789
NeedDaemonReload=no
";

    #[test]
    fn a_running_unit_is_read() {
        let unit = UnitState::parse(SHOWN.as_bytes()).unwrap();
        assert_eq!(unit.active, ActiveState::Active);
        assert_eq!(unit.incarnation.pid, 312);
        assert_eq!(unit.incarnation.restarts, 1);
        assert_eq!(unit.exec_start, ["/usr/bin/server", "--config", "/etc/server.conf"]);
        assert_eq!(unit.drop_ins.len(), 2);
        assert_eq!(unit.stop_timeout, Some(Duration::from_secs(90)));
        assert_eq!(unit.active_since, Some(Duration::from_micros(123_456_789)));
        assert_eq!(unit.user.as_deref(), Some("svc"));
        assert_eq!(unit.reload, Reload::UpToDate);
    }

    #[test]
    fn any_restart_changes_the_identity() {
        let before = UnitState::parse(SHOWN.as_bytes()).unwrap().incarnation;
        for (from, to) in [("=312", "=313"), ("=7b0c", "=7b0d"), ("NRestarts=1", "NRestarts=2")] {
            let after = UnitState::parse(SHOWN.replace(from, to).as_bytes()).unwrap().incarnation;
            assert_ne!(before, after, "{from}");
        }
    }

    #[test]
    fn an_answer_without_a_process_is_no_answer() {
        assert_eq!(UnitState::parse(b"LoadState=loaded\n"), Err(MissingField("MainPID")));
    }

    #[test]
    fn spans_are_read_as_systemd_writes_them() {
        for (text, span) in [
            ("infinity", None),
            ("", None),
            ("2min", Some(Duration::from_secs(120))),
            ("1h 500ms", Some(Duration::from_millis(3_600_500))),
            ("15s", Some(Duration::from_secs(15))),
        ] {
            assert_eq!(time_span(text), span, "{text}");
        }
    }
}
