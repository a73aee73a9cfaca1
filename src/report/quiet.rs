//! What a quiet program says: nothing on success, one line otherwise. cron mails it.

use super::{clean, failure, messages};
use crate::{
    error::Exit,
    event::{ErrorReport, Event, StatusRow},
};

/// Everything that may have to be said, until the end shows what is.
#[derive(Default)]
pub(super) struct QuietLine {
    errors: Vec<(Exit, String, String)>,
    /// How a run ended that did not converge, where no error says it better.
    stop: Option<String>,
    problems: Vec<String>,
}

impl QuietLine {
    pub(super) fn event(&mut self, event: &Event) {
        match event {
            Event::Error(error) => self.error(error),
            Event::Status { hosts, .. } => self.status(hosts),
            Event::Finished { exit, changed, .. } => self.stop = stop(*exit, *changed),
            _ => {}
        }
    }

    fn error(&mut self, error: &ErrorReport) {
        self.errors.push((error.exit, failure::one_line(error), failure::chain(error)));
    }

    fn status(&mut self, rows: &[StatusRow]) {
        let problem = |row: &StatusRow| Some((row.host.clone(), row.problem.clone()?));
        let problems = rows.iter().filter_map(problem);
        self.problems.extend(
            problems
                .map(|(host, problem)| clean::text(&format!("`{host}`: {problem}")).into_owned()),
        );
    }

    /// The line, with its line feed. Of several errors the one that decides comes first, with its
    /// hints; the others are named.
    pub(super) fn take(&mut self, exit: Exit) -> Option<String> {
        let Self { mut errors, stop, problems } = std::mem::take(self);
        let worst = errors.iter().map(|(exit, ..)| *exit).reduce(Exit::worst);
        let first = errors.iter().position(|(exit, ..)| Some(*exit) == worst);
        if let Some(first) = first {
            let (_, mut line, _) = errors.remove(first);
            line.truncate(line.trim_end().len());
            for (_, _, other) in &errors {
                line.push_str("; also: ");
                line.push_str(other);
            }
            return Some(line + "\n");
        }
        if stop.is_some() {
            return stop;
        }
        (exit != Exit::Converged && !problems.is_empty())
            .then(|| format!("problem: {}\n", problems.join("; ")))
    }
}

/// The line of a run that stopped without an error, as after a signal.
fn stop(exit: Exit, changed: usize) -> Option<String> {
    let line = || format!("stopped: {} (exit {})\n", messages::summary(exit, changed), exit.code());
    (exit != Exit::Converged).then(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::Designed, name::HostName};

    #[derive(Debug, thiserror::Error)]
    #[error("`{0}` is away")]
    struct Away(&'static str, Exit);

    impl Designed for Away {
        fn exit(&self) -> Exit {
            self.1
        }

        fn hints(&self) -> Vec<String> {
            vec!["nothing was touched".to_owned()]
        }
    }

    #[test]
    fn of_several_errors_the_worst_is_told_and_the_others_are_named() {
        let mut quiet = QuietLine::default();
        quiet.error(&ErrorReport::new(&Away("db1", Exit::Unreachable)));
        quiet.error(&ErrorReport::new(&Away("db2", Exit::HostKey)));
        quiet.error(&ErrorReport::new(&Away("db3", Exit::Unreachable)));
        let line = quiet.take(Exit::HostKey).unwrap();
        let expected = "error: `db2` is away; hint: nothing was touched; also: `db1` is away; also: `db3` is away\n";
        assert_eq!(line, expected);
        assert_eq!(quiet.take(Exit::HostKey), None);
    }

    #[test]
    fn a_table_that_nobody_sees_is_told_by_its_problems_unless_all_went_well() {
        let row = |name: &str, problem: Option<&str>| {
            let problem = problem.map(str::to_owned);
            StatusRow { problem, ..StatusRow::unknown(HostName::new(name)) }
        };
        let rows = [row("db1", None), row("db2", Some("away")), row("db3", Some("no\nroot"))];
        for (exit, expected) in [
            (Exit::Converged, None),
            (Exit::Unreachable, Some("problem: `db2`: away; `db3`: no\\u{a}root\n")),
        ] {
            let mut quiet = QuietLine::default();
            quiet.status(&rows);
            assert_eq!(quiet.take(exit).as_deref(), expected);
        }
    }
}
