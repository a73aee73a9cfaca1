//! A panic: what is said, and that no data gets into it. In a program of its own, as the hook is
//! one for the whole process.

use std::{sync::Arc, thread};

use tlsplan::{
    error::Exit,
    report::{Settings, panic},
};

mod captured;

#[test]
fn a_panic_is_an_error_with_hints_and_without_data() {
    let (report, out, err) = captured::reporter(Settings::default(), None);
    panic::install(&Arc::new(report));
    assert_eq!(panic::exit_code(Exit::Converged), Exit::Converged);

    let secret = String::from("hunter2");
    let formatted = thread::spawn(move || panic!("bad index into {secret}")).join();
    let literal = thread::spawn(|| panic!("a literal may be shown")).join();
    assert!(formatted.is_err() && literal.is_err());

    assert_eq!(panic::exit_code(Exit::Converged), Exit::Bug);
    assert_eq!(panic::exit_code(Exit::Person), Exit::Person, "the more severe stays");
    assert_eq!(out.text(), "");
    let said = err.text();
    assert!(!said.contains("hunter2"), "{said}");
    assert!(said.contains("error: tlsplan has a bug and stopped at `tests/bug.rs:"), "{said}");
    assert!(said.contains(": a literal may be shown\n"), "{said}");
    assert!(said.contains("hint: run `tlsplan status` with your plan"), "{said}");
}
