//! The same upgrade on the servers before 6.0: `isMaster`, text logs, no quiet period at the stop.

use crate::upgrade::from_plaintext_to_tls_only;

#[test]
#[ignore = "needs the lab"]
fn mongod_4_2_goes_from_plaintext_to_tls_only_under_load() {
    from_plaintext_to_tls_only("4.2");
}

mod thorough {
    use super::*;

    #[test]
    #[ignore = "needs the lab"]
    fn mongod_5_0_goes_from_plaintext_to_tls_only_under_load() {
        from_plaintext_to_tls_only("5.0");
    }

    #[test]
    #[ignore = "needs the lab"]
    fn mongod_4_4_goes_from_plaintext_to_tls_only_under_load() {
        from_plaintext_to_tls_only("4.4");
    }
}
