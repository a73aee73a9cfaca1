//! What the checks before the first step find on real hosts: each fault alone and word for word, several
//! in one run, and what a waiver does. Nothing is touched before they are through.

use crate::{fingerprint::Fingerprint, lab::Lab, run, site::Site, traces::Traces};

const ALL: [&str; 3] = ["db1", "db2", "db3"];
const UNTOUCHED: &str = "hint: nothing was touched on any host";

#[test]
#[ignore = "needs the lab"]
fn faults_on_several_hosts_are_all_told_in_one_run() {
    let lab = Lab::fresh(&["--server", "6.0"]);
    let site = Site::new(&lab, "rs0.toml");
    for (host, fault) in [("db1", "no-key"), ("db2", "expired"), ("db3", "wrong-san")] {
        lab.certificate(host, fault);
    }
    let (before, traces) = (Fingerprint::of(&lab), Traces::before(&lab));
    let refused = run::apply(&lab, &site);
    refused.expect(78).says(&lab.own_all(&[
        "P6: `/etc/ssl/mongodb/server.pem` on `db1`: there is no private key in it",
        "P5: `/etc/ssl/mongodb/server.pem` on `db2`: it expired",
        "P4: `/etc/ssl/mongodb/server.pem` on `db3`: it is for elsewhere.lab.test",
    ]));
    for (words, times) in [("error: ", 3), (UNTOUCHED, 1)] {
        assert_eq!(refused.stderr.matches(words).count(), times, "{}", refused.words());
    }
    let planned = run::ended(run::command(&lab, &site, &["plan"]));
    planned.expect(78).says(&["on `db1`", "on `db2`", "on `db3`", "3 of 3 steps"]);
    before.untouched(&lab, &ALL);
    traces.none_left(&lab);
}

mod thorough {
    use super::*;
    use crate::{clock::Clock, proof, run::Finished};

    const SERVER: &str = "`/etc/ssl/mongodb/server.pem` on `db2`";
    const CA: &str = "`/etc/ssl/mongodb/ca.pem` on `db2`";

    /// A certificate of `lab cert`, the file and the words by which it is found, and the way out.
    const FAULTS: [(&str, &str, &str, &str); 10] = [
        ("expired", SERVER, "P5: FILE: it expired 24h ago", "put a valid one in its place"),
        ("not-yet-valid", SERVER, "P5: FILE: it begins in 23h", "put a valid one in its place"),
        (
            "expires-soon",
            SERVER,
            "P31: FILE: it expires in 2 days, the plan asks for 14 days",
            "renew it first",
        ),
        (
            "wrong-san",
            SERVER,
            "P4: FILE: it is for elsewhere.lab.test, and the other members dial this one as `db2.lab.test`",
            "issue it with `db2.lab.test` among its alternative names",
        ),
        (
            "no-client-auth",
            SERVER,
            "P1: FILE: its extended key usage leaves out clientAuth",
            "issue it with clientAuth too",
        ),
        (
            "other-ca",
            SERVER,
            "P2: FILE: the issuer `O=tlsplan lab, CN=another authority` is neither in the CA file nor behind the certificate",
            "issue it by the CA in the CA file",
        ),
        (
            "key-mismatch",
            SERVER,
            "P6: FILE: the private key in it belongs to another certificate",
            "put the key and its own certificate into the file",
        ),
        (
            "no-key",
            SERVER,
            "P6: FILE: there is no private key in it",
            "key and certificate belong into the same file",
        ),
        (
            "unreadable",
            SERVER,
            "P7: FILE: the service's user cannot read it: Permission denied",
            "give it to the service's user",
        ),
        (
            "ca-not-ca",
            CA,
            "P3: FILE: `O=tlsplan lab, CN=lab.test authority` is no CA",
            "it has to hold the CA that issued the members' certificates",
        ),
    ];

    /// A run that is refused for one reason alone, and leaves no trace.
    fn is_refused(lab: &Lab, run: impl FnOnce() -> Finished, says: &[&str]) {
        let (before, traces) = (Fingerprint::of(lab), Traces::before(lab));
        let refused = run();
        refused.expect(78).says(&lab.own_all(says)).says(&[
            "why it matters",
            "under `[waive]`",
            UNTOUCHED,
        ]);
        let errors = refused.stderr.matches("error: ").count();
        assert_eq!(errors, 1, "{}", refused.words());
        println!("   Refused  in {:.1?}: {}", refused.took, refused.stderr.lines().next().unwrap());
        before.untouched(lab, &ALL);
        traces.none_left(lab);
    }

    #[test]
    #[ignore = "needs the lab"]
    fn each_fault_of_a_certificate_or_a_clock_is_found_before_anything_is_touched() {
        let lab = Lab::fresh(&["--server", "6.0"]);
        let site = Site::new(&lab, "rs0.toml");
        let apply = || run::apply(&lab, &site);
        for (fault, file, seen, fix) in FAULTS {
            lab.certificate("db2", fault);
            is_refused(&lab, apply, &[&seen.replace("FILE", file), fix]);
        }
        lab.certificate("db2", "good");
        ahead_by_an_hour(&lab, "db3");
        let seen = "P5: the clock of `db3`: it is 60m ahead of the clock of this machine";
        is_refused(&lab, apply, &[seen, "`timedatectl` there"]);
        lab.exec("db3", &["mv", "/usr/bin/date.true", "/usr/bin/date"]);
        let clock = Clock::new(&site);
        clock.set("+3630");
        let late = || {
            let mut command = run::command(&lab, &site, &["apply", "--yes"]);
            clock.shown_to(&mut command);
            run::ended(command)
        };
        let seen = "P5: the clock of this machine: it is 60m ahead of the clocks of `db1`, `db2` and `db3`, which agree";
        is_refused(&lab, late, &[seen, "set this machine's clock right"]);
    }

    /// As the host itself tells the time to whoever asks.
    fn ahead_by_an_hour(lab: &Lab, host: &str) {
        lab.shell(
            host,
            "mv /usr/bin/date /usr/bin/date.true; printf '#!/bin/sh\\nexec /usr/bin/date.true -d \"3630 seconds\" \"$@\"\\n' > /usr/bin/date; chmod 755 /usr/bin/date",
        );
    }

    #[test]
    #[ignore = "needs the lab"]
    fn a_waived_check_is_a_warning_and_so_is_any_when_there_is_nothing_to_do() {
        let lab = Lab::fresh(&["--server", "6.0"]);
        let site = Site::new(&lab, "rs0.toml");
        lab.certificate("db2", "expires-soon");
        let waiver = "[waive]\nP31 = \"renewal is booked for Friday\"\n\n[ssh]";
        site.edit_plan(|plan| plan.replacen("[ssh]", waiver, 1));
        let applied = run::apply(&lab, &site);
        applied.expect(0).says(&[
            "Warning  db2  P31: `/etc/ssl/mongodb/server.pem`: it expires in 2 days, the plan asks for 14 days; waived: renewal is booked for Friday",
            "Checked  db1 db3  certificates: chain, names, dates, keys",
        ]);
        assert_eq!(applied.stdout.matches("P9: ").count(), 1, "{}", applied.stdout);
        proof::requires_tls(&lab, &site);
        site.edit_plan(|plan| plan.replacen(waiver, "[ssh]", 1));
        let again = run::apply(&lab, &site);
        again.expect(0).says(&["Warning  db2  P31: ", "nothing had to be changed"]);
        assert!(!again.stdout.contains("P9"), "{}", again.stdout);
    }
}
