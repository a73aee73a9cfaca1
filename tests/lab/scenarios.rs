//! The upgrades of MongoDB's own tests, through the program: the ids are those of `docs/scenarios.md`.
//!
//! What a test of the server does by hand between two stages is one run of the program here, and after
//! each stage the members are asked as that test asks them.

use std::fs;

use crate::{
    lab::Lab,
    run,
    site::Site,
    stages::Stages,
    upgrade::{changes_nothing, known},
    watch::Watch,
    wire::{Connection, Voice},
};

const RUN_TIME: &str = "via = \"set_parameter\"";
const RESTART: &str = "via = \"restart\"";

/// `upgrade_to_ssl_nossl.js`: to preferTLS by rolling restarts alone. `upgrade_to_ssl.js`, with clients that
/// have no certificate, and what each mode takes (`tls_allowssl.py` and its like).
#[test]
#[ignore = "needs the lab"]
fn u1_u2_u9_by_rolling_restarts_while_clients_without_a_certificate_get_in_as_each_mode_says() {
    let lab = Lab::fresh(&["--server", "6.0"]);
    let site = Site::new(&lab, "rs0.toml").with_driver();
    site.edit_plan(|plan| plan.replacen(RUN_TIME, RESTART, 1));
    site.edit("mongod.conf.hbs", |template| {
        let key = "    mode: {{tls.mode}}\n";
        template.replace(key, &format!("{key}    allowConnectionsWithoutCertificates: true\n"))
    });
    let voices = [Voice::tls_without_certificate(&site), Voice::tls(&site)];
    for (host, voice) in lab.hosts.iter().flat_map(|host| voices.iter().map(move |it| (host, it))) {
        assert!(Connection::open(host, voice).is_err(), "{} takes TLS already", host.name);
    }
    let mut stages = Stages::of(&lab, &site);
    stages.grows(false);
    let watch = Watch::start(&lab, &site);
    for (step, mode) in [(1, "allowTLS"), (2, "preferTLS"), (3, "requireTLS")] {
        stages.reach(step, mode);
        for voice in &voices {
            stages.takes(voice, mode);
        }
        stages.grows(mode == "requireTLS");
    }
    let seen = watch.end(known(&lab, &site));
    seen.undisturbed().elections(2);
    assert_eq!(seen.availability.absences(), 6, "two restarts a member\n{}", seen.availability);
}

/// `upgrade_noauth_to_x509_ssl.js`: to preferTLS by `setParameter` on every node, the last step by a restart.
/// The plan has the old words, the template the old keys, so the files have `net.ssl` throughout.
#[test]
#[ignore = "needs the lab"]
fn u3_in_the_old_spelling_to_prefer_tls_at_run_time_and_to_require_tls_by_restart() {
    let lab = Lab::fresh(&["--server", "6.0"]);
    let site = Site::new(&lab, "rs0.toml").with_driver();
    site.edit_plan(|plan| {
        let (head, last) = plan.rsplit_once(RUN_TIME).unwrap();
        let plan = format!("{head}{RESTART}{last}");
        ["allow", "prefer", "require"].iter().fold(plan, |plan, word| {
            plan.replace(&format!("\"{word}TLS\""), &format!("\"{word}SSL\""))
        })
    });
    site.edit("mongod.conf.hbs", |template| {
        template.replace("  tls:", "  ssl:").replace("certificateKeyFile: {{", "PEMKeyFile: {{")
    });
    let mut stages = Stages::of(&lab, &site);
    let watch = Watch::start(&lab, &site);
    for (step, mode) in [(1, "allowTLS"), (2, "preferTLS"), (3, "requireTLS")] {
        stages.reach(step, mode);
        stages.grows(mode == "requireTLS");
    }
    let spelt = |text: &str| !text.contains("ssl:") || text.contains("mode: ");
    let seen = watch.end(|_, text| spelt(text));
    seen.undisturbed().elections(2);
    assert_eq!(seen.availability.absences(), 6, "two restarts a member\n{}", seen.availability);
    for host in &lab.hosts {
        let text = fs::read_to_string(host.root.join("etc/mongod.conf")).unwrap();
        assert!(text.contains("  ssl:\n") && text.contains("mode: requireSSL"), "{text}");
    }
    changes_nothing(&lab, &site);
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
