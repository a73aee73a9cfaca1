//! What `apply` would do, as `plan` shows it: step by step, with what cannot be known yet.

use console::measure_text_width;

use super::{
    diff,
    layout::Layout,
    line::{Line, Tone},
    messages::{self, count},
};
use crate::{
    event::{FileDiff, PlannedAct, Preview, StepPreview, StepStatus},
    name::HostName,
};

/// The widest host that has a line of its own.
fn host_width(preview: &Preview) -> usize {
    let acts = preview.steps.iter().flat_map(|step| match &step.status {
        StepStatus::Met => &[],
        StepStatus::Pending { acts } => acts.as_slice(),
    });
    let single = acts.filter_map(|act| match act.hosts.as_slice() {
        [host] => Some(measure_text_width(host.as_str())),
        _ => None,
    });
    single.max().unwrap_or(0)
}

/// The preview for a person.
pub(super) fn render(preview: &Preview, layout: &Layout) -> String {
    let host_width = host_width(preview);
    let of = preview.steps.len();
    let mut text = String::new();
    for (number, step) in (1..).zip(&preview.steps) {
        text.push_str(&render_step(step, number, of, layout, host_width));
    }
    if !preview.unknown.is_empty() {
        text.push('\n');
    }
    for unknown in &preview.unknown {
        let unknown = messages::unknown(*unknown);
        text.push_str(&layout.line(&Line::new(Tone::Caution, "Unknown", unknown), host_width));
    }
    text.push('\n');
    text.push_str(&layout.line(&last_line(preview.pending(), of), host_width));
    text
}

fn render_step(
    step: &StepPreview,
    number: usize,
    of: usize,
    layout: &Layout,
    hosts: usize,
) -> String {
    let title = format!("{number}/{of}  {}", step.name);
    let StepStatus::Pending { acts } = &step.status else {
        return layout.line(&Line::new(Tone::Good, "Met", title), hosts);
    };
    let mut text = if number == 1 { String::new() } else { "\n".into() };
    text.push_str(&layout.line(&Line::new(Tone::Plain, "Step", title), hosts));
    for PlannedAct { hosts: on, act } in acts {
        let line = Line::new(Tone::Caution, "Would", messages::act(act)).on(on);
        text.push_str(&layout.line(&line, hosts));
    }
    for (first, hosts_alike) in alike(&step.diffs) {
        text.push_str(&layout.line(&diff::header(hosts_alike, &first.path), 0));
        text.push_str(&diff::body(&first.diff, layout));
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
