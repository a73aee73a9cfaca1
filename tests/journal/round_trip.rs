//! What a run writes is what the next one reads, for any run.

use proptest::prelude::*;
use tlsplan::{
    engine::journal::{Came, Intent, Journal, Ticket},
    event::{Event, Sink, Warning},
    journal::{LONGEST, OpenIntent, RunSummary},
    name::HostName,
};

use crate::memory::{End, Memory, RUN, open, read};

/// What a run may do next.
#[derive(Clone, Debug)]
enum Move {
    Intend(Option<String>, String),
    /// Of one of the acts that are under way.
    End(prop::sample::Index, CameTo),
    Tell(String),
}

#[derive(Clone, Debug)]
enum CameTo {
    Done,
    NotDone(String),
    Unknown(String),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let came = prop_oneof![
        Just(CameTo::Done),
        any::<String>().prop_map(CameTo::NotDone),
        any::<String>().prop_map(CameTo::Unknown),
    ];
    let one = prop_oneof![
        any::<(Option<String>, String)>().prop_map(|(host, detail)| Move::Intend(host, detail)),
        (any::<prop::sample::Index>(), came).prop_map(|(of, came)| Move::End(of, came)),
        any::<String>().prop_map(Move::Tell),
    ];
    prop::collection::vec(one, 0..30)
}

proptest! {
    #[test]
    fn what_was_left_open_is_what_is_said_to_be(moves in moves()) {
        let memory = Memory::default();
        let journal = memory.journal();
        let mut under_way: Vec<(Ticket, OpenIntent)> = Vec::new();
        let mut left: Vec<OpenIntent> = Vec::new();
        for next in moves {
            match next {
                Move::Intend(host, detail) => {
                    let host = host.map(HostName::new);
                    let intent = Intent { host: host.as_ref(), act: "act", detail: detail.clone() };
                    let ticket = journal.intent(&intent).unwrap();
                    let number = ticket.number();
                    let what = format!("act {detail}").trim().to_owned();
                    let (run, time) = (RUN.to_owned(), String::new());
                    under_way.push((ticket, OpenIntent { number, run, time, host, what, why: None }));
                }
                Move::End(of, came) if !under_way.is_empty() => {
                    let at = of.index(under_way.len());
                    let (ticket, act) = under_way.swap_remove(at);
                    let came = match came {
                        CameTo::Done => Came::Done,
                        CameTo::NotDone(why) => Came::NotDone(why),
                        CameTo::Unknown(why) => {
                            left.push(OpenIntent { why: Some(why.clone()), ..act });
                            Came::Unknown(why)
                        }
                    };
                    journal.outcome(ticket, &came);
                }
                Move::End(..) => {}
                Move::Tell(text) => journal.emit(Event::Warning { host: None, warning: Warning::RemoteWords { words: text } }),
            }
        }
        left.extend(under_way.into_iter().map(|(_, act)| act));
        left.sort_by_key(|act| act.number);
        let bytes = memory.bytes();
        prop_assert!(bytes.split(|byte| *byte == b'\n').all(|line| line.len() < LONGEST));
        let (lines, end) = read(&bytes);
        prop_assert!(matches!(end, End::Whole));
        prop_assert_eq!(open(&lines).len(), left.len());
        let mut summary = RunSummary::read(bytes.as_slice(), |_| true).unwrap().unwrap();
        summary.open.iter_mut().for_each(|act| act.time.clear());
        prop_assert_eq!(summary.open, left);
    }
}

#[test]
fn a_long_detail_is_cut_and_its_act_is_there() {
    let memory = Memory::default();
    let journal = memory.journal();
    let detail = "\u{202e}".repeat(1_000_000);
    let _ = journal.intent(&Intent { host: None, act: "write", detail }).unwrap();
    journal.emit(Event::Warning {
        host: None,
        warning: Warning::RemoteWords { words: "x".repeat(1_000_000) },
    });
    let bytes = memory.bytes();
    assert!(bytes.len() < 3 * LONGEST);
    let summary = RunSummary::read(bytes.as_slice(), |_| true).unwrap().unwrap();
    assert!(summary.open[0].what.starts_with("write \u{202e}"));
    assert!(summary.open[0].what.ends_with(" bytes cut)"));
}
