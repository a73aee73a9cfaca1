//! Plays a recorded run at the pace of a real one, to look at the output: `upgrade` or `failure`,
//! with a question before it (`ask`) or a passphrase on the way (`secret`).
//!
//! `cargo run --example replay -- failure`

use std::{env, process::ExitCode, thread, time::Duration};

use tlsplan::{
    error::{Designed, Exit},
    event::{Act, Event, FileDiff, PlannedAct, Preview, Sink, StepPreview, StepStatus, Unknown},
    name::UnitName,
    report::{Reporter, Settings},
};

#[path = "../tests/recording/mod.rs"]
mod recording;

fn main() -> ExitCode {
    let report = Reporter::new(Settings::default());
    let fails = env::args().any(|word| word == "failure");
    let beats = if fails { recording::failure() } else { recording::upgrade() };
    if env::args().any(|word| word == "ask") {
        report.emit(Event::Preview(preview()));
        if let Some(prompt) = report.prompt() {
            let _ = prompt.confirm("Apply this to 3 hosts?");
        }
    }
    thread::scope(|scope| {
        if env::args().any(|word| word == "secret") {
            // Asked by one connection while the others go on, as passphrases are.
            scope.spawn(|| {
                thread::sleep(Duration::from_millis(800));
                report.prompt().map(|prompt| prompt.secret("Passphrase for `id_ed25519`").is_ok())
            });
        }
        for (event, millis) in beats {
            report.emit(event);
            thread::sleep(Duration::from_millis(millis));
        }
    });
    let mut exit = Exit::Converged;
    if fails {
        let error = recording::NotBack(recording::LastSeen);
        report.error(&error);
        exit = error.exit();
    }
    ExitCode::from(report.finish(exit).code())
}

fn preview() -> Preview {
    let hosts = ["db3", "db2", "db1"].map(recording::host);
    let acts = hosts.iter().map(|host| PlannedAct {
        hosts: vec![host.clone()],
        act: Act::WriteFileAndRestart {
            path: "mongod.conf".into(),
            change: "net.tls.mode disabled -> allowTLS".into(),
            unit: UnitName::new("mongod"),
        },
    });
    let diffs = hosts.iter().map(|host| FileDiff {
        host: host.clone(),
        path: "/etc/mongod.conf".into(),
        diff: "@@ -6,2 +6,3 @@\n net:\n   port: 27017\n+  tls:\n+    mode: allowTLS\n".into(),
    });
    let step = StepPreview {
        name: "accept TLS beside plaintext".into(),
        status: StepStatus::Pending { acts: acts.collect() },
        diffs: diffs.collect(),
    };
    Preview { steps: vec![step], unknown: vec![Unknown::ElectedPrimary] }
}
