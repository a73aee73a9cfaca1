//! The preview as a person sees it.

use super::*;
use crate::{
    cluster::mode::TlsMode,
    event::{Act, Unknown},
    name::UnitName,
    report::layout::Width,
};

fn hosts(names: &[&str]) -> Vec<HostName> {
    names.iter().copied().map(HostName::new).collect()
}

fn planned(names: &[&str], act: Act) -> PlannedAct {
    PlannedAct { hosts: hosts(names), act }
}

fn preview() -> Preview {
    let diff = |host: &str, bind: &str| FileDiff {
        host: HostName::new(host),
        path: "/etc/mongod.conf".into(),
        diff: format!(
            "--- a\n+++ b\n@@ -4,3 +4,5 @@\n   bindIp: {bind}\n+  tls:\n+    mode: allowTLS\n"
        ),
    };
    let write = || Act::WriteFileAndRestart {
        path: "mongod.conf".into(),
        change: "net.tls.mode disabled -> allowTLS".into(),
        unit: UnitName::new("mongod"),
    };
    Preview {
        steps: vec![
            StepPreview { name: "accept plaintext".into(), status: StepStatus::Met, diffs: vec![] },
            StepPreview {
                name: "accept TLS beside plaintext".into(),
                status: StepStatus::Pending {
                    acts: vec![
                        planned(&["db3"], write()),
                        planned(&["db10"], write()),
                        planned(&["db1"], Act::StepDown),
                        planned(&["db1"], write()),
                    ],
                },
                diffs: vec![diff("db3", "all"), diff("db10", "all"), diff("db1", "one")],
            },
            StepPreview {
                name: "prefer TLS".into(),
                status: StepStatus::Pending {
                    acts: vec![planned(
                        &["db3", "db10", "db1"],
                        Act::SetMode { mode: TlsMode::Prefer },
                    )],
                },
                diffs: vec![],
            },
        ],
        unknown: vec![Unknown::ElectedPrimary],
    }
}

#[test]
fn a_preview_reads_like_what_will_happen() {
    insta::assert_snapshot!(render(&preview(), &Layout::default()), @r"
        Met  1/3  accept plaintext

       Step  2/3  accept TLS beside plaintext
      Would  db3   write mongod.conf (net.tls.mode disabled -> allowTLS), restart mongod
      Would  db10  write mongod.conf (net.tls.mode disabled -> allowTLS), restart mongod
      Would  db1   step down as primary
      Would  db1   write mongod.conf (net.tls.mode disabled -> allowTLS), restart mongod
       Diff  db3 db10  /etc/mongod.conf
       @@ -4,3 +4,5 @@
          bindIp: all
       +  tls:
       +    mode: allowTLS
       Diff  db1  /etc/mongod.conf
       @@ -4,3 +4,5 @@
          bindIp: one
       +  tls:
       +    mode: allowTLS

       Step  3/3  prefer TLS
      Would  db3 db10 db1  setParameter tlsMode preferTLS

    Unknown  which member is elected when the primary steps down

    Pending  2 of 3 steps; nothing has been changed
    ");
}

#[test]
fn a_preview_fits_a_narrow_terminal() {
    let layout = Layout { width: Width::Columns(50), ..Layout::default() };
    insta::assert_snapshot!(render(&preview(), &layout), @r"
        Met  1/3  accept plaintext

       Step  2/3  accept TLS beside plaintext
      Would  db3   write mongod.conf (net.tls.mode
                   disabled -> allowTLS), restart
                   mongod
      Would  db10  write mongod.conf (net.tls.mode
                   disabled -> allowTLS), restart
                   mongod
      Would  db1   step down as primary
      Would  db1   write mongod.conf (net.tls.mode
                   disabled -> allowTLS), restart
                   mongod
       Diff  db3 db10  /etc/mongod.conf
       @@ -4,3 +4,5 @@
          bindIp: all
       +  tls:
       +    mode: allowTLS
       Diff  db1  /etc/mongod.conf
       @@ -4,3 +4,5 @@
          bindIp: one
       +  tls:
       +    mode: allowTLS

       Step  3/3  prefer TLS
      Would  db3 db10 db1  setParameter tlsMode
                           preferTLS

    Unknown  which member is elected when the primary
             steps down

    Pending  2 of 3 steps; nothing has been changed
    ");
}

#[test]
fn nothing_to_do_is_said_in_one_line_at_the_end() {
    let mut preview = preview();
    preview.unknown.clear();
    preview.steps.truncate(1);
    insta::assert_snapshot!(render(&preview, &Layout::default()), @r"
    Met  1/1  accept plaintext

    Met  every step; `apply` would change nothing
    ");
}
