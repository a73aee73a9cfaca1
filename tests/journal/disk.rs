//! Promise C7: a disk that is full, broken or not writable at any moment.

use std::{
    fs::{self, OpenOptions},
    io::{self, ErrorKind},
    path::Path,
    process::Command,
    sync::Arc,
};

use tlsplan::{
    engine::journal::{Came, Intent, Journal},
    error::{Cause, Designed, Exit},
    event::{Begin, Event, Recorder},
    journal::{RunJournal, StateDir, Storage},
};

use crate::{
    memory::{End, Memory, RUN, begin, intend, open, play, read},
    mounted::Mounted,
};

/// Fails at the n-th thing that is asked of it, and never again: a journal must not go on after it.
struct Fails {
    memory: Memory,
    left: usize,
    /// How much of a line is written before it fails.
    part: usize,
}

impl Fails {
    fn now(&mut self) -> bool {
        self.left = self.left.wrapping_sub(1);
        self.left == usize::MAX
    }
}

impl Storage for Fails {
    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        if self.now() {
            self.memory.append(&line[..self.part.min(line.len())])?;
            return Err(ErrorKind::StorageFull.into());
        }
        self.memory.append(line)
    }

    fn sync(&mut self) -> io::Result<()> {
        if self.now() { Err(io::Error::other("input/output error")) } else { Ok(()) }
    }
}

fn is_state(error: &Cause) {
    assert_eq!(error.exit(), Exit::State);
    assert!(!error.hints().is_empty());
}

#[test]
fn a_failure_at_any_write_stops_the_acts_and_leaves_what_can_be_read() {
    for part in [0, 1, 100, usize::MAX] {
        let mut failures = 0;
        for left in 0.. {
            let memory = Memory::default();
            let storage = Fails { memory: memory.clone(), left, part };
            let Ok(journal) = begin(Box::new(storage)) else { continue };
            let granted = play(&journal);
            let (taken, end) = read(&memory.bytes());
            assert!(!matches!(end, End::Damaged(_)), "{end:?} at {left}");
            let intents = taken.iter().filter_map(|line| match &line.record.event {
                Event::Intent(intent) => Some(intent.number),
                _ => None,
            });
            let intents: Vec<u64> = intents.collect();
            assert!(granted.iter().all(|number| intents.contains(number)), "at {left}");
            let Some(trouble) = journal.trouble() else {
                assert_eq!(granted.len(), 4);
                break;
            };
            failures += 1;
            is_state(&trouble);
            // Nothing is begun any more, although the storage would take it.
            is_state(&intend(&journal, "db5", "restart").unwrap_err());
            assert_eq!(read(&memory.bytes()).0.len(), taken.len());
        }
        // Five notes, four intents and three outcomes, the first line and the last: written and, but
        // for the notes, brought to disk.
        assert_eq!(failures, 5 + 2 * (4 + 3 + 1));
    }
}

#[test]
fn a_first_line_that_cannot_be_written_is_no_journal() {
    for left in 0..2 {
        let storage = Fails { memory: Memory::default(), left, part: 10 };
        let error = begin(Box::new(storage)).err().unwrap();
        assert_eq!(error.to_string(), "the journal `journal.jsonl` cannot be written");
        is_state(&Cause::new(error));
    }
}

fn create(state: &Path) -> Result<RunJournal, Cause> {
    let named = StateDir::find(Some(state), &tlsplan::journal::Environment::default());
    let runs = named.unwrap().make_runs().map_err(Cause::new)?;
    let plan = Begin::here("rs0", Path::new("/plans/rs0.toml"));
    RunJournal::create(&runs, RUN, &plan, &Arc::new(Recorder::default())).map_err(Cause::new)
}

#[test]
fn a_disk_that_fills_up_stops_the_acts() {
    let Some(disk) = Mounted::tmpfs("size=16k") else { return };
    let journal = create(disk.path()).unwrap();
    let (mut granted, mut refused) = (0_u64, None);
    while refused.is_none() {
        let intent = Intent { host: None, act: "write", detail: "x".repeat(500) };
        match journal.intent(&intent) {
            Ok(ticket) => {
                granted += 1;
                journal.outcome(ticket, &Came::Done);
            }
            Err(error) => refused = Some(error),
        }
    }
    is_state(&refused.unwrap());
    assert!(granted > 5, "{granted}");
    let bytes = fs::read(disk.path().join("runs").join(RUN).join("journal.jsonl")).unwrap();
    let (taken, end) = read(&bytes);
    assert!(!matches!(end, End::Damaged(_)), "{end:?}");
    assert!(taken.len() as u64 >= granted * 2, "{} lines for {granted} acts", taken.len());
    assert!(open(&taken).len() <= 1);
}

#[test]
fn a_disk_that_is_full_already_lets_nothing_begin_and_nothing_behind() {
    let Some(disk) = Mounted::tmpfs("size=16k") else { return };
    fs::write(disk.path().join("data"), [0; 16 * 1024]).unwrap();
    let error = create(disk.path()).err().unwrap();
    is_state(&error);
    assert!(error.chain().contains("No space left"), "{}", error.chain());
    assert_eq!(fs::read_dir(disk.path().join("runs")).unwrap().count(), 0);
}

/// The program itself: the disk takes the first line and not the second, which names a long step.
#[test]
fn a_record_that_breaks_off_is_told_and_is_no_success() {
    let Some(disk) = Mounted::tmpfs("size=4k") else { return };
    let directory = tempfile::tempdir().unwrap();
    let step = format!("[[steps]]\nname = \"{}\"\ntls_mode = \"allowTLS\"\n", "x".repeat(5000));
    let host = "[hosts.db1]\naddress = \"127.0.0.1\"\nport = 1\n";
    let files = "[mongodb.tls]\ncertificate_key_file = \"/s.pem\"\n";
    fs::write(directory.path().join("plan.toml"), format!("{files}{host}{step}")).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_tlsplan"));
    program.args(["apply", "plan.toml", "--state-dir"]).arg(disk.path());
    let output = program.current_dir(&directory).env_clear().output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(73), "{said}");
    let errors: Vec<_> = said.lines().filter(|line| line.starts_with("error: ")).collect();
    assert_eq!(errors.len(), 2, "{said}");
    assert!(errors[1].ends_with("journal.jsonl` cannot be written"), "{said}");
    assert!(said.contains("caused by: No space left on device"), "{said}");
}

#[test]
fn a_directory_that_cannot_be_written_lets_nothing_begin() {
    let Some(disk) = Mounted::tmpfs("ro") else { return };
    let error = create(disk.path()).err().unwrap();
    is_state(&error);
    assert!(error.chain().contains("Read-only"), "{}", error.chain());
}

#[test]
fn a_journal_that_is_deleted_under_a_run_ends_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let state = directory.path().join("state");
    let journal = create(&state).unwrap();
    fs::remove_dir_all(&state).unwrap();
    assert_eq!(play(&journal).len(), 4);
    assert!(journal.trouble().is_none());
}

#[test]
fn lines_go_to_the_end_whatever_else_is_written_there() {
    let directory = tempfile::tempdir().unwrap();
    let journal = create(directory.path()).unwrap();
    let path = directory.path().join("runs").join(RUN).join("journal.jsonl");
    // Somebody shortens the file; what follows does not leave a hole.
    OpenOptions::new().write(true).open(&path).unwrap().set_len(0).unwrap();
    play(&journal);
    assert!(!fs::read(&path).unwrap().contains(&0));
}
