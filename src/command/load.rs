//! Reading the plan and the selection, with every problem told before anything is connected to.

use crate::{
    cli::PlanArgs,
    engine::host_limit::HostLimit,
    error::Designed,
    event::{self, Event, Place, ProblemSeverity, Sink},
    plan::{self, Plan, diagnostic::Diagnostic, selector::Selector},
    report::Reporter,
    steps::tls_mode::plan_files::PlanFiles,
};

/// A plan that can be carried out as far as the controller can tell.
pub(super) struct Loaded {
    pub(super) plan: Plan,
    pub(super) files: PlanFiles,
    pub(super) limit: HostLimit,
}

/// Loads what the arguments name; problems are printed, and the error counts them.
pub(super) fn load(args: &PlanArgs, report: &Reporter) -> Result<Loaded, Box<dyn Designed>> {
    let plan = plan::load(&args.plan).inspect_err(|problems| {
        let problems = problems.iter().map(event::Problem::from).collect();
        report.emit(Event::Problems { problems });
    })?;
    let limit = match &args.limit {
        None => HostLimit::All,
        Some(limit) => {
            let hosts = Selector::parse(limit)?.select(&plan.hosts)?;
            HostLimit::Only(hosts.into_iter().collect())
        }
    };
    let files = PlanFiles::new(&plan)?;
    Ok(Loaded { plan, files, limit })
}

impl From<&Diagnostic> for event::Problem {
    fn from(problem: &Diagnostic) -> Self {
        let label = Some(problem.label.clone()).filter(|label| !label.is_empty());
        let (span, related) = (problem.span.as_ref(), problem.related.as_ref());
        Self {
            severity: ProblemSeverity::Error,
            message: problem.message.clone(),
            place: Some(Place::new(&problem.source, span, label, related)),
            help: problem.help.clone(),
        }
    }
}
