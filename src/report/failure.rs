//! The program's last words: the error, its causes, what is safe now and the next command.

use anstyle::Style;

use super::{clean, layout::Layout, palette::paint, wrap};
use crate::event::ErrorReport;

/// The error with its chain and its hints, for a person.
pub(super) fn block(error: &ErrorReport, layout: &Layout) -> String {
    let palette = layout.palette;
    let labelled = |label: &str, style: Style, message: &str| {
        let indent = label.len() + 1;
        let message = wrap::hang(&clean::lines(message), indent, indent, layout.columns());
        format!("{} {message}\n", paint(style, label))
    };
    let mut text = labelled("error:", palette.bad, &error.message);
    for cause in &error.causes {
        text.push_str(&labelled("  caused by:", palette.strong, cause));
    }
    for hint in &error.hints {
        text.push_str(&labelled("hint:", palette.hint, hint));
    }
    text
}

/// The same in one line, for `--quiet`: cron puts it into a mail or a log.
pub(super) fn one_line(error: &ErrorReport) -> String {
    let mut line = format!("error: {}", chain(error));
    for hint in &error.hints {
        line.push_str("; hint: ");
        line.push_str(hint);
    }
    format!("{}\n", unbroken(&line))
}

/// The message and its causes in one line.
pub(super) fn chain(error: &ErrorReport) -> String {
    let parts: Vec<_> = std::iter::once(&error.message).chain(&error.causes).cloned().collect();
    unbroken(&parts.join(": "))
}

fn unbroken(text: &str) -> String {
    let line = text.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    clean::text(&line).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        error::{Designed, Exit},
        report::layout::Width,
    };

    #[derive(Debug, thiserror::Error)]
    #[error("`db2` was not SECONDARY within 60s of the restart of `mongod`")]
    struct NotBack(#[source] LastSeen);

    #[derive(Debug, thiserror::Error)]
    #[error("last seen after 58s: RECOVERING, lag 41s")]
    struct LastSeen(#[source] Same);

    #[derive(Debug, thiserror::Error)]
    #[error("last seen after 58s: RECOVERING, lag 41s")]
    struct Same(#[source] Forged);

    #[derive(Debug, thiserror::Error)]
    #[error("mongod said\nerror: all is well\u{1b}[2J")]
    struct Forged;

    impl Designed for NotBack {
        fn exit(&self) -> Exit {
            Exit::PutBack
        }

        fn hints(&self) -> Vec<String> {
            vec!["db2 was put back on its old configuration and is SECONDARY".into()]
        }
    }

    #[test]
    fn a_block_has_the_chain_and_the_hints() {
        insta::assert_snapshot!(block(&ErrorReport::new(&NotBack(LastSeen(Same(Forged)))), &Layout::default()), @r"
        error: `db2` was not SECONDARY within 60s of the restart of `mongod`
          caused by: last seen after 58s: RECOVERING, lag 41s
          caused by: mongod said
                     error: all is well\u{1b}[2J
        hint: db2 was put back on its old configuration and is SECONDARY
        ");
    }

    #[test]
    fn a_narrow_terminal_gets_hanging_lines() {
        let layout = Layout { width: Width::Columns(40), ..Layout::default() };
        insta::assert_snapshot!(block(&ErrorReport::new(&NotBack(LastSeen(Same(Forged)))), &layout), @r"
        error: `db2` was not SECONDARY within
               60s of the restart of `mongod`
          caused by: last seen after 58s:
                     RECOVERING, lag 41s
          caused by: mongod said
                     error: all is well\u{1b}[2J
        hint: db2 was put back on its old
              configuration and is SECONDARY
        ");
    }

    #[test]
    fn quiet_gets_everything_in_one_line() {
        insta::assert_snapshot!(one_line(&ErrorReport::new(&NotBack(LastSeen(Same(Forged))))), @r"error: `db2` was not SECONDARY within 60s of the restart of `mongod`: last seen after 58s: RECOVERING, lag 41s: mongod said error: all is well\u{1b}[2J; hint: db2 was put back on its old configuration and is SECONDARY");
    }
}
