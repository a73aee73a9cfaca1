//! Files on this machine that a plan names: where they are and whether they can be read.

use std::{
    env,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use crate::plan::{
    message::{quoted, quoted_path},
    similar_file::similar_file,
    violation::Violation,
};

/// The largest template; a configuration file is a few kilobytes.
const LARGEST: u64 = 1024 * 1024;

/// The directory of the plan, to which its paths are relative, and the home.
pub(crate) struct Controller {
    directory: PathBuf,
    home: Option<PathBuf>,
}

impl Controller {
    /// For a plan at a path.
    pub(crate) fn of(plan: &Path) -> Self {
        let directory = plan.parent().map(Path::to_path_buf).unwrap_or_default();
        let home = env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
        Self { directory, home }
    }

    /// The path that is meant.
    pub(crate) fn locate(&self, written: &str) -> Result<PathBuf, Violation> {
        let Some(rest) = written.strip_prefix('~') else {
            return Ok(self.directory.join(written));
        };
        let home = self.home.as_ref().ok_or_else(|| {
            Violation::new(format!("{} cannot be found", quoted(written)), "`HOME` is not set")
        })?;
        Ok(home.join(rest.trim_start_matches('/')))
    }

    /// The path of a file that has to be there and readable.
    pub(crate) fn find(&self, written: &str) -> Result<PathBuf, Violation> {
        let path = self.locate(written)?;
        open(written, &path)?;
        Ok(path)
    }

    /// A file's path and text.
    pub(crate) fn read(&self, written: &str) -> Result<(PathBuf, String), Violation> {
        let path = self.locate(written)?;
        let mut bytes = Vec::new();
        let file = open(written, &path)?;
        file.take(LARGEST + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| unreadable(written, &path, &error))?;
        if bytes.len() as u64 > LARGEST {
            let message = format!("{} is too large", quoted(written));
            return Err(Violation::new(message, "more than 1 MiB"));
        }
        let text = String::from_utf8(bytes).map_err(|_| {
            Violation::new(format!("{} is not text", quoted(written)), "it is not UTF-8")
        })?;
        Ok((path, text))
    }
}

/// Opens a regular file and nothing else: opening a pipe would wait for its writer.
fn open(written: &str, path: &Path) -> Result<File, Violation> {
    let unreadable = |error: io::Error| unreadable(written, path, &error);
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(Violation::new(
            format!("{} is a directory", quoted(written)),
            "a file is needed",
        ));
    }
    if !metadata.is_file() {
        let message = format!("{} is not a regular file", quoted(written));
        return Err(Violation::new(message, "a device, pipe or socket"));
    }
    File::open(path).map_err(unreadable)
}

fn unreadable(written: &str, path: &Path, error: &io::Error) -> Violation {
    let name = quoted(written);
    let place = quoted_path(path);
    match error.kind() {
        io::ErrorKind::NotFound => {
            let violation = Violation::new(format!("{name} does not exist"), "no such file");
            violation.help(similar_file(path).unwrap_or_else(|| {
                format!("looked for {place}; paths are relative to the plan's directory")
            }))
        }
        io::ErrorKind::PermissionDenied => {
            Violation::new(format!("{name} cannot be read"), "permission denied")
                .help(format!("look at {place} with `ls -l`"))
        }
        _ => Violation::new(format!("{name} cannot be read"), error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_told_from_what_is_forbidden() {
        let violation =
            |kind: io::ErrorKind| unreadable("a.pem", Path::new("/nowhere/a.pem"), &kind.into());
        let missing = format!("{:?}", violation(io::ErrorKind::NotFound));
        assert!(missing.contains("does not exist") && missing.contains("/nowhere/a.pem"));
        let forbidden = format!("{:?}", violation(io::ErrorKind::PermissionDenied));
        assert!(forbidden.contains("permission denied"));
    }

    #[test]
    fn paths_are_relative_to_the_plan_and_home_is_expanded() {
        let here = Controller { directory: "plans".into(), home: Some("/home/x".into()) };
        for (written, path) in [
            ("a", "plans/a"),
            ("../a", "plans/../a"),
            ("/a", "/a"),
            ("~/a", "/home/x/a"),
            ("~", "/home/x"),
        ] {
            assert_eq!(here.locate(written), Ok(PathBuf::from(path)), "{written}");
        }
        let homeless = Controller { directory: "plans".into(), home: None };
        assert!(homeless.locate("~/a").is_err());
    }
}
