//! A client certificate that a server would take for a member's.

use super::{
    rules::identity,
    samples::{GOOD, Wish, root},
};
use crate::cluster::certificate::member_lookalike;

#[test]
fn a_client_that_would_pass_for_a_member_is_seen() {
    let ca = root("ca");
    let members = [identity(&ca, &GOOD), identity(&ca, &GOOD)];
    let mut client = ca.issue(&Wish { name: "tlsplan", alternative: &[], ..GOOD });
    assert_eq!(client.organisation, [("O", "tests".to_owned())]);
    let found = member_lookalike(&client, &members).unwrap();
    assert_eq!(
        found.to_string(),
        "P30: the client certificate `O=tests, CN=tlsplan`: its O, OU and DC are those of the members' certificates"
    );
    for organisation in [
        vec![],
        vec![("O", "others".to_owned())],
        vec![("O", "tests".to_owned()), ("OU", "controller".to_owned())],
    ] {
        client.organisation = organisation;
        assert_eq!(member_lookalike(&client, &members), None);
    }
}
