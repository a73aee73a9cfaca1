//! What the user wrote, with the place of everything that may still turn out to be wrong.

pub(crate) mod argv;
pub(crate) mod client;
pub(crate) mod clients;
pub(crate) mod confirm;
pub(crate) mod hosts;
pub(crate) mod mongodb;
pub(crate) mod owner;
pub(crate) mod plan_file;
pub(crate) mod run;
pub(crate) mod secret_ref;
pub(crate) mod set_rules;
pub(crate) mod ssh;
pub(crate) mod steps;
pub(crate) mod unsupported;
pub(crate) mod vars;
pub(crate) mod wait;
pub(crate) mod waive;
pub(crate) mod window;
