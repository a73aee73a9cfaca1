//! The files that the plan's steps want on a host, one after the other.

use crate::{
    cluster::config::ConfigFile,
    instance::look::Look,
    name::HostName,
    plan::model::Direction,
    steps::{
        error::Failure,
        tls_mode::{config_files::ConfigFiles, error::ConfigFileError, goal::Goal},
    },
};

/// The parsed files, each once. A file that cannot be made stops a plan; on the way back its own step
/// tells of it.
pub(super) fn texts(
    files: &dyn ConfigFiles,
    goals: &[Goal],
    host: &HostName,
    look: &Look,
) -> Result<Vec<ConfigFile>, Failure> {
    let mut text = look.file.text.clone();
    let mut parsed: Vec<ConfigFile> = Vec::new();
    for goal in goals {
        match files.wanted(host, goal.mode, &text) {
            Ok(file) => text = file.text,
            Err(source) if goal.way == Direction::Up => {
                return Err(ConfigFileError::NotMade { host: host.clone(), source }.into());
            }
            Err(_) => continue,
        }
        let file = ConfigFile::parse(&text);
        parsed.extend(file.ok().filter(|file| parsed.iter().all(|one| one.text() != file.text())));
    }
    Ok(parsed)
}
