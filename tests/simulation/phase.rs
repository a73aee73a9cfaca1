//! The phases of a run: the columns of the table of faults.

use std::fmt;

use serde::Deserialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Phase {
    /// The plan is read.
    Ld,
    /// Hosts are looked at, canaries run.
    Pf,
    /// Leases are taken.
    Lk,
    /// The member is made ready for its stop.
    St,
    /// The host is armed.
    Ar,
    /// The primary is asked to step down.
    Sd,
    /// The file is replaced and the member restarted.
    Cm,
    /// The member is proved.
    Vf,
    /// The host is confirmed.
    Cf,
    /// Files and running modes change without a restart.
    Rt,
    /// The hosts are given back.
    Fn,
}

impl Phase {
    pub(crate) const ALL: [Self; 11] = [
        Self::Ld,
        Self::Pf,
        Self::Lk,
        Self::St,
        Self::Ar,
        Self::Sd,
        Self::Cm,
        Self::Vf,
        Self::Cf,
        Self::Rt,
        Self::Fn,
    ];
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{self:?}").to_uppercase())
    }
}
