//! sudo is taken from the login at each phase: refused before, known after.

use crate::cell::Set;

const TAKEN: &str =
    "lab exec db3 -- sh -ec 'touch /run/nothing; mount --bind /run/nothing /etc/sudoers.d/deploy'";
const GIVEN: &str = "lab exec db3 -- sh -ec 'umount /etc/sudoers.d/deploy; rm /run/nothing'";

mod thorough {
    use super::*;

    /// promise: E4
    #[test]
    #[ignore = "needs the lab"]
    fn a_login_that_loses_sudo_ends_the_run_with_77_before_the_restart_and_with_23_after_it() {
        let set = Set::fresh();
        set.begins_with(TAKEN, &[77])
            .says(&["no root on `db3`", "nothing was touched on any host"]);
        set.now(GIVEN);
        for point in ["db3.arm.before", "db3.restart.before"] {
            let met = set.meets(point, TAKEN, &[77]);
            met.undisturbed(&set, &["db1", "db2", "db3"]).says(&["no root on `db3`"]);
            set.now(GIVEN);
            set.all_decided();
            met.undisturbed(&set, &["db3"]);
        }
        for point in ["db3.restart.after", "db2.settle.before"] {
            let deed = TAKEN.replace("db3", &point[..3]);
            let met = set.meets(point, &deed, &[23]);
            met.says(&["helps itself"]);
            set.all_decided();
            set.now(&GIVEN.replace("db3", &point[..3]));
        }
        set.converges();
    }
}
