//! The steps of the way back.

use super::loading::{REST, load_text};
use crate::{
    cluster::mode::TlsMode::{self, Allow, Disabled, Prefer, Require},
    steps::rollback_plan::way_back,
};

fn modes(lowest: TlsMode) -> Vec<TlsMode> {
    let plan = load_text(REST).unwrap();
    way_back(&plan, lowest).steps.iter().filter_map(|step| step.action.mode()).collect()
}

#[test]
fn the_way_back_goes_through_every_mode_level_and_ends_where_the_files_began() {
    for (lowest, expected) in [
        (Disabled, vec![Prefer, Allow, Disabled]),
        (Allow, vec![Prefer, Allow]),
        (Prefer, vec![Prefer]),
        (Require, vec![Require]),
    ] {
        assert_eq!(modes(lowest), expected);
    }
}
