//! Maintenance windows: when something may be begun. Pure: the time is handed in.
//!
//! Times of day are those of the zone, lengths are real time: three hours are three hours in the
//! night in which the clocks change, too. An opening in the hour that is left out then comes an hour
//! later, one in the hour that comes twice begins with the first.

use std::time::Duration;

use jiff::{
    Timestamp, ToSpan, ZonedDateTime,
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};

/// Openings that follow each other without a gap are one; a window that is open for longer than
/// this has no known end.
const LONGEST: Duration = Duration::from_secs(7 * DAY);
/// A window that does not open within so many days is told as one that never does.
const AHEAD: i64 = 400;
const DAY: u64 = 24 * 60 * 60;

/// `[window]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// The time zone of its clock.
    pub zone: TimeZone,
    /// When it opens; at least one.
    pub open: Vec<Opening>,
    /// Days on which it does not.
    pub except: Vec<Date>,
}

/// One opening, repeated.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening {
    /// The days on which it begins; none means every day.
    pub days: Vec<Weekday>,
    /// The time of day at which it begins.
    pub from: Time,
    /// How long it stays open.
    pub length: Duration,
}

impl Window {
    /// How long it stays open from now on; `None` where it is closed.
    #[must_use]
    pub fn left(&self, now: Timestamp) -> Option<Duration> {
        let mut end = None;
        loop {
            let at = end.unwrap_or(now);
            let open = self.openings_before(at).filter(|(from, to)| *from <= at && at < *to);
            let Some(later) = open.map(|(_, to)| to).max() else { break };
            end = Some(later);
            if between(now, later) > LONGEST {
                break;
            }
        }
        end.map(|end| between(now, end))
    }

    /// When it opens next, in its own zone.
    #[must_use]
    pub fn opens(&self, now: Timestamp) -> Option<ZonedDateTime> {
        let today = self.date(now);
        let ahead = (0..AHEAD).filter_map(|days| today.checked_add(days.days()).ok());
        let on = |day| self.open.iter().filter_map(move |opening| self.on(opening, day));
        let mut next =
            ahead.filter_map(|day| on(day).map(|(from, _)| from).filter(|from| *from > now).min());
        next.next().map(|from| from.to_zoned_datetime(self.zone.clone()))
    }

    /// Every opening that may still last at this moment.
    fn openings_before(&self, at: Timestamp) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        let today = self.date(at);
        self.open.iter().flat_map(move |opening| {
            let days = i64::try_from(opening.length.as_secs() / DAY).unwrap_or(AHEAD).min(AHEAD);
            let back = (0..=days + 1).filter_map(move |days| today.checked_sub(days.days()).ok());
            back.filter_map(move |day| self.on(opening, day))
        })
    }

    fn on(&self, opening: &Opening, day: Date) -> Option<(Timestamp, Timestamp)> {
        let is_day = opening.days.is_empty() || opening.days.contains(&day.weekday());
        if !is_day || self.except.contains(&day) {
            return None;
        }
        let from =
            day.to_datetime(opening.from).to_zoned_datetime(self.zone.clone()).ok()?.timestamp();
        Some((from, from.checked_add(opening.length).ok()?))
    }

    fn date(&self, at: Timestamp) -> Date {
        at.to_zoned_datetime(self.zone.clone()).date()
    }
}

fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(open: &[(&[Weekday], &str, u64)], except: &[&str]) -> Window {
        let opening = |&(days, from, minutes): &(&[Weekday], &str, u64)| Opening {
            days: days.to_vec(),
            from: from.parse().unwrap(),
            length: Duration::from_secs(minutes * 60),
        };
        Window {
            zone: TimeZone::get("Europe/Berlin").unwrap(),
            open: open.iter().map(opening).collect(),
            except: except.iter().map(|day| day.parse().unwrap()).collect(),
        }
    }

    /// Minutes left at a moment of Berlin's clock, or of UTC's where it ends in `Z`.
    fn left(window: &Window, at: &str) -> Option<u64> {
        let now = at.parse::<Timestamp>().unwrap_or_else(|_| {
            format!("{at}[Europe/Berlin]").parse::<ZonedDateTime>().unwrap().timestamp()
        });
        window.left(now).map(|left| left.as_secs() / 60)
    }

    #[test]
    fn a_weekend_window_is_open_when_it_says_so() {
        let weekend =
            window(&[(&[Weekday::Saturday, Weekday::Sunday], "01:00", 180)], &["2026-12-26"]);
        for (at, expected) in [
            ("2026-11-28T00:59", None),
            ("2026-11-28T01:00", Some(180)),
            ("2026-11-28T03:59", Some(1)),
            ("2026-11-28T04:00", None),
            ("2026-11-29T02:30", Some(90)),
            ("2026-11-30T02:30", None),
            ("2026-12-26T02:00", None),
            ("2026-12-27T02:00", Some(120)),
        ] {
            assert_eq!(left(&weekend, at), expected, "{at}");
        }
    }

    #[test]
    fn one_that_began_yesterday_is_still_open_and_belongs_to_yesterday() {
        let night = window(&[(&[Weekday::Friday], "23:00", 240)], &["2026-12-25"]);
        assert_eq!(left(&night, "2026-11-28T02:00"), Some(60));
        assert_eq!(left(&night, "2026-11-29T02:00"), None);
        assert_eq!(left(&night, "2026-12-26T02:00"), None);
    }

    #[test]
    fn openings_that_meet_are_one_and_one_that_never_closes_has_an_end_all_the_same() {
        let pair = window(&[(&[], "01:00", 60), (&[], "02:00", 60)], &[]);
        assert_eq!(left(&pair, "2026-11-28T01:30"), Some(90));
        let always = window(&[(&[], "00:00", 24 * 60)], &[]);
        assert!(left(&always, "2026-11-28T12:00").unwrap() > 6 * 24 * 60);
    }

    /// The clocks go back at 03:00 on 2026-10-25 and forward at 02:00 on 2026-03-29.
    #[test]
    fn three_hours_are_three_hours_when_the_clocks_change() {
        let night = window(&[(&[], "01:00", 180)], &[]);
        // 01:00 CEST is 23:00 UTC, and 04:00 of the usual night would be 03:00 CET.
        assert_eq!(left(&night, "2026-10-25T01:59:00Z"), Some(1));
        assert_eq!(left(&night, "2026-10-25T02:00:00Z"), None);
        assert_eq!(left(&night, "2026-03-29T02:59:00Z"), Some(1));
        assert_eq!(left(&night, "2026-03-29T03:00:00Z"), None);
        let twice = window(&[(&[], "02:30", 60)], &[]);
        assert_eq!(left(&twice, "2026-10-25T00:30:00Z"), Some(60));
        assert_eq!(left(&twice, "2026-10-25T01:30:00Z"), None);
        // There is no 02:30 in that night; it opens at 03:30.
        assert_eq!(left(&twice, "2026-03-29T01:15:00Z"), None);
        assert_eq!(left(&twice, "2026-03-29T01:30:00Z"), Some(60));
    }

    #[test]
    fn the_next_opening_is_told_in_its_own_zone() {
        let weekend = window(&[(&[Weekday::Saturday], "01:00", 60)], &["2026-11-28"]);
        let next = |at: &str| weekend.opens(at.parse().unwrap()).map(|next| next.to_string());
        let expected = "2026-12-05T01:00:00+01:00[Europe/Berlin]";
        assert_eq!(next("2026-11-25T12:00:00Z").as_deref(), Some(expected));
        let never = window(&[], &[]);
        assert_eq!(never.opens(Timestamp::UNIX_EPOCH), None);
    }
}
