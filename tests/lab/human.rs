//! A person edits mongod.conf while a run is at work: the run does not know better.

use crate::{cell::Set, put_back::refuse_to_start_where};

const EDIT: &str = "lab exec db3 -- sh -c 'echo \"# mind the gap\" >> /etc/mongod.conf'";

fn text(set: &Set) -> String {
    set.lab.exec("db3", &["cat", "/etc/mongod.conf"])
}

mod thorough {
    use super::*;

    /// promise: B5
    #[test]
    #[ignore = "needs the lab"]
    fn an_edit_just_before_the_restart_is_kept_and_ends_the_run_with_78() {
        let set = Set::fresh();
        let met = set.meets("db3.restart.before", EDIT, &[78]);
        met.says(&[
            "was changed by someone else after it was read",
            "nothing was touched on any host",
        ]);
        let (was, is) = (met.before.on("db3"), text(&set));
        assert_eq!(is, format!("{}# mind the gap\n", was.text));
        set.all_decided();
        let unit = crate::fingerprint::Fingerprint::of(&set.lab).on("db3").unit.clone();
        assert_eq!(unit, was.unit, "db3 was restarted");
        met.undisturbed(&set, &["db1", "db2"]);
        set.converges();
    }

    /// promise: B5, C6
    #[test]
    #[ignore = "needs the lab"]
    fn an_edit_before_the_way_back_is_a_conflict_left_to_a_person() {
        let set = Set::fresh();
        refuse_to_start_where(&set.lab, "db3", "grep -q allowTLS /etc/mongod.conf");
        let met = set.meets("db3.restart.after", EDIT, &[22]);
        met.says(&["`db3` needs a person now", "changed by someone else"]);
        assert!(text(&set).ends_with("# mind the gap\n") && text(&set).contains("allowTLS"));
        met.undisturbed(&set, &["db1", "db2"]);
        set.now("lab exec db3 -- sh -c 'rm -r /etc/systemd/system/mongod.service.d; systemctl daemon-reload; systemctl reset-failed mongod; systemctl start mongod'");
        set.lab.wait_until_up("db3");
        set.converges();
    }
}
