//! Handing over the primary's office.

use std::time::Duration;

use mongodb::bson::doc;

use super::database::{Database, DatabaseError};

/// Asks a primary to step down once an electable secondary has caught up.
///
/// It stays out of elections for `term`, and refuses when nobody has caught up within `catch_up`,
/// which has to be the shorter of the two. Without a reply the outcome is not known: the new
/// primary has to be looked for.
pub async fn step_down(
    db: &dyn Database,
    term: Duration,
    catch_up: Duration,
) -> Result<(), DatabaseError> {
    let seconds = |time: Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    let command = doc! {
        "replSetStepDown": seconds(term),
        "secondaryCatchUpPeriodSecs": seconds(catch_up),
    };
    db.run(command).await.map(drop)
}
