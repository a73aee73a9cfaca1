//! The upgrades of MongoDB's own tests, through the program: the ids are those of `docs/scenarios.md`.
//!
//! What a test of the server does by hand between two stages is one run of the program here, and after
//! each stage the members are asked as that test asks them.

use std::fs;

use mongodb::bson::{Document, doc};

use crate::{
    lab::Lab,
    proof,
    run::{self, Finished},
    site::Site,
    upgrade::known,
    watch::Watch,
    wire::{Connection, Voice},
    writer::{Access, runtime},
};

/// A plan whose steps are applied one run after the other.
struct Stages<'lab> {
    lab: &'lab Lab,
    site: &'lab Site,
    plan: String,
    documents: u64,
}

impl<'lab> Stages<'lab> {
    fn of(lab: &'lab Lab, site: &'lab Site) -> Self {
        let plan = fs::read_to_string(&site.plan).unwrap();
        Self { lab, site, plan, documents: 0 }
    }

    /// Applies the plan up to this step, and proves the mode on every member.
    fn reach(&mut self, step: usize, mode: &str) -> Finished {
        let parts: Vec<_> = self.plan.split("[[steps]]").take(step + 1).collect();
        fs::write(&self.site.plan, parts.join("[[steps]]")).unwrap();
        let done = run::apply(self.lab, self.site);
        done.expect(0);
        for host in &self.lab.hosts {
            let name = &host.name;
            assert_eq!(proof::running_mode(self.lab, self.site, host), mode, "{name}");
            let text = fs::read_to_string(host.root.join("etc/mongod.conf")).unwrap();
            assert_eq!(proof::file_mode(&text).as_deref(), Some(mode), "{name}");
        }
        done
    }

    /// Who gets in, as the mode says: TLS always, plaintext unless TLS is required.
    fn takes(&self, voice: &Voice, mode: &str) {
        for host in &self.lab.hosts {
            Connection::open(host, voice).unwrap_or_else(|why| panic!("{}: {why}", host.name));
            let plaintext = Connection::open(host, &Voice::Plaintext);
            assert_eq!(plaintext.is_ok(), mode != "requireTLS", "{} at {mode}", host.name);
        }
    }

    /// A write for the majority is taken, and the count of documents grows, as a user who has logged
    /// in on every member sees it.
    fn grows(&mut self, by_tls: bool) {
        let access = Access::new(self.lab, self.site);
        let number = i64::try_from(self.documents).unwrap();
        self.documents += 1;
        runtime().block_on(async {
            let all = doc! { "w": 3, "j": true, "wtimeout": 20_000 };
            let insert = doc! {
                "insert": "stages", "documents": [{ "_id": number }], "writeConcern": all,
            };
            access.set(by_tls).database("scenarios").run_command(insert).await.unwrap();
            for host in &self.lab.hosts {
                let database = access.member(host, by_tls).database("scenarios");
                let stages = database.collection::<Document>("stages");
                let count = stages.count_documents(doc! {}).await;
                assert_eq!(count.unwrap(), self.documents, "{}", host.name);
            }
        });
    }
}

fn by_restart(plan: &str) -> String {
    plan.replace("via = \"set_parameter\"", "via = \"restart\"")
}

/// `upgrade_to_ssl_nossl.js`: to preferTLS by rolling restarts alone.
#[test]
#[ignore = "needs the lab"]
fn u1_to_prefer_tls_by_rolling_restarts_with_one_election_each() {
    let lab = Lab::fresh(&["--server", "6.0"]);
    let site = Site::new(&lab, "rs0.toml");
    site.edit_plan(by_restart);
    let mut stages = Stages::of(&lab, &site);
    stages.grows(false);
    let watch = Watch::start(&lab, &site);
    for (step, mode) in [(1, "allowTLS"), (2, "preferTLS")] {
        stages.reach(step, mode);
        stages.grows(false);
    }
    stages.takes(&Voice::tls(&site), "preferTLS");
    watch.end(known(&lab, &site)).undisturbed().elections(2);
}

/// `upgrade_to_ssl.js` with clients that have no certificate, and what each mode takes (`tls_allowssl.py`
/// and its like).
#[test]
#[ignore = "needs the lab"]
fn u2_u9_clients_without_a_certificate_get_in_as_each_mode_says() {
    let lab = Lab::fresh(&["--server", "6.0"]);
    let site = Site::new(&lab, "rs0.toml");
    site.edit("mongod.conf.hbs", |template| {
        let key = "    mode: {{tls.mode}}\n";
        template.replace(key, &format!("{key}    allowConnectionsWithoutCertificates: true\n"))
    });
    let voice = Voice::tls_without_certificate(&site);
    let mut stages = Stages::of(&lab, &site);
    for host in &lab.hosts {
        assert!(Connection::open(host, &voice).is_err(), "{} takes TLS already", host.name);
    }
    for (step, mode) in [(1, "allowTLS"), (2, "preferTLS"), (3, "requireTLS")] {
        stages.reach(step, mode);
        stages.takes(&voice, mode);
        stages.grows(mode == "requireTLS");
    }
}

