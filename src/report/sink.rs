//! What a form of output has to be able to do.

use std::io;

use super::{
    explained::Explained, finding::Finding, left_open::LeftOpen, outlook::Outlook,
    past_run::PastRun, status::StatusRow,
};
use crate::{
    cluster::clients::{ObservedClient, VisibilityGap},
    error::{Designed, Exit},
    event::{Event, Evidence},
    name::HostName,
};

/// A form of output: text or JSON lines.
pub(super) trait Sink: Send {
    /// Something happened.
    fn event(&mut self, event: &Event);

    /// The program's last words.
    fn error(&mut self, error: &dyn Designed);

    /// Problems of the plan.
    fn findings(&mut self, findings: &[Finding]);

    /// The state of the hosts, and what earlier runs left open there.
    fn status(&mut self, rows: &[StatusRow], left: &[LeftOpen]);

    /// What is true of each server, and who ran the plan before.
    fn evidence(&mut self, evidence: &[Evidence], runs: &[PastRun]);

    /// Who speaks to the servers, and which of them do not tell.
    fn clients(&mut self, clients: &[ObservedClient], blind: &[(HostName, VisibilityGap)]);

    /// What `apply` would do.
    fn outlook(&mut self, outlook: &Outlook);

    /// What a server's words mean.
    fn explained(&mut self, told: &[Explained]);

    /// A person is asked something: nothing else may write to the terminal until [`Sink::resume`].
    fn pause(&mut self);

    /// The answer is there.
    fn resume(&mut self);

    /// Leaves the terminal clean. The failure is one of writing to standard output.
    fn finish(&mut self, exit: Exit) -> Option<io::Error>;
}
