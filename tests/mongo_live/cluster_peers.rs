//! What servers of a sharded cluster know of each other. There is no mongos to be had here, so what one
//! would write is written by hand; the servers that keep it are real.

use mongodb::bson::{DateTime, doc, oid::ObjectId};
use tlsplan::{
    client::{
        cluster_peers::cluster_peers,
        database::{Database, DatabaseName},
        hello::{Role, hello},
    },
    cluster::peers::{ClusterPeers, Process, ProcessRole},
    name::{MemberName, SetName},
};

use crate::{
    either::{By, Either, both},
    server::Mongod,
    wait::until,
};

/// A set of one that does its job.
async fn set_of_one(either: &Either, server: &Mongod, configsvr: bool) -> Box<dyn Database> {
    let db = either.connect(server, By::Plaintext, None).await;
    let member = doc! { "_id": 0, "host": format!("127.0.0.1:{}", server.port) };
    let mut config = doc! { "_id": "rs0", "members": [member] };
    if configsvr {
        config.insert("configsvr", true);
    }
    db.run(doc! { "replSetInitiate": config }).await.unwrap();
    // A server takes writes a moment after it has called itself primary.
    until(async || (hello(&*db).await.ok()?.role == Role::Primary).then_some(())).await;
    db
}

fn process(name: &str, role: ProcessRole) -> (MemberName, ProcessRole) {
    (MemberName::new(name), role)
}

fn bare(cluster_peers: &ClusterPeers) -> Vec<(MemberName, ProcessRole)> {
    let bare = |process: &Process| (process.name.clone(), process.role.clone());
    cluster_peers.processes.iter().map(bare).collect()
}

#[tokio::test]
#[ignore = "needs what `lab binaries` prints"]
async fn config_servers_know_the_shards_and_the_mongos() {
    for either in both().await {
        let server = either.start("disabled", &["--replSet", "rs0", "--configsvr"]);
        let db = set_of_one(&either, &server, true).await;
        assert_eq!(cluster_peers(&*db).await.unwrap(), ClusterPeers::default());
        let shards = vec![
            doc! { "_id": "one", "host": "shard0/db7.test:27018,db8.test:27018", "state": 1 },
            doc! { "_id": "two", "host": "shard1/db9.test:27018", "state": 1 },
        ];
        let now = DateTime::now().timestamp_millis();
        let mongos = vec![
            doc! { "_id": "router1:27017", "ping": DateTime::from_millis(now - 5000), "up": 7_i64 },
            doc! { "_id": "router2:27017", "ping": DateTime::from_millis(now - 7_200_000) },
        ];
        for (collection, documents) in [("shards", shards), ("mongos", mongos)] {
            let insert = doc! { "insert": collection, "documents": documents };
            db.run_in(DatabaseName::Config, insert).await.unwrap();
        }
        let known = cluster_peers(&*db).await.unwrap();
        let shard = |set: &str| ProcessRole::Shard(SetName::new(set));
        assert_eq!(
            bare(&known),
            [
                process("db7.test:27018", shard("shard0")),
                process("db8.test:27018", shard("shard0")),
                process("db9.test:27018", shard("shard1")),
                process("router1:27017", ProcessRole::Mongos),
                process("router2:27017", ProcessRole::Mongos),
            ]
        );
        let ages: Vec<_> = known.processes.iter().map(|it| it.silent_for.as_secs()).collect();
        assert!((5..60).contains(&ages[3]) && (7200..7260).contains(&ages[4]), "{ages:?}");
    }
}

#[tokio::test]
#[ignore = "needs what `lab binaries` prints"]
async fn a_shard_knows_its_config_servers_once_it_is_one() {
    for either in both().await {
        let server = either.start("disabled", &["--replSet", "rs0", "--shardsvr"]);
        let db = set_of_one(&either, &server, false).await;
        assert_eq!(cluster_peers(&*db).await.unwrap(), ClusterPeers::default());
        let identity = doc! {
            "shardName": "one",
            "clusterId": ObjectId::new(),
            "configsvrConnectionString": "cfg/127.0.0.1:1,127.0.0.1:2",
        };
        // As mongos does it: an upsert.
        let update = doc! {
            "q": { "_id": "shardIdentity" },
            "u": { "$set": identity },
            "upsert": true,
        };
        db.run(doc! { "update": "system.version", "updates": [update] }).await.unwrap();
        let config = |name: &str| process(name, ProcessRole::ConfigServer(SetName::new("cfg")));
        assert_eq!(
            bare(&cluster_peers(&*db).await.unwrap()),
            [config("127.0.0.1:1"), config("127.0.0.1:2")]
        );
    }
}

#[tokio::test]
#[ignore = "needs a mongod binary in TLSPLAN_TEST_MONGOD"]
async fn a_set_by_itself_has_no_neighbours() {
    let server = Mongod::member("disabled");
    let db = server.connect(&server.endpoint()).await;
    assert_eq!(cluster_peers(&db).await.unwrap(), ClusterPeers::default());
}
