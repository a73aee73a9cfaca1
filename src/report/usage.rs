//! Help texts, versions and wrong command lines: what clap wants to say.

use std::{
    env,
    io::{self, Write},
};

use crate::error::Exit;

/// Prints it where it belongs and says how the program ends: 64 for a wrong command line.
#[must_use]
pub fn print(usage: &clap::Error) -> Exit {
    if !usage.use_stderr() {
        // There is nobody left to tell if this cannot be printed.
        let _ = usage.print();
        return Exit::Converged;
    }
    // What could not be parsed cannot be asked whether it was to be quiet.
    let words = env::args_os().skip(1).map_while(|word| word.into_string().ok());
    if words.take_while(|word| word != "--").any(|word| is_quiet(&word)) {
        let _ = writeln!(io::stderr(), "{}", one_line(&usage.to_string()));
    } else {
        let _ = usage.print();
    }
    Exit::Usage
}

fn is_quiet(word: &str) -> bool {
    let short = word.strip_prefix('-').filter(|letters| !letters.starts_with('-'));
    word == "--quiet" || short.is_some_and(|letters| letters.contains('q'))
}

/// What is wrong, on one line; how it is meant is behind `--help`.
fn one_line(text: &str) -> String {
    let wrong = text.lines().map(str::trim).filter(|line| {
        !line.is_empty()
            && !line.starts_with("Usage: ")
            && !line.starts_with("For more information")
    });
    let mut line = String::new();
    for words in wrong {
        line.push_str(match line.chars().last() {
            None => "",
            Some(':') => " ",
            Some(_) => "; ",
        });
        line.push_str(words);
    }
    line.push_str("; `tlsplan --help` says how it is meant");
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_is_seen_among_other_letters() {
        let words = ["-q", "-yq", "--quiet", "-y", "--quit", "q"];
        assert_eq!(words.map(is_quiet), [true, true, true, false, false, false]);
    }

    #[test]
    fn a_wrong_command_line_fits_on_one_line() {
        for (text, expected) in [
            (
                "error: the following required arguments were not provided:\n  <PLAN>\n\nUsage: tlsplan check <PLAN>\n\nFor more information, try '--help'.\n",
                "error: the following required arguments were not provided: <PLAN>; `tlsplan --help` says how it is meant",
            ),
            (
                "error: unrecognized subcommand 'aply'\n\n  tip: a similar subcommand exists: 'apply'\n\nUsage: tlsplan\n",
                "error: unrecognized subcommand 'aply'; tip: a similar subcommand exists: 'apply'; `tlsplan --help` says how it is meant",
            ),
        ] {
            assert_eq!(one_line(text), expected);
        }
    }
}
