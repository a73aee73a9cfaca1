//! Who is left out of a plan, by the words of the servers that are in it.

use super::*;
use crate::cluster::sample::Sample;

fn membership() -> Membership {
    let set = Sample::new(2).view();
    let hosts = [HostName::new("db1"), HostName::new("db2")];
    Membership::new(hosts.iter().zip(set.members.iter().map(|(_, view)| view))).unwrap()
}

fn process(name: &str, role: ProcessRole, seconds: u64) -> Process {
    let silent_for = Duration::from_secs(seconds);
    Process { name: MemberName::new(name), role, silent_for }
}

fn told(processes: Vec<Process>) -> Vec<(HostName, ClusterPeers)> {
    let cluster_peers = ClusterPeers { processes, unread: None };
    vec![(HostName::new("db1"), cluster_peers.clone()), (HostName::new("db2"), cluster_peers)]
}

#[test]
fn everybody_outside_is_named_once_with_what_it_is() {
    let (shard, config) = (SetName::new("shard0"), SetName::new("cfg"));
    let told = told(vec![
        process("db1.test:27017", ProcessRole::Shard(shard.clone()), 0),
        process("DB2.test:27017", ProcessRole::Shard(shard.clone()), 0),
        process("db9.test:27018", ProcessRole::Shard(shard), 0),
        process("c1.test:27019", ProcessRole::ConfigServer(config), 0),
        process("router1:27017", ProcessRole::Mongos, 9),
        process("router2:27017", ProcessRole::Mongos, 3600),
        process("router3:27017", ProcessRole::Mongos, 3601),
    ]);
    let found = unmanaged_processes(&told, &membership());
    assert_eq!(
        found.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "`db9.test:27018`, a member of the shard `shard0`, is part of this cluster, according to `db1`, and no host of the plan",
            "`c1.test:27019`, a config server of the set `cfg`, is part of this cluster, according to `db1`, and no host of the plan",
            "the mongos `router1:27017` is part of this cluster, according to `db1`, and no host of the plan",
            "the mongos `router2:27017` is part of this cluster, according to `db1`, and no host of the plan",
        ]
    );
    assert!(found[2].fix().starts_with("tlsplan cannot move a mongos yet"));
    assert!(unmanaged_processes(&[], &membership()).is_empty());
}

#[test]
fn a_part_is_a_set_and_its_members() {
    for (text, expected) in [
        ("rs0/a:1,b:2", Some(("rs0", &["a:1", "b:2"][..]))),
        ("cfg/[::1]:27019", Some(("cfg", &["[::1]:27019"]))),
        ("rs0/a:1, b:2,", Some(("rs0", &["a:1", "b:2"]))),
        ("rs0/", Some(("rs0", &[]))),
        // A shard of one server and no set, as there was before 3.6.
        ("a:1", None),
    ] {
        let expected = expected.map(|(set, names)| {
            (SetName::new(set), names.iter().map(|&name| MemberName::new(name)).collect())
        });
        assert_eq!(parse_seed_list(text), expected, "{text}");
    }
}
