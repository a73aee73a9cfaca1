//! Who ran the plan before, and how it ended: for `status`.

use serde::Serialize;

use super::line::{Line, Tone};

/// A run that has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PastRun {
    /// Its id; it begins with the time of its start, in UTC.
    pub run: String,
    /// Who ran it.
    pub user: String,
    /// On which machine.
    pub machine: String,
    /// With which version of the program.
    pub tlsplan: String,
    /// The exit code; `None` where the run was cut off.
    pub exit: Option<u8>,
}

impl PastRun {
    /// One line, for whoever wants the details.
    pub(super) fn line(&self) -> Line {
        let Self { run, user, machine, tlsplan, exit } = self;
        let end = match exit {
            Some(code) => format!("ended with {code}"),
            None => "was cut off".to_owned(),
        };
        Line::new(
            Tone::Plain,
            "Run",
            format!("{run} by {user}@{machine}, tlsplan {tlsplan}: {end}"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_says_who_when_and_how() {
        let mut run = PastRun {
            run: "20261126T134502Z-0a1b2c3d".into(),
            user: "ops".into(),
            machine: "jump1".into(),
            tlsplan: "0.1.0".into(),
            exit: Some(20),
        };
        let words = "20261126T134502Z-0a1b2c3d by ops@jump1, tlsplan 0.1.0: ";
        assert_eq!(run.line().fact, format!("{words}ended with 20"));
        run.exit = None;
        assert_eq!(run.line().fact, format!("{words}was cut off"));
    }
}
