//! Durations as the plan writes them: `10s`, `1m30s`, `500ms`.

use std::time::Duration;

use jiff::SignedDuration;

use super::{message::quoted, violation::Violation};

/// The longest duration that makes sense in a plan; more is a wrong unit.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// What a duration looks like.
const FORMS: &str = "a duration is written like \"10s\", \"1m30s\", \"2h\" or \"500ms\"";

/// Reads a duration.
pub(crate) fn parse(text: &str) -> Result<Duration, Violation> {
    if text.trim().parse::<f64>().is_ok() {
        let violation = Violation::new(format!("{} has no unit", quoted(text)), "of what?");
        return Err(violation.help(FORMS));
    }
    let parsed = text.parse::<SignedDuration>().ok().filter(|_| starts_with_a_digit(text));
    let duration =
        parsed.and_then(|duration| Duration::try_from(duration).ok()).ok_or_else(|| {
            Violation::new(format!("{} is not a duration", quoted(text)), "not understood")
                .help(FORMS)
        })?;
    if duration > LONGEST {
        let violation = Violation::new(format!("{} is too long", quoted(text)), "more than a week");
        return Err(violation.help("seven days (\"168h\") is the most"));
    }
    Ok(duration)
}

/// jiff also reads ISO 8601 and signs, which a plan does not use.
fn starts_with_a_digit(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit()) && !text.ends_with("ago")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_in_the_forms_that_the_help_names() {
        for (text, milliseconds) in [
            ("10s", 10_000),
            ("1m30s", 90_000),
            ("1m 30s", 90_000),
            ("2h", 7_200_000),
            ("500ms", 500),
            ("0s", 0),
            ("168h", 604_800_000),
        ] {
            let read = parse(text).unwrap_or_else(|violation| panic!("{text}: {violation:?}"));
            assert_eq!(read, Duration::from_millis(milliseconds), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in ["", "10", "1.5", "s", "-10s", "10 parsecs", "1d", "PT10S", "10s ago", "169h"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
