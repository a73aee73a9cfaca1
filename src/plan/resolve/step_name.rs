//! The names of steps that the user gave none.

use jiff::SignedDuration;

use crate::plan::model::{Action, TlsModeStep, Via, Wait};

/// The widest name that is made of a person's text, in columns.
const WIDEST: usize = 60;

/// The name that an action gives its step.
pub(crate) fn name_of(action: &Action) -> String {
    match action {
        Action::TlsMode(TlsModeStep { mode, via, .. }) => match via {
            None => format!("reach {mode}"),
            Some(Via::Restart) => format!("reach {mode} by restart"),
            Some(Via::SetParameter) => format!("reach {mode} by setParameter"),
        },
        Action::Clients(_) => "every client speaks TLS".to_owned(),
        Action::Wait(wait) => cut(&name_of_wait(wait)),
        Action::Confirm(confirm) => cut(&format!("confirm: {}", confirm.question)),
    }
}

fn name_of_wait(wait: &Wait) -> String {
    match wait {
        Wait::Healthy => "wait until every member is healthy".to_owned(),
        Wait::For(length) => match SignedDuration::try_from(*length) {
            Ok(length) => format!("wait for {length:#}"),
            Err(_) => "wait for some time".to_owned(),
        },
        Wait::Port { port, .. } => format!("wait for port {port}"),
        Wait::Command { argv, .. } => {
            format!("wait for `{}`", argv.first().map(String::as_str).unwrap_or_default())
        }
    }
}

fn cut(name: &str) -> String {
    console::truncate_str(name, WIDEST, "...").into_owned()
}
