//! What earlier runs did and left open.

use crate::{
    event::{LeftOpen, PastRun},
    report::line::{Line, Tone},
};

/// An act that was left open. The host is asked in any case: its row says where it is.
pub(in crate::report) fn left_open(left: &LeftOpen) -> Line {
    let LeftOpen { what, host, .. } = left;
    let begun = left.begun.split('.').next().unwrap_or_default().replace('T', " ");
    let reason = left.reason.as_deref().unwrap_or("the run ended before its outcome");
    let who = if host.is_some() { "the host itself says" } else { "the hosts themselves say" };
    let fact = format!("{what}, begun {begun} UTC: {reason}; {who} what became of it");
    Line::new(Tone::Caution, "Left open", fact).on(host)
}

/// Who ran the plan and how that ended.
pub(in crate::report) fn past_run(past: &PastRun) -> Line {
    let PastRun { run, user, controller, tlsplan, exit } = past;
    let end = match exit {
        Some(code) => format!("ended with {code}"),
        None => "was cut off".to_owned(),
    };
    let fact = format!("{run} by {user}@{controller}, tlsplan {tlsplan}: {end}");
    Line::new(Tone::Plain, "Run", fact).detail()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_says_who_when_and_how() {
        let mut run = PastRun {
            run: "20261126T134502Z-0a1b2c3d".into(),
            user: "ops".into(),
            controller: "jump1".into(),
            tlsplan: "0.1.0".into(),
            exit: Some(20),
        };
        let words = "20261126T134502Z-0a1b2c3d by ops@jump1, tlsplan 0.1.0: ";
        assert_eq!(past_run(&run).fact, format!("{words}ended with 20"));
        run.exit = None;
        assert_eq!(past_run(&run).fact, format!("{words}was cut off"));
    }
}
