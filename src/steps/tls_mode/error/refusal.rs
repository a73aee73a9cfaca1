//! What to do where a step cannot be done from where the cluster stands.

use crate::{
    engine::{progress::Progress, step_error},
    error::Exit,
    steps::tls_mode::decide::Refusal,
};

impl step_error::Failure for Refusal {
    fn exit(&self, _: Progress) -> Exit {
        Exit::Refused
    }

    fn hints(&self, _: Progress) -> Vec<String> {
        vec![match self {
            Self::Barrier { needed, .. } => {
                format!("put a step with `tls_mode = \"{needed}\"` before this one")
            }
            Self::BarrierBack { host, .. } => format!("run again: it begins with `{host}`"),
            Self::NotAtRuntime { .. } => {
                "leave `via` out of this step, or say `via = \"restart\"`".to_owned()
            }
            Self::Torn { low, high_mode, .. } => format!(
                "a person has to bring `{low}` closer first: write a mode next to {high_mode} into its file and restart it"
            ),
        }]
    }
}
