//! `tlsplan rollback`: from every mixed state that a run may have been cut in, back to the first bytes.

use std::fs;

use crate::{
    lab::Lab,
    run::{self, Finished},
    site::Site,
    upgrade::{known, pristine},
    watch::Watch,
};

/// The members' files and lives, all as on the first day.
fn all_back(lab: &Lab) {
    for host in &lab.hosts {
        let now = fs::read_to_string(host.root.join("etc/mongod.conf")).unwrap();
        assert_eq!(now, fs::read_to_string(pristine(host)).unwrap(), "{}", host.name);
        lab.wait_until_up(&host.name);
    }
}

fn cut_at(lab: &Lab, site: &Site, point: &str) -> Finished {
    let cut = run::apply_with(lab, site, &[("TLSPLAN_CRASH_AT", point)]);
    assert_eq!(cut.exit, None, "it was not cut at {point}\n{}", cut.words());
    cut
}

/// From a run that was cut, under a writer. A person's edit holds it up until that is gone.
// promise: B4, B5
#[test]
#[ignore = "needs the lab"]
fn from_a_cut_run_to_the_first_bytes_and_no_edit_is_undone() {
    let lab = Lab::fresh(&["--server", "6.0"]);
    let site = Site::new(&lab, "rs0.toml").with_driver();
    cut_at(&lab, &site, "db2.restart.before");
    lab.shell("db3", "echo '# by hand' >> /etc/mongod.conf");
    run::rollback(&lab, &site).expect(78).says(&[
        "`/etc/mongod.conf` on `db3` was changed by someone else",
        "nothing was touched on any host",
    ]);
    lab.shell("db3", "sed -i '$d' /etc/mongod.conf");
    let watch = Watch::start(&lab, &site);
    run::rollback(&lab, &site).expect(0);
    all_back(&lab);
    run::rollback(&lab, &site).expect(0).says(&["nothing had to be changed"]);
    watch.end(known(&lab, &site)).elections(0);
}

mod thorough {
    use super::*;

    /// From TLS only, under a writer that notices nothing but the handovers.
    // promise: B4
    #[test]
    #[ignore = "needs the lab"]
    fn from_tls_only_to_the_first_bytes_and_forward_again() {
        let lab = Lab::fresh(&["--server", "6.0"]);
        let site = Site::new(&lab, "rs0.toml");
        run::apply(&lab, &site).expect(0);
        let watch = Watch::start(&lab, &site);
        let back = run::rollback(&lab, &site);
        back.expect(0).says(&["back to disabled and the first files"]);
        all_back(&lab);
        run::rollback(&lab, &site).expect(0).says(&["nothing had to be changed"]);
        println!("Rolled back  in {:.1?}", back.took);
        watch.end(known(&lab, &site));
        run::apply(&lab, &site).expect(0);
    }

    /// Each cut leaves another mixture of files and running modes.
    // promise: B4
    #[test]
    #[ignore = "needs the lab"]
    fn from_mixed_states_to_the_first_bytes() {
        let lab = Lab::fresh(&["--server", "6.0"]);
        let site = Site::new(&lab, "rs0.toml");
        for point in ["db2.restart.before", "db3.set_mode.after", "db1.set_mode.before"] {
            cut_at(&lab, &site, point);
            run::rollback(&lab, &site).expect(0);
            all_back(&lab);
        }
    }
}
