//! The table as people read it, and whether it is whole.

use std::{collections::BTreeMap, fs, path::Path};

use super::{Cell, Shown, faults};
use crate::phase::Phase;

/// In which phases each fault can happen, row by row: LD PF LK ST AR SD CM VF CF RT FN.
const LIVE: [&str; 32] = [
    "***********",
    "***********",
    "***********",
    ".**********",
    ".**********",
    ".*********.",
    ".**********",
    ".**********",
    ".**********",
    ".****.*.**.",
    ".*...***.*.",
    ".****.*.**.",
    "**....**.*.",
    ".......****",
    "**....**.**",
    ".*....**.*.",
    ".*....**...",
    ".*.***.***.",
    "......****.",
    ".*.*****.*.",
    ".*.***.***.",
    ".*...***.*.",
    "***********",
    "..*********",
    ".*.**.****.",
    ".*********.",
    ".**********",
    "***********",
    ".**.*......",
    ".*..*......",
    "......**.*.",
    "***********",
];

fn live(row: usize, phase: Phase) -> bool {
    let column = Phase::ALL.iter().position(|&it| it == phase).unwrap();
    LIVE[row - 1].as_bytes()[column] == b'*'
}

/// Whether a test of that name stands in that file.
fn exists(test: &str) -> bool {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let Some((file, name)) = test.split_once(": ") else { return false };
    let tests = fs::read_to_string(root.join(file)).unwrap_or_default();
    tests.contains(&format!("fn {name}("))
}

#[test]
fn the_table_has_every_cell_and_every_test_that_it_names() {
    let (faults, mut wrong, mut count) = (faults(), Vec::new(), BTreeMap::new());
    let heads: Vec<_> = Phase::ALL.iter().map(Phase::to_string).collect();
    println!("{:51}{}", "", heads.join(" "));
    for (index, fault) in faults.iter().enumerate() {
        assert_eq!(fault.row, index + 1, "the rows are numbered");
        let mut line = String::new();
        for phase in Phase::ALL {
            let cell = fault.at.get(&phase);
            if cell.is_some() != live(fault.row, phase) {
                wrong.push(format!("row {} {phase} is not as it can be", fault.row));
            }
            let letter = cell.map_or('·', Cell::letter);
            line.push(letter);
            line.push_str("  ");
            *count.entry(letter).or_insert(0) += 1;
            let Some(cell) = cell else { continue };
            let good = match cell.shown {
                Shown::Simulation => !fault.injects(cell).is_empty(),
                Shown::Lab | Shown::Unit => cell.test.as_deref().is_some_and(exists),
                Shown::Later | Shown::Gap => cell.why.is_some(),
            };
            if !good {
                wrong.push(format!("row {} {phase} is not shown: {:?}", fault.row, cell.test));
            }
        }
        println!("{:>3} {:47}{line}", fault.row, fault.name);
    }
    println!(
        "{count:?}\nS simulation, s the same with something that is not as it should be, L lab, U unit, ? later, G gap, · cannot happen"
    );
    assert!(wrong.is_empty() && faults.len() == LIVE.len(), "{}", wrong.join("\n"));
}
