//! A client certificate that a server would take for a member's.

use super::{
    rules::papers,
    samples::{GOOD, Wish, root},
};
use crate::cluster::certificate::impostor;

#[test]
fn a_client_that_would_pass_for_a_member_is_seen() {
    let ca = root("ca");
    let members = [papers(&ca, &GOOD), papers(&ca, &GOOD)];
    let mut client = ca.issue(&Wish { name: "tlsplan", alternative: &[], ..GOOD });
    assert_eq!(client.organisation, [("O", "tests".to_owned())]);
    let found = impostor(&client, &members).unwrap();
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
        assert_eq!(impostor(&client, &members), None);
    }
}
