//! What the user wrote, with the place of everything that may still turn out to be wrong.

pub(crate) mod clients;
pub(crate) mod hosts;
pub(crate) mod mongodb;
pub(crate) mod plan_file;
pub(crate) mod secret_ref;
pub(crate) mod ssh;
pub(crate) mod steps;
pub(crate) mod unbuilt;
pub(crate) mod vars;
pub(crate) mod waive;
pub(crate) mod window;
