//! The timeout of a reply: a fixed time, plus what the command lets the server wait.

use std::time::Duration;

use mongodb::bson::Document;

use super::fields::whole;

/// What any command gets.
pub const BASE: Duration = Duration::from_secs(10);

/// The longest that a command may ask for on top.
const LONGEST: u64 = 600;

/// No reply came in time; whether the command ran is not known.
#[derive(Debug, thiserror::Error)]
#[error("no reply within {0:?}")]
pub struct ReplyTimeout(pub Duration);

/// The deadline of a command's reply, counted from when it is sent.
#[must_use]
pub fn reply_timeout(command: &Document) -> Duration {
    let number = |name: &str| command.get(name).and_then(whole).and_then(|n| u64::try_from(n).ok());
    let seconds = number("secondaryCatchUpPeriodSecs").unwrap_or(0);
    let millis = number("maxTimeMS").unwrap_or(0);
    BASE + Duration::from_secs(seconds.min(LONGEST))
        + Duration::from_millis(millis.min(LONGEST * 1000))
}

#[cfg(test)]
mod tests {
    use mongodb::bson::doc;

    use super::*;

    #[test]
    fn a_step_down_gets_the_time_that_it_gives_the_server() {
        let step_down = doc! { "replSetStepDown": 60, "secondaryCatchUpPeriodSecs": 30_i64 };
        for (command, seconds) in [
            (doc! { "ping": 1 }, 10),
            (step_down, 40),
            (doc! { "ping": 1, "maxTimeMS": 2000 }, 12),
            (doc! { "ping": 1, "maxTimeMS": -1 }, 10),
            (doc! { "ping": 1, "maxTimeMS": i64::MAX }, 610),
        ] {
            assert_eq!(reply_timeout(&command), Duration::from_secs(seconds), "{command}");
        }
    }
}
