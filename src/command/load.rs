//! Reading the plan and the selection, with every problem told before anything is connected to.

use crate::{
    cli::PlanArgs,
    engine::host_limit::HostLimit,
    error::Designed,
    plan::{self, Plan, diagnostic::Diagnostic, selector::Selector},
    report::{
        Reporter,
        finding::{Finding, Place, Severity},
    },
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
        let findings: Vec<_> = problems.iter().map(Finding::from).collect();
        report.problems(&findings);
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

impl From<&Diagnostic> for Finding {
    fn from(problem: &Diagnostic) -> Self {
        Self {
            severity: Severity::Error,
            message: problem.message.clone(),
            place: Some(Place {
                source: problem.source.clone(),
                span: problem.span.clone(),
                label: Some(problem.label.clone()).filter(|label| !label.is_empty()),
                related: problem.related.clone(),
            }),
            help: problem.help.clone(),
        }
    }
}
