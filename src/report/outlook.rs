//! What `apply` would do, as `plan` shows it: step by step, with what cannot be known yet.

use console::measure_text_width;
use serde::Serialize;

use super::{
    diff,
    line::{Line, Tone},
    page::Page,
    words::count,
};
use crate::name::HostName;

/// The whole outlook.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Outlook {
    /// The steps in order.
    pub steps: Vec<StepOutlook>,
    /// What cannot be known before the run: "which member is primary after the step-down".
    pub unknown: Vec<String>,
}

/// One step.
#[derive(Clone, Debug, Serialize)]
pub struct StepOutlook {
    /// Its name.
    pub name: String,
    /// Whether there is something to do.
    #[serde(flatten)]
    pub status: StepStatus,
    /// What would become of files.
    pub diffs: Vec<FileDiff>,
}

/// Whether a step has something to do.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum StepStatus {
    /// Everything is as it shall be.
    Met,
    /// Something would be done, in this order.
    Would {
        /// One per host, or one for hosts that are worked on side by side.
        intents: Vec<Intent>,
    },
}

/// What would be done on hosts.
#[derive(Clone, Debug, Serialize)]
pub struct Intent {
    /// The hosts; none for the cluster as a whole.
    pub hosts: Vec<HostName>,
    /// In words: "write /etc/mongod.conf (net.tls.mode disabled -> allowTLS), restart mongod".
    pub what: String,
}

/// What would become of a file on a host.
#[derive(Clone, Debug, Serialize)]
pub struct FileDiff {
    /// The host.
    pub host: HostName,
    /// The file there.
    pub path: String,
    /// The unified diff without secrets.
    pub diff: String,
}

impl Outlook {
    /// How many steps have something to do.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.steps.iter().filter(|step| !matches!(step.status, StepStatus::Met)).count()
    }

    /// The widest host that has a line of its own.
    fn host_width(&self) -> usize {
        let intents = self.steps.iter().flat_map(|step| match &step.status {
            StepStatus::Met => &[],
            StepStatus::Would { intents } => intents.as_slice(),
        });
        let single = intents.filter_map(|intent| match intent.hosts.as_slice() {
            [host] => Some(measure_text_width(host.as_str())),
            _ => None,
        });
        single.max().unwrap_or(0)
    }
}

/// The outlook for a person.
pub(super) fn render(outlook: &Outlook, page: &Page) -> String {
    let host_width = outlook.host_width();
    let of = outlook.steps.len();
    let mut text = String::new();
    for (number, step) in (1..).zip(&outlook.steps) {
        text.push_str(&render_step(step, number, of, page, host_width));
    }
    if !outlook.unknown.is_empty() {
        text.push('\n');
    }
    for unknown in &outlook.unknown {
        text.push_str(&page.line(&Line::new(Tone::Caution, "Unknown", unknown), host_width));
    }
    text.push('\n');
    text.push_str(&page.line(&last_line(outlook.pending(), of), host_width));
    text
}

fn render_step(step: &StepOutlook, number: usize, of: usize, page: &Page, hosts: usize) -> String {
    let title = format!("{number}/{of}  {}", step.name);
    let StepStatus::Would { intents } = &step.status else {
        return page.line(&Line::new(Tone::Good, "Met", title), hosts);
    };
    let mut text = if number == 1 { String::new() } else { "\n".into() };
    text.push_str(&page.line(&Line::new(Tone::Plain, "Step", title), hosts));
    for intent in intents {
        let line = Line::new(Tone::Caution, "Would", &intent.what).on(&intent.hosts);
        text.push_str(&page.line(&line, hosts));
    }
    for (first, hosts_alike) in alike(&step.diffs) {
        text.push_str(&page.line(&diff::header(hosts_alike, &first.path), 0));
        text.push_str(&diff::body(&first.diff, page));
    }
    text
}

/// The diffs, the same change on several hosts once.
fn alike(diffs: &[FileDiff]) -> Vec<(&FileDiff, Vec<&HostName>)> {
    let mut groups: Vec<(&FileDiff, Vec<&HostName>)> = Vec::new();
    for diff in diffs {
        let group = groups
            .iter_mut()
            .find(|(first, _)| (&first.path, &first.diff) == (&diff.path, &diff.diff));
        match group {
            Some((_, hosts)) => hosts.push(&diff.host),
            None => groups.push((diff, vec![&diff.host])),
        }
    }
    groups
}

fn last_line(pending: usize, of: usize) -> Line {
    if pending == 0 {
        return Line::new(Tone::Good, "Met", "every step; `apply` would change nothing");
    }
    let fact = format!("{pending} of {}; nothing has been changed", count(of, "step"));
    Line::new(Tone::Plain, "Pending", fact)
}

#[cfg(test)]
mod tests;
