//! Certificates that only peers refuse, met at allowTLS while nothing depends on them: the pair is named,
//! every member serves as before, and the next run goes on when it is mended.

use std::fs;

use mongodb::bson::doc;

use crate::{
    fingerprint::Fingerprint,
    lab::Lab,
    proof,
    run::{self, Finished},
    site::Site,
    traces::Traces,
    wire::{Connection, Voice},
};

const ALL: [&str; 3] = ["db1", "db2", "db3"];

/// The plan's first step alone: every member at allowTLS.
fn at_allow_tls(lab: &Lab, site: &Site) {
    let whole = fs::read_to_string(&site.plan).unwrap();
    site.edit_plan(|plan| {
        plan.splitn(3, "[[steps]]").take(2).collect::<Vec<_>>().join("[[steps]]")
    });
    run::apply(lab, site).expect(0);
    site.edit_plan(|_| whole);
}

/// A run that is stopped by the rehearsal leaves every host as it was, at allowTLS.
fn stops(lab: &Lab, site: &Site, says: &[String]) -> Finished {
    let before = Fingerprint::of(lab);
    let traces = Traces::before(lab);
    let stopped = run::apply(lab, site);
    stopped.expect(78).says(says).says(&[
        "every member is at allowTLS and serves; nothing of this step was begun",
        "`[waive] P25",
    ]);
    println!("{}", stopped.words());
    before.untouched(lab, &ALL);
    traces.none_left(lab);
    for host in &lab.hosts {
        let mut open = Connection::open(host, &Voice::Plaintext).unwrap();
        let reply = open.command(doc! { "getParameter": 1, "tlsMode": 1 }).unwrap();
        assert_eq!(reply.get_str("tlsMode").unwrap(), "allowTLS", "{}", host.name);
    }
    stopped
}

/// On db2 alone the name of db3 leads to db1, whose certificate is good and has another name. The
/// connections that stand since before are not looked at again by anybody.
#[test]
#[ignore = "needs the lab"]
fn a_name_that_leads_elsewhere_on_one_host_is_met_before_prefer_tls() {
    let lab = Lab::fresh(&["--server", "6.0"]);
    let site = Site::new(&lab, "rs0.toml");
    at_allow_tls(&lab, &site);
    let hosts = lab.shell("db2", "cat /etc/hosts");
    let (db1, db3) = (&lab.host("db1").address, lab.host("db3"));
    lab.shell(
        "db2",
        &format!(
            "sed 's/^{} /{db1} /' /etc/hosts > /tmp/h; cat /tmp/h > /etc/hosts; rm /tmp/h",
            db3.address
        ),
    );
    assert_ne!(hosts, lab.shell("db2", "cat /etc/hosts"));
    stops(
        &lab,
        &site,
        &lab.own_all(&[
            "1 of 9 pairs of members",
            "`db2` cannot reach `db3` as `db3.lab.test:27017`",
            "is for db1.lab.test, localhost, 127.0.0.1, and not for `db3.lab.test`",
            "getent ahosts db3.lab.test",
        ]),
    );
    lab.shell("db2", &format!("cat > /etc/hosts << 'END'\n{hosts}END"));
    run::apply(&lab, &site).expect(0).says(&["3 x 3 pairs"]);
    proof::requires_tls(&lab, &site);
}

mod thorough {
    use rcgen::{
        BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
        IsCa, Issuer, KeyPair, KeyUsagePurpose,
    };

    use super::*;

    /// db3 has a certificate of another CA, which db1 and db3 know and db2 does not.
    #[test]
    #[ignore = "needs the lab"]
    fn a_ca_that_one_host_does_not_know_is_met_before_prefer_tls() {
        let lab = Lab::fresh(&["--server", "6.0"]);
        let site = Site::new(&lab, "rs0.toml");
        let waived = "[waive]\nP2 = \"the rehearsal shall meet it\"\n\n[ssh]";
        site.edit_plan(|plan| plan.replacen("[ssh]", waived, 1));
        let (other, server) = another_authority(&lab.own("db3.lab.test"));
        lab.shell("db3", &format!("cat > /etc/ssl/mongodb/server.pem << 'END'\n{server}END"));
        for host in ["db1", "db3"] {
            lab.shell(host, &format!("cat >> /etc/ssl/mongodb/ca.pem << 'END'\n{other}END"));
        }
        at_allow_tls(&lab, &site);
        stops(
            &lab,
            &site,
            &lab.own_all(&[
                "2 of 9 pairs of members",
                "`db2` cannot reach `db3` as `db3.lab.test:27017`: the certificate shown there is not trusted",
                "`db3` cannot reach `db2` as `db2.lab.test:27017`: the other end took the handshake",
                "the mongod log of `db2` says: SSL peer certificate validation failed",
                "that means: ",
                "rotateCertificates",
            ]),
        );
        lab.shell("db2", &format!("cat >> /etc/ssl/mongodb/ca.pem << 'END'\n{other}END"));
        lab.exec("db2", &["systemctl", "restart", "mongod"]);
        lab.wait_until_up("db2");
        run::apply(&lab, &site).expect(0).says(&["3 x 3 pairs"]);
    }

    /// An authority of its own, in PEM, and what it gives a member: certificate and key.
    fn another_authority(member: &str) -> (String, String) {
        let params = |name: &str, names: &[&str]| {
            let names: Vec<_> = names.iter().map(|&name| name.to_owned()).collect();
            let mut params = CertificateParams::new(names).unwrap();
            params.distinguished_name = DistinguishedName::new();
            params.distinguished_name.push(DnType::CommonName, name);
            params
        };
        let mut root = params("another authority", &[]);
        root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        root.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let (root_key, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        let authority = root.self_signed(&root_key).unwrap().pem();
        let mut leaf = params(member, &[member, "localhost"]);
        leaf.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        let signed = leaf.signed_by(&key, &Issuer::new(root, root_key)).unwrap();
        (authority, signed.pem() + &key.serialize_pem())
    }
}
