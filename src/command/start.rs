//! Brings up what the asynchronous commands run on.

use std::{io, sync::Arc};

use tokio::runtime::Builder;

use super::run;
use crate::{
    cli::Cli,
    error::{Designed, Exit},
    report::{Reporter, panic},
};

/// Runs the command of a command line to its end.
pub fn start(cli: Cli, report: &Arc<Reporter>) -> Exit {
    match Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => {
            let exit = runtime.block_on(run(cli, report));
            panic::disarm();
            runtime.shutdown_background();
            exit
        }
        Err(source) => {
            let error = StartError { source };
            report.error(&error);
            error.exit()
        }
    }
}

/// The system gave no threads or no file descriptors.
#[derive(Debug, thiserror::Error)]
#[error("this machine does not let tlsplan start its threads")]
struct StartError {
    #[source]
    source: io::Error,
}

impl Designed for StartError {
    fn exit(&self) -> Exit {
        Exit::Bug
    }

    fn hints(&self) -> Vec<String> {
        vec!["nothing was started; look at the limits of this shell with `ulimit -a`".into()]
    }
}
