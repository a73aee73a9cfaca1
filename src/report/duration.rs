//! Durations as a person says them: "30ms", "3s", "3.1s", "41s", "2m 05s", "1h 02m".

use std::time::Duration;

/// The duration in words.
pub(super) fn words(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    let whole = (duration + Duration::from_millis(500)).as_secs();
    match whole {
        _ if duration.as_millis() == 0 => "0s".into(),
        _ if seconds < 0.095 => format!("{}ms", duration.as_millis()),
        _ if seconds < 9.95 && duration.subsec_millis() == 0 => format!("{whole}s"),
        _ if seconds < 9.95 => format!("{seconds:.1}s"),
        0..60 => format!("{whole}s"),
        60..3600 => format!("{}m {:02}s", whole / 60, whole % 60),
        _ => format!("{}h {:02}m", whole / 3600, whole % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_has_its_words() {
        for (millis, said) in [
            (0, "0s"),
            (30, "30ms"),
            (94, "94ms"),
            (95, "0.1s"),
            (3_000, "3s"),
            (3_104, "3.1s"),
            (9_949, "9.9s"),
            (9_950, "10s"),
            (59_400, "59s"),
            (59_500, "1m 00s"),
            (125_000, "2m 05s"),
            (3_599_600, "1h 00m"),
            (3_725_000, "1h 02m"),
        ] {
            assert_eq!(words(Duration::from_millis(millis)), said, "{millis} ms");
        }
    }
}
