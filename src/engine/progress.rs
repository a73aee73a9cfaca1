//! How far a run had come when it stopped.

/// Whether a run had changed anything, and whether that is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing was touched.
    Untouched,
    /// Something was changed, and all of it is verified.
    Verified,
    /// Something was changed, and the last of it is not verified.
    Unverified,
}

impl Progress {
    /// What is safe now, for the last hint of an error.
    #[must_use]
    pub fn describe(self) -> String {
        match self {
            Self::Untouched => "nothing was touched on any host".to_owned(),
            Self::Verified => {
                "what was changed before is verified; run again to go on from there".to_owned()
            }
            Self::Unverified => {
                "what was changed last is not proved yet; the next run looks at every host first"
                    .to_owned()
            }
        }
    }
}
