//! The oracles are tried on faults made by hand: one that cannot fail proves nothing.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
    time::Duration,
};

use crate::{
    files::Reader,
    fingerprint::Fingerprint,
    lab::Lab,
    monitor::Monitor,
    proof,
    site::Site,
    traces::Traces,
    writer::{Access, Writer},
};

/// The words with which this fails.
fn failure(judge: impl FnOnce()) -> String {
    let Err(caught) = catch_unwind(AssertUnwindSafe(judge)) else {
        panic!("the oracle saw nothing");
    };
    caught.downcast_ref::<String>().cloned().unwrap_or_default()
}

/// One set for all of them; the last one is what takes its members down.
#[test]
#[ignore = "needs the lab"]
fn each_oracle_sees_the_fault_that_it_is_for() {
    let lab = Lab::fresh(&["--server", "6.0"]);
    let site = Site::new(&lab, "rs0.toml");
    the_writer_misses_a_write_that_a_member_does_not_have(&lab, &site);
    the_reader_sees_a_file_that_is_written_in_place(&lab);
    traces_touched_hosts_and_plaintext_are_seen(&lab, &site);
    the_monitor_sees_two_members_down_at_once_and_an_election(&lab, &site);
}

fn the_writer_misses_a_write_that_a_member_does_not_have(lab: &Lab, site: &Site) {
    let access = Access::new(lab, site);
    let writer = Writer::start(access, || false);
    thread::sleep(Duration::from_millis(500));
    let remove = "db.getSiblingDB('lab').writes.deleteOne({_id: Long(7)}, {writeConcern: {w: 3}})";
    let done = lab.mongosh("db1", &["--quiet", "--eval", remove]).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let words = failure(|| drop(writer.end()));
    assert!(words.contains("not there: [7]"), "{words}");
}

fn the_reader_sees_a_file_that_is_written_in_place(lab: &Lab) {
    let original = Fingerprint::of(lab).on("db2").text.clone();
    let reader = Reader::start(lab);
    lab.shell("db2", "cp /etc/mongod.conf /root/new && for i in $(seq 200); do cp /root/new /etc/mongod.conf; done");
    let words = failure(|| drop(reader.end(|host, text| host.name != "db2" || text == original)));
    assert!(words.starts_with("db2: mongod.conf was seen as"), "{words}");
}

fn traces_touched_hosts_and_plaintext_are_seen(lab: &Lab, site: &Site) {
    let before = Fingerprint::of(lab);
    let traces = Traces::before(lab);
    traces.none_left(lab);
    lab.shell("db1", "touch /etc/.mongod.conf.tlsplan-1 /tmp/left");
    lab.shell("db2", "systemd-run --quiet --unit tlsplan-left sleep 300");
    lab.shell("db3", "touch /etc/mongod.conf");
    let words = failure(|| traces.none_left(lab));
    assert!(
        words.contains("/etc/.mongod.conf.tlsplan-1") && words.contains("/tmp/left"),
        "{words}"
    );
    lab.shell("db1", "rm /etc/.mongod.conf.tlsplan-1 /tmp/left");
    let words = failure(|| traces.none_left(lab));
    assert!(words.contains("tlsplan-left.service") && words.contains("sleep 300"), "{words}");
    failure(|| before.untouched(lab, &["db3"]));
    failure(|| proof::requires_tls(lab, site));
}

fn the_monitor_sees_two_members_down_at_once_and_an_election(lab: &Lab, site: &Site) {
    let monitor = Monitor::start(lab, site);
    lab.mongosh("db1", &["--quiet", "--eval", "rs.stepDown()"]).output().unwrap();
    thread::sleep(Duration::from_secs(1));
    for host in ["db2", "db1"] {
        lab.exec(host, &["systemctl", "kill", "-s", "KILL", "mongod"]);
    }
    thread::sleep(Duration::from_secs(1));
    for host in ["db1", "db2"] {
        lab.shell(host, "systemctl reset-failed mongod; systemctl start mongod");
    }
    lab.hosts.iter().for_each(|host| lab.wait_until_up(&host.name));
    let seen = monitor.end();
    assert!(seen.elections() > 0, "{seen}");
    let words = failure(|| seen.never_two_down());
    assert!(words.contains("db1 and db2 were down together"), "{words}");
}
