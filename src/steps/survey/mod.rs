//! Looks at the servers of a plan: every one at once, the first look of a run, and who is left out.

pub mod discovery;
pub mod initial;
#[expect(clippy::module_inception, reason = "the type is the folder's namesake")]
mod survey;

pub use survey::Survey;
