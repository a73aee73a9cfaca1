//! A controller's directory: a plan and what lies beside it, and the program's state.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::lab::Lab;

/// A plan of `tests/plans`, ready to be run on a lab. Removed when dropped.
pub(crate) struct Site {
    directory: tempfile::TempDir,
    /// The plan.
    pub(crate) plan: PathBuf,
}

impl Site {
    /// Lays out the plan of this name.
    pub(crate) fn new(lab: &Lab, plan: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        for name in [plan, "mongod.conf.hbs"] {
            let text = fs::read_to_string(shipped(name)).unwrap();
            fs::write(directory.path().join(name), lab.own(&text)).unwrap();
        }
        lab.controller(directory.path());
        let plan = directory.path().join(plan);
        Self { directory, plan }
    }

    /// A file beside the plan.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Changes a file beside the plan; the change must change something.
    pub(crate) fn edit(&self, name: &str, change: impl FnOnce(&str) -> String) {
        let old = fs::read_to_string(self.path(name)).unwrap();
        let new = change(&old);
        assert_ne!(old, new, "the edit of {name} fits nothing in it");
        fs::write(self.path(name), new).unwrap();
    }

    /// Changes the plan.
    pub(crate) fn edit_plan(&self, change: impl FnOnce(&str) -> String) {
        let name = self.plan.file_name().unwrap().to_str().unwrap().to_owned();
        self.edit(&name, change);
    }

    /// Lets tlsplan ask the members by the driver, which starts no mongosh on every host. For tests of many runs
    /// that ask something else; the others keep mongosh.
    pub(crate) fn with_driver(self) -> Self {
        let client =
            "[mongodb.client]\nca_file = \"ca.pem\"\ncertificate_key_file = \"client.pem\"\n\n";
        self.edit_plan(|plan| plan.replacen("[mongodb.tls]", &format!("{client}[mongodb.tls]"), 1));
        self
    }

    /// The file the template makes for a host and a mode, worked out by plain replacement.
    pub(crate) fn rendered(&self, bind_name: &str, mode: &str) -> String {
        let template = fs::read_to_string(self.path("mongod.conf.hbs")).unwrap();
        [
            ("{{cache_gb}}", "0.25"),
            ("{{bind_name}}", bind_name),
            ("{{tls.mode}}", mode),
            ("{{tls.certificate_key_file}}", "/etc/ssl/mongodb/server.pem"),
            ("{{tls.ca_file}}", "/etc/ssl/mongodb/ca.pem"),
            ("{{replica_set}}", "rs0"),
        ]
        .iter()
        .fold(template, |text, (name, value)| text.replace(name, value))
    }
}

fn shipped(name: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/plans")).join(name)
}
