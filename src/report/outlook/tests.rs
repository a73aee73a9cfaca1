//! The outlook as a person sees it.

use super::*;
use crate::report::page::Width;

fn hosts(names: &[&str]) -> Vec<HostName> {
    names.iter().copied().map(HostName::new).collect()
}

fn intent(names: &[&str], what: &str) -> Intent {
    Intent { hosts: hosts(names), what: what.into() }
}

fn outlook() -> Outlook {
    let diff = |host: &str, bind: &str| FileDiff {
        host: HostName::new(host),
        path: "/etc/mongod.conf".into(),
        diff: format!(
            "--- a\n+++ b\n@@ -4,3 +4,5 @@\n   bindIp: {bind}\n+  tls:\n+    mode: allowTLS\n"
        ),
    };
    let write = "write mongod.conf (net.tls.mode disabled -> allowTLS), restart mongod";
    Outlook {
        steps: vec![
            StepOutlook { name: "accept plaintext".into(), status: StepStatus::Met, diffs: vec![] },
            StepOutlook {
                name: "accept TLS beside plaintext".into(),
                status: StepStatus::Would {
                    intents: vec![
                        intent(&["db3"], write),
                        intent(&["db10"], write),
                        intent(&["db1"], &format!("step down, {write}")),
                    ],
                },
                diffs: vec![diff("db3", "all"), diff("db10", "all"), diff("db1", "one")],
            },
            StepOutlook {
                name: "prefer TLS".into(),
                status: StepStatus::Would {
                    intents: vec![intent(&["db3", "db10", "db1"], "set allowTLS -> preferTLS")],
                },
                diffs: vec![],
            },
        ],
        unknown: vec!["which member is primary after the step-down".into()],
    }
}

#[test]
fn an_outlook_reads_like_what_will_happen() {
    insta::assert_snapshot!(render(&outlook(), &Page::default()), @r"
        Met  1/3  accept plaintext

       Step  2/3  accept TLS beside plaintext
      Would  db3   write mongod.conf (net.tls.mode disabled -> allowTLS), restart mongod
      Would  db10  write mongod.conf (net.tls.mode disabled -> allowTLS), restart mongod
      Would  db1   step down, write mongod.conf (net.tls.mode disabled -> allowTLS), restart mongod
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
      Would  db3 db10 db1  set allowTLS -> preferTLS

    Unknown  which member is primary after the step-down

    Pending  2 of 3 steps; nothing has been changed
    ");
}

#[test]
fn an_outlook_fits_a_narrow_terminal() {
    let page = Page { width: Width::Columns(50), ..Page::default() };
    insta::assert_snapshot!(render(&outlook(), &page), @r"
        Met  1/3  accept plaintext

       Step  2/3  accept TLS beside plaintext
      Would  db3   write mongod.conf (net.tls.mode
                   disabled -> allowTLS), restart
                   mongod
      Would  db10  write mongod.conf (net.tls.mode
                   disabled -> allowTLS), restart
                   mongod
      Would  db1   step down, write mongod.conf
                   (net.tls.mode disabled ->
                   allowTLS), restart mongod
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
      Would  db3 db10 db1  set allowTLS -> preferTLS

    Unknown  which member is primary after the
             step-down

    Pending  2 of 3 steps; nothing has been changed
    ");
}

#[test]
fn nothing_to_do_is_said_in_one_line_at_the_end() {
    let mut outlook = outlook();
    outlook.unknown.clear();
    outlook.steps.truncate(1);
    insta::assert_snapshot!(render(&outlook, &Page::default()), @r"
    Met  1/1  accept plaintext

    Met  every step; `apply` would change nothing
    ");
}
