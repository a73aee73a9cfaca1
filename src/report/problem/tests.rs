//! Problems as a person sees them.

use std::ops::Range;

use super::*;
use crate::report::layout::Width;

const PLAN: &str = "name = \"x\"\n[hosts.db1]\nadress = \"ä\u{1b}[2J\"\n";

fn problem(span: Range<usize>) -> Problem {
    let source = Source::new("plans/prod.toml", PLAN);
    let label = Some("not a field of a host".into());
    Problem {
        severity: ProblemSeverity::Error,
        message: "a host has no `adress`".into(),
        place: Some(Place::new(&source, Some(&span), label, Some(&(11..20, "this host".into())))),
        help: Some("did you mean `address`?".into()),
    }
}

#[test]
fn a_problem_shows_the_line_and_what_to_do() {
    insta::assert_snapshot!(render(&problem(23..29), &Layout::default()), @r#"
    error: a host has no `adress`
     --> plans/prod.toml:3:1
      |
    2 | [hosts.db1]
      | --------- this host
    3 | adress = "ä␛[2J"
      | ^^^^^^ not a field of a host
      |
      = help: did you mean `address`?
    "#);
}

#[test]
fn a_problem_without_a_place_is_a_sentence() {
    let problem = Problem { place: None, severity: ProblemSeverity::Warning, ..problem(0..0) };
    insta::assert_snapshot!(render(&problem, &Layout::default()), @r"
    warning: a host has no `adress`
     |
     = help: did you mean `address`?
    ");
}

#[test]
fn a_file_as_a_whole_has_no_underline() {
    let place = Place::new(&Source::new("plans/prod.toml", PLAN), None, None, None);
    assert_eq!((place.line, place.column), (None, None));
    let problem = Problem { place: Some(place), ..problem(0..0) };
    assert!(!render(&problem, &Layout::default()).contains("-->"));
}

#[test]
fn any_span_is_rendered_at_any_width() {
    for start in 0..PLAN.len() + 3 {
        for end in 0..PLAN.len() + 3 {
            for width in [Width::Endless, Width::Columns(10), Width::Columns(40)] {
                let layout = Layout { width, ..Layout::default() };
                let text = render(&problem(start..end), &layout);
                assert!(!text.contains('\u{1b}'));
            }
        }
    }
}

#[test]
fn positions_count_lines_and_characters_from_one() {
    let place = |at| {
        let place = problem(at..at).place.unwrap();
        (place.line.unwrap(), place.column.unwrap())
    };
    assert_eq!(place(0), (1, 1));
    assert_eq!(place(23), (3, 1));
    assert_eq!(place(23 + "adress = \"ä".len()), (3, 12));
}