/// `upgrade_noauth_to_x509_ssl.js`: to preferTLS by `setParameter` on every node, the last step by a restart.
#[test]
#[ignore = "needs the lab"]
fn u3_to_prefer_tls_at_run_time_and_to_require_tls_by_restart() {
    let lab = Lab::fresh(&["--server", "6.0"]);
    let site = Site::new(&lab, "rs0.toml");
    site.edit_plan(|plan| {
        let (head, last) = plan.rsplit_once("via = \"set_parameter\"").unwrap();
        format!("{head}via = \"restart\"{last}")
    });
    let mut stages = Stages::of(&lab, &site);
    for (step, mode) in [(1, "allowTLS"), (2, "preferTLS")] {
        stages.reach(step, mode);
        stages.grows(false);
    }
    let watch = Watch::start(&lab, &site);
    stages.reach(3, "requireTLS");
    let seen = watch.end(known(&lab, &site));
    seen.elections(1);
    assert_eq!(seen.availability.absences(), 3, "one restart a member\n{}", seen.availability);
    stages.grows(true);
}

/// `upgrade_to_x509_ssl_nossl.js` and `upgrade_to_x509_ssl.js`: members log in to each other by the same key
/// throughout, and users on every one of them after each stage.
#[test]
#[ignore = "needs the lab"]
fn u5_u6_users_log_in_on_every_member_after_each_stage() {
    let lab = Lab::fresh(&["--server", "6.0", "--auth", "--sudo-password"]);
    let site = Site::new(&lab, "rs0-auth.toml");
    site.edit_plan(crate::auth::without_the_clients_step);
    let mut stages = Stages::of(&lab, &site);
    stages.grows(false);
    for (step, mode) in [(1, "allowTLS"), (2, "preferTLS"), (3, "requireTLS")] {
        stages.reach(step, mode);
        if mode != "requireTLS" {
            stages.grows(false);
        }
        stages.grows(true);
    }
    for host in &lab.hosts {
        let text = fs::read_to_string(host.root.join("etc/mongod.conf")).unwrap();
        assert!(text.contains("keyFile:") && !text.contains("x509"), "{}", host.name);
    }
}

/// `shardsvr_ssl_restart.js`: members of a shard whose keys have a pass phrase.
#[test]
#[ignore = "needs the lab"]
fn u7_members_of_a_shard_with_a_pass_phrase_are_restarted_and_nobody_hears_it() {
    const PHRASE: &str = "sesame-4711";
    let lab = Lab::fresh(&["--server", "6.0"]);
    let site = Site::new(&lab, "rs0.toml");
    let role = "sharding:\n  clusterRole: shardsvr\n";
    site.edit("mongod.conf.hbs", |template| format!("{template}{role}"));
    site.edit("mongod.conf.hbs", |template| {
        let key = "    certificateKeyFile: {{tls.certificate_key_file}}\n";
        template.replace(key, &format!("{key}    certificateKeyFilePassword: {PHRASE}\n"))
    });
    for host in ["db3", "db2", "db1"] {
        lab.shell(
            host,
            &format!(
                "cd /etc/ssl/mongodb && openssl pkcs8 -topk8 -in server.pem -passout pass:{PHRASE} -out /tmp/key
                openssl x509 -in server.pem >> /tmp/key && cat /tmp/key > server.pem && rm /tmp/key
                printf 'sharding:\\n  clusterRole: shardsvr\\n' >> /etc/mongod.conf
                systemctl restart mongod"
            ),
        );
        lab.wait_until_up(host);
    }
    let mut said = run::ended(run::command(&lab, &site, &["plan", "--verbose"])).words();
    let mut stages = Stages::of(&lab, &site);
    for (step, mode, fact) in
        [(1, "allowTLS", "a canary mongod started"), (2, "preferTLS", "3 x 3 pairs")]
    {
        let done = stages.reach(step, mode);
        said.push_str(&done.says(&[fact]).words());
        stages.takes(&Voice::tls(&site), mode);
    }
    let again = run::ended(run::command(&lab, &site, &["apply", "--yes", "--format", "json"]));
    said.push_str(&again.expect(0).words());
    said.push_str(&everything_below(&site.path("state")));
    assert!(!said.contains(PHRASE), "the pass phrase is in the output or in the state directory");
    for host in &lab.hosts {
        let holders =
            lab.shell(&host.name, &format!("grep -rlF {PHRASE} /etc /run /tmp /var || true"));
        let ours = |line: &&str| !line.starts_with("/var/lib/tlsplan/");
        let others: Vec<_> = holders.lines().filter(ours).collect();
        assert_eq!(others, ["/etc/mongod.conf"], "{}", host.name);
    }
}

/// All files below a directory in one text.
fn everything_below(directory: &std::path::Path) -> String {
    let mut all = String::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.push_str(&everything_below(&path));
        } else {
            all.push_str(&String::from_utf8_lossy(&fs::read(path).unwrap()));
        }
    }
    all
}
