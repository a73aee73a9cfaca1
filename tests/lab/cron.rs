//! A run as cron starts it: no terminal, no home, next to no environment, and perhaps no standard
//! streams at all. Silent on success, one line otherwise.

use std::{fs, process::Command};

use crate::{
    fingerprint::Fingerprint,
    hook,
    lab::Lab,
    proof,
    run::{self, Finished},
    site::Site,
    traces::Traces,
};

/// `tlsplan apply PLAN --quiet`, in cron's environment.
pub(crate) fn apply(lab: &Lab, site: &Site) -> Command {
    of(lab, site, "apply")
}

fn of(lab: &Lab, site: &Site, word: &str) -> Command {
    let state = site.path("state");
    let words = [word, "--quiet", "--state-dir", state.to_str().unwrap()];
    let mut command = run::command(lab, site, &words);
    command
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("SHELL", "/bin/sh")
        .env("LOGNAME", "root")
        .current_dir("/");
    command
}

/// The same without any of the three streams.
fn without_streams(call: &Command) -> Command {
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", "exec \"$0\" \"$@\" <&- >&- 2>&-"])
        .arg(call.get_program())
        .args(call.get_args())
        .env_clear()
        .envs(call.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    command
}

/// Fails unless one line was said, as an error.
pub(crate) fn one_line(run: &Finished) -> &Finished {
    assert_eq!(run.stdout, "", "{run:?}");
    assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
    assert!(run.stderr.ends_with('\n'), "{run:?}");
    run
}

fn silent(run: &Finished) {
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
}

mod thorough {
    use super::*;

    #[test]
    #[ignore = "needs the lab"]
    fn a_run_of_cron_says_one_line_when_it_fails_and_nothing_when_it_does_not() {
        let lab = Lab::fresh(&["--server", "6.0"]);
        let site = Site::new(&lab, "rs0.toml");
        let (before, traces) = (Fingerprint::of(&lab), Traces::before(&lab));
        // On two hosts at once, and still one line.
        for (deed, mend, exit) in [
            ("lab cut db2 --reset; lab cut db3 --reset", "lab heal db2; lab heal db3", 69),
            (
                "for host in db2 db3; do lab exec $host -- chattr +i /etc/mongod.conf; done",
                "for host in db2 db3; do lab exec $host -- chattr -i /etc/mongod.conf; done",
                78,
            ),
        ] {
            hook::now(&lab, deed);
            one_line(run::ended(apply(&lab, &site)).expect(exit)).says(&["`db2`", "`db3`"]);
            hook::now(&lab, mend);
        }
        let plan = fs::read_to_string(&site.plan).unwrap();
        site.edit_plan(|plan| plan.replace("tls_mode", "tls_mood"));
        one_line(run::ended(apply(&lab, &site)).expect(65)).says(&["no host was contacted"]);
        fs::write(&site.plan, plan).unwrap();
        before.untouched(&lab, &["db1", "db2", "db3"]);
        run::ended(without_streams(&apply(&lab, &site))).expect(0);
        proof::requires_tls(&lab, &site);
        silent(run::ended(apply(&lab, &site)).expect(0));
        silent(run::ended(of(&lab, &site, "status")).expect(0));
        hook::now(&lab, "lab cut db2 --reset");
        one_line(run::ended(of(&lab, &site, "status")).expect(69)).says(&["`db2`"]);
        traces.none_left(&lab);
    }
}
