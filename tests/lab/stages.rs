//! A plan that is applied step by step, and what the members say to clients after each of them.

use std::fs;

use mongodb::bson::{Document, doc};

use crate::{
    lab::Lab,
    proof,
    run::{self, Finished},
    site::Site,
    wire::{Connection, Voice},
    writer::{Access, runtime},
};

/// A plan whose steps are applied one run after the other.
pub(crate) struct Stages<'lab> {
    lab: &'lab Lab,
    site: &'lab Site,
    plan: String,
    documents: u64,
}

impl<'lab> Stages<'lab> {
    /// Before the first step.
    pub(crate) fn of(lab: &'lab Lab, site: &'lab Site) -> Self {
        let plan = fs::read_to_string(&site.plan).unwrap();
        Self { lab, site, plan, documents: 0 }
    }

    /// Applies the plan up to this step, and proves the mode on every member.
    pub(crate) fn reach(&mut self, step: usize, mode: &str) -> Finished {
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
    pub(crate) fn takes(&self, voice: &Voice, mode: &str) {
        for host in &self.lab.hosts {
            Connection::open(host, voice).unwrap_or_else(|why| panic!("{}: {why}", host.name));
            let plaintext = Connection::open(host, &Voice::Plaintext);
            assert_eq!(plaintext.is_ok(), mode != "requireTLS", "{} at {mode}", host.name);
        }
    }

    /// A write for the majority is taken, and the count of documents grows, as a user who has logged
    /// in on every member sees it.
    pub(crate) fn grows(&mut self, by_tls: bool) {
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
