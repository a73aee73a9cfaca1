//! Clients that go on in plaintext: named, waited for, and not cut off.

use crate::{
    auth::lab_with_logins,
    proof, run,
    site::Site,
    wire::{Connection, Voice},
    writer::{Access, Writer},
};

/// The plan up to its first step.
fn first_step(plan: &str) -> String {
    let second = plan.match_indices("[[steps]]").nth(1).unwrap().0;
    plan[..second].to_owned()
}

/// U2, U8 and the gate between them: an application writes in plaintext all the time, and another one
/// connected before preferTLS and has said nothing since.
#[test]
#[ignore = "needs the lab"]
fn plaintext_holds_the_gate_by_name_loses_nothing_and_opens_it_when_it_is_gone() {
    let (lab, site) = lab_with_logins();
    let whole = std::fs::read_to_string(&site.plan).unwrap();
    site.edit_plan(first_step);
    // Without a gate in the plan no file asks for handshakes: this one is to know them from the start.
    site.edit_plan(|plan| {
        format!("{plan}\n[[steps]]\nclients = {{ plaintext_free_for = \"1s\" }}\n")
    });
    run::apply(&lab, &site).expect(0);
    let forgotten = Connection::named(lab.host("db2"), &Voice::Plaintext, "forgotten").unwrap();
    let writer = Writer::start(Access::new(&lab, &site), || false);

    std::fs::write(&site.plan, whole).unwrap();
    let held = run::apply(&lab, &site);
    held.expect(20).says(&lab.own_all(&[
        "`every client speaks TLS`: clients speak plaintext now, and 5s without are asked for",
        "`lab writer` (mongo-rust-driver",
        "at 10.99.0.1 speaks plaintext to `db1`, `db2`, `db3`: ",
        "`forgotten` (by hand 1) at 10.99.0.1 speaks plaintext to `db2`: 1 open, the oldest since 20",
        "run again",
    ]));
    for host in &lab.hosts {
        assert_eq!(proof::running_mode(&lab, &site, host), "preferTLS", "{}", host.name);
    }
    let history = writer.end();
    assert_eq!((history.plaintext_failures, history.tls_failures), (vec![], vec![]));

    let alone = run::apply(&lab, &site);
    alone.expect(20).says(&["`forgotten` (by hand 1)"]);
    assert!(!alone.stderr.contains("lab writer"), "{}", alone.stderr);
    drop(forgotten);
    let open = run::apply(&lab, &site);
    open.expect(0).says(&["no client has spoken plaintext for 5s"]);
    proof::requires_tls(&lab, &site);
}

mod thorough {
    use serde_json::Value;

    use super::*;
    use crate::lab::Lab;

    /// What `status` says of the clients of this name: how they speak, and how many connections are open.
    fn told(lab: &Lab, site: &Site, names: &[&str]) -> Vec<(String, String, u64)> {
        let status = run::status(lab, site);
        status.expect(0);
        let mut lines =
            status.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let census = lines.rfind(|line| line["event"] == "census").unwrap();
        assert_eq!(census["blind"], Value::Array(Vec::new()));
        let clients = census["clients"].as_array().unwrap();
        let text = |client: &Value, key: &str| client[key].as_str().unwrap_or_default().to_owned();
        let mut told: Vec<_> = clients
            .iter()
            .map(|it| (text(it, "application"), text(it, "speech"), it["open"].as_u64().unwrap()))
            .filter(|(name, ..)| names.contains(&name.as_str()))
            .collect();
        told.sort();
        told
    }

    /// At allowTLS, where the servers themselves say nothing of plaintext.
    #[test]
    #[ignore = "needs the lab"]
    fn the_census_of_text_and_json_logs_is_the_same_for_the_same_clients() {
        let names = ["billing", "gone", "orders"];
        let census = |server: &str| {
            let lab = Lab::fresh(&["--server", server]);
            let site = Site::new(&lab, "rs0.toml");
            site.edit_plan(first_step);
            site.edit_plan(|plan| {
                format!("{plan}\n[[steps]]\nclients = {{ plaintext_free_for = \"1s\" }}\n")
            });
            run::apply(&lab, &site).expect(0);
            let db1 = lab.host("db1");
            let _billing = Connection::named(db1, &Voice::Plaintext, "billing").unwrap();
            let _orders = Connection::named(db1, &Voice::tls(&site), "orders").unwrap();
            drop(Connection::named(db1, &Voice::Plaintext, "gone").unwrap());
            told(&lab, &site, &names)
        };
        let expected =
            [("billing", "plaintext", 1), ("gone", "plaintext", 0), ("orders", "tls", 1)];
        let expected =
            expected.map(|(name, speech, open)| (name.to_owned(), speech.to_owned(), open));
        for server in ["6.0", "4.2"] {
            assert_eq!(census(server), expected, "mongod {server}");
        }
    }
}
