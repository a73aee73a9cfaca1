//! What one round of the loop knows.

use super::{goal::Cluster, wanted::Wanted};
use crate::steps::survey::Survey;

/// Everything one round of the loop knows, all of it from one survey.
pub(super) struct Round {
    pub(super) survey: Survey,
    pub(super) wanted: Wanted,
    pub(super) cluster: Cluster,
}
