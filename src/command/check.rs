//! `tlsplan check PLAN`: everything that can be known without a connection.

use std::path::Path;

use crate::plan::{self, Problems};

/// Checks a plan. What is returned is the one line that says that nothing is wrong.
pub fn check(path: &Path) -> Result<String, Problems> {
    let plan = plan::load(path)?;
    let (steps, hosts) = (counted(plan.steps.len(), "step"), counted(plan.hosts.len(), "host"));
    let path = path.display();
    Ok(format!("{path}: {steps} on {hosts}, nothing wrong that can be seen without a connection"))
}

fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}
