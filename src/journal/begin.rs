//! Who begins a run, and the one name of its plan.

use std::path::Path;

use crate::{event::Begin, local_machine::Controller};

impl Begin {
    /// This process, working on a plan.
    #[must_use]
    pub fn here(plan: &str, path: &Path) -> Self {
        let Controller { user, machine, pid } = Controller::here();
        Self {
            plan: plan.to_owned(),
            path: absolute(path),
            user,
            controller: machine,
            pid,
            tlsplan: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// The one name of a plan's file, from wherever it is called. A link in its last part stays: the
/// file behind it may be another one tomorrow, and it is still the same plan.
pub(super) fn absolute(path: &Path) -> String {
    let full = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let parent = full.parent().and_then(|parent| parent.canonicalize().ok());
    let full = match (parent, full.file_name()) {
        (Some(parent), Some(name)) => parent.join(name),
        _ => full,
    };
    full.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::*;

    #[test]
    fn a_plan_has_one_name_from_wherever_it_is_called() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("a/b")).unwrap();
        symlink("a", root.join("link")).unwrap();
        symlink("releases/7.toml", root.join("a/plan.toml")).unwrap();
        let name = root.join("a/plan.toml").to_string_lossy().into_owned();
        for path in ["a/plan.toml", "a/b/../plan.toml", "link/plan.toml", "./a/./plan.toml"] {
            assert_eq!(absolute(&root.join(path)), name, "{path}");
        }
        assert!(Path::new(&absolute(Path::new("plan.toml"))).is_absolute());
    }
}
