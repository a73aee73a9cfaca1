//! What is wrong with a plan's template, told with the plan and before any connection.
//!
//! A mistake in the template's text is shown in that text. A template that renders something else
//! than was meant is shown where the plan names it: no single place of its text is wrong.

use std::ops::Range;

use super::{RenderedError, Scope, Template, TemplateError, validate_rendered};
use crate::{
    cluster::mode::TlsMode,
    error::{Cause, Designed},
    name::HostName,
    plan::{
        diagnostic::Diagnostic,
        diagnostics::Diagnostics,
        message::all_of,
        model::{Plan, PlanHost, TemplateFile},
        violation::Violation,
    },
    source::Source,
};

/// One mistake, as it shows on one host.
#[derive(PartialEq)]
enum Mistake {
    /// In the template's own text.
    Text(TemplateError),
    /// In what it renders.
    Rendered { message: String, help: Option<String> },
}

/// The place at which the template of a host is named.
pub(crate) struct NamedTemplate {
    /// The host that it is for.
    pub(crate) host: HostName,
    /// Where the plan names it.
    pub(crate) place: Range<usize>,
}

/// A template of a plan with the hosts that use it.
struct UsedTemplate<'p> {
    file: &'p TemplateFile,
    hosts: Vec<&'p PlanHost>,
    place: Range<usize>,
}

/// Checks each template of a plan once, told where the first of its hosts names it.
///
/// In a plan with mistakes of its own only the syntax of templates is judged: a variable may be
/// missing because its line was left out.
pub(crate) fn check(plan: &Plan, named: &[NamedTemplate], diagnostics: &Diagnostics) {
    let judge_variables = diagnostics.is_clean();
    for used in used_templates(plan, named) {
        match Template::compile(used.file) {
            Ok(template) if judge_variables => {
                check_hosts(plan, &template, &used, diagnostics);
            }
            Ok(_) => {}
            Err(errors) => {
                let source = Source::new(used.file.path.as_path(), used.file.text.as_str());
                for error in errors {
                    diagnostics.add(shown(error, &source, String::new()));
                }
            }
        }
    }
}

/// The templates in the order in which hosts use them.
fn used_templates<'p>(plan: &'p Plan, named: &[NamedTemplate]) -> Vec<UsedTemplate<'p>> {
    let mut all: Vec<UsedTemplate<'_>> = Vec::new();
    for named in named {
        let Some(host) = plan.host(&named.host) else { continue };
        let template = host.instance.as_ref().and_then(|instance| instance.template.as_ref());
        let Some(file) = template else { continue };
        match all.iter_mut().find(|used| used.file.path == file.path) {
            Some(used) => used.hosts.push(host),
            None => {
                all.push(UsedTemplate { file, hosts: vec![host], place: named.place.clone() });
            }
        }
    }
    all
}

fn check_hosts(
    plan: &Plan,
    template: &Template,
    used: &UsedTemplate<'_>,
    diagnostics: &Diagnostics,
) {
    for (mistake, hosts) in mistakes(plan, template, &used.hosts) {
        let label = if hosts.len() == used.hosts.len() {
            String::new()
        } else {
            format!("for {}", all_of(hosts.iter().map(|host| host.name.as_str())))
        };
        tell(mistake, label, used.file, &used.place, diagnostics);
    }
}

fn tell(
    mistake: Mistake,
    label: String,
    file: &TemplateFile,
    named: &Range<usize>,
    diagnostics: &Diagnostics,
) {
    match mistake {
        Mistake::Text(problem) => {
            let source = Source::new(file.path.as_path(), file.text.as_str());
            diagnostics.add(shown(problem, &source, label));
        }
        Mistake::Rendered { message, help } => {
            diagnostics.report(named.clone(), Violation::new(message, label).maybe_help(help));
        }
    }
}

/// Every mistake with the hosts that it shows on.
fn mistakes<'p>(
    plan: &Plan,
    template: &Template,
    users: &[&'p PlanHost],
) -> Vec<(Mistake, Vec<&'p PlanHost>)> {
    let try_rendering = !template.asks_for_current();
    let mut all: Vec<(Mistake, Vec<&PlanHost>)> = Vec::new();
    for &host in users {
        let mut found: Vec<Mistake> = template
            .check_variables(&scope(host, TlsMode::Disabled).known())
            .into_iter()
            .map(Mistake::Text)
            .collect();
        if found.is_empty() && try_rendering {
            found.extend(modes(plan).find_map(|mode| rendered(template, host, mode).err()));
        }
        for mistake in found {
            match all.iter_mut().find(|(known, _)| *known == mistake) {
                Some((_, hosts)) if hosts.last().is_some_and(|last| last.name == host.name) => {}
                Some((_, hosts)) => hosts.push(host),
                None => all.push((mistake, vec![host])),
            }
        }
    }
    all
}

/// The modes that the plan asks for. One mistake shows in all of them, and is told once.
fn modes(plan: &Plan) -> impl Iterator<Item = TlsMode> {
    plan.steps.iter().filter_map(|step| step.action.mode())
}

fn rendered(template: &Template, host: &PlanHost, mode: TlsMode) -> Result<(), Mistake> {
    let text = template.render(&scope(host, mode)).map_err(Mistake::Text)?;
    match validate_rendered(&text, mode, None) {
        Ok(_) => Ok(()),
        Err(error) => Err(Mistake::of(error)),
    }
}

fn scope(host: &PlanHost, mode: TlsMode) -> Scope<'_> {
    Scope {
        vars: &host.vars,
        host_name: &host.name,
        host_address: &host.address,
        mode,
        tls: host.tls(),
        current: None,
    }
}

impl Mistake {
    fn of(error: RenderedError) -> Self {
        let help = error.hints().into_iter().next();
        Self::Rendered { message: Cause::new(error).chain(), help }
    }
}

/// A mistake in its place: the expression there is underlined, or what is left of the line.
fn shown(problem: TemplateError, source: &Source, label: String) -> Diagnostic {
    let place = problem.line.zip(problem.column).map(|(line, column)| {
        let start = source.offset(line, column);
        let rest = source.text.get(start..).unwrap_or_default();
        let rest = rest.lines().next().unwrap_or_default();
        let length = rest.find("}}").map_or(rest.len(), |end| end + "}}".len());
        start..start + length
    });
    match place {
        Some(span) => Diagnostic::at(problem.message, source, span),
        // A person has to know which file is meant.
        None => Diagnostic::whole(problem.to_string(), source),
    }
    .label(label)
    .help(problem.help)
}
