//! What can be done on a machine whatever runs there: a program, and questions on record.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use std::{fs, time::Duration};

use common::{local_transport::LocalTransport, sandbox::Sandbox};
use tlsplan::{
    error::{Designed, Exit},
    host::{
        lease::Owner,
        live_machine::LiveMachine,
        machine::{Machine, QuestionEntry, QuestionRecord},
        privilege::Become,
    },
};

const SHORT: Duration = Duration::from_secs(10);

/// A sandbox in which nobody has been yet.
fn empty() -> Sandbox {
    let sandbox = Sandbox::new();
    fs::remove_dir_all(sandbox.path("run")).unwrap();
    sandbox
}

fn machine(sandbox: &Sandbox) -> LiveMachine {
    LiveMachine::new(sandbox.host_without_lease(LocalTransport::new(), Become::None))
}

fn owner(run: &str) -> Owner {
    Owner { run: run.to_owned(), words: format!("plan `{run}` by me") }
}

fn words(argv: &[&str]) -> Vec<String> {
    argv.iter().map(|&word| word.to_owned()).collect()
}

#[tokio::test]
async fn a_program_ends_with_its_status_and_its_last_line_and_no_shell_reads_its_words() {
    let sandbox = Sandbox::new();
    let machine = machine(&sandbox);
    let end = machine.try_command(&words(&["echo", "$(id); a b"]), SHORT).await.unwrap();
    assert_eq!((end.status, end.last_line.as_str()), (0, "$(id); a b"));
    let failing = words(&["sh", "-c", "echo one; echo two >&2; exit 7"]);
    let end = machine.try_command(&failing, SHORT).await.unwrap();
    assert_eq!((end.status, end.last_line.as_str()), (7, "two"));
    let end = machine.try_command(&words(&["no-such-program"]), SHORT).await.unwrap();
    assert_eq!(end.status, 127);
    let end = machine.try_command(&words(&["sleep", "30"]), Duration::from_secs(1)).await.unwrap();
    assert_eq!(end.status, 124);
}

#[tokio::test]
async fn a_question_is_put_on_record_by_the_holder_of_the_lease_alone() {
    let sandbox = empty();
    let (mine, theirs) = (machine(&sandbox), machine(&sandbox));
    let refused = theirs.record("key", QuestionEntry::Open).await.unwrap_err();
    assert_eq!(refused.exit(), Exit::Bug, "{refused}");
    mine.take(&owner("one")).await.unwrap();
    assert_eq!(mine.question("key").await.unwrap(), QuestionRecord::default());
    mine.record("key", QuestionEntry::Open).await.unwrap();
    let open = theirs.question("key").await.unwrap();
    assert!(open.opened.is_some() && open.answer.is_none());
    let who = "ann@ops".to_owned();
    mine.record("key", QuestionEntry::Yes { who: who.clone() }).await.unwrap();
    let answer = theirs.question("key").await.unwrap().answer.unwrap();
    assert_eq!(answer.who, who);
    assert!(answer.at >= open.opened.unwrap());
    assert_eq!(theirs.question("other").await.unwrap(), QuestionRecord::default());
    mine.record("key", QuestionEntry::Open).await.unwrap();
    assert_eq!(theirs.question("key").await.unwrap().answer, None);
    mine.forget_questions().await.unwrap();
    assert_eq!(theirs.question("key").await.unwrap(), QuestionRecord::default());
    mine.release().await;
}
