//! From a path to a plan, or to everything that is wrong with it.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

use super::{
    diagnostic::Diagnostic,
    diagnostics::Diagnostics,
    file::plan_file::PlanFile,
    invalid_plan::InvalidPlan,
    mask,
    message::quoted_path,
    model::{Plan, PlanSum},
    reader::Reader,
    resolve::resolve,
    similar_file::similar_file,
    syntax,
};
use crate::source::Source;

/// The largest plan; ten thousand hosts fit in.
const LARGEST: u64 = 1024 * 1024;

/// Reads, parses and resolves a plan. No host is contacted.
pub fn load(path: &Path) -> Result<Plan, InvalidPlan> {
    let source = read(path).map_err(|problem| InvalidPlan::new(path.to_owned(), vec![*problem]))?;
    let sum = PlanSum::of(source.text.as_bytes());
    let diagnostics = Diagnostics::new(source.clone());
    let table = syntax::parse(&diagnostics, &source.text);
    let root = Reader::new(&diagnostics, "the plan", table.get_ref(), 0..0);
    let plan = resolve(PlanFile::read(root), (path, sum), &diagnostics);
    match diagnostics.into_error() {
        None => Ok(plan),
        Some(problems) => Err(problems),
    }
}

/// The text of the plan, or why there is none.
fn read(path: &Path) -> Result<Source, Box<Diagnostic>> {
    let nothing = Source::new(path, "");
    let refuse = |words: &str, help: Option<String>| {
        Box::new(Diagnostic::whole(format!("{} {words}", quoted_path(path)), &nothing).help(help))
    };
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => refuse("does not exist", similar_file(path)),
        io::ErrorKind::PermissionDenied => refuse("cannot be read: permission denied", None),
        _ => refuse(&format!("cannot be read: {error}"), None),
    };
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(refuse("is a directory", Some("name the plan file in it".to_owned())));
    }
    if !metadata.is_file() {
        return Err(refuse("is not a regular file", None));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST {
        return Err(refuse("is larger than 1 MiB, which no plan is", None));
    }
    let text = utf8(path, bytes)?;
    if is_blank(&text) {
        let help = "a plan names `[hosts]` and the `[[steps]]` to take on them";
        return Err(refuse("is empty", Some(help.to_owned())));
    }
    Ok(Source::new(path, text))
}

fn utf8(path: &Path, bytes: Vec<u8>) -> Result<String, Box<Diagnostic>> {
    String::from_utf8(bytes).map_err(|error| {
        let start = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(error.as_bytes());
        let source = Source::new(path, mask::masked(&text, &mask::likely_secrets(&text)));
        let span = start..start + char::REPLACEMENT_CHARACTER.len_utf8();
        let problem = Diagnostic::at("the plan is not UTF-8", &source, span)
            .label("the first byte that is no text")
            .help("save the file as UTF-8".to_owned());
        Box::new(problem)
    })
}

/// Whether there is nothing but space and comments.
fn is_blank(text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
}
