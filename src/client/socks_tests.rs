//! The proxy against clients that do not behave.

use proptest::prelude::*;
use tokio::io::duplex;

use super::*;

fn proxy() -> SocksServer {
    SocksServer {
        user: "u1".into(),
        password: "p1".into(),
        name: "db1.example.net".into(),
        port: 27017,
    }
}

const HELLO: &[u8] = &[5, 1, 2];
const LOGIN: &[u8] = b"\x01\x02u1\x02p1";

fn request_for(name: &str, port: u16) -> Vec<u8> {
    let length = u8::try_from(name.len()).unwrap();
    [&[5, 1, 0, 3, length], name.as_bytes(), &port.to_be_bytes()].concat()
}

/// What the proxy makes of these bytes in pieces of one size, and what it answered.
async fn talk(bytes: &[u8], piece: usize) -> (Result<(), Rejected>, Vec<u8>) {
    let (mut client, mut server) = duplex(1024);
    let bytes = bytes.to_vec();
    let speak = async move {
        for piece in bytes.chunks(piece) {
            if client.write_all(piece).await.is_err() {
                break;
            }
            tokio::task::yield_now().await;
        }
        client.shutdown().await.ok();
        let mut heard = Vec::new();
        client.read_to_end(&mut heard).await.ok();
        heard
    };
    let listen = async move { proxy().admit(&mut server).await };
    let (heard, admitted) = tokio::join!(speak, listen);
    (admitted, heard)
}

#[tokio::test]
async fn our_client_is_admitted_however_its_bytes_are_split() {
    let bytes = [HELLO, LOGIN, &request_for("db1.example.net", 27017)].concat();
    for piece in [1, 2, 3, 7, 100] {
        let (admitted, heard) = talk(&bytes, piece).await;
        assert!(admitted.is_ok(), "pieces of {piece}: {admitted:?}");
        assert_eq!(heard, [5, 2, 1, 0], "the final answer waits for the connection");
    }
}

#[tokio::test]
async fn a_client_without_the_login_is_rejected() {
    let request = request_for("db1.example.net", 27017);
    for (login, what) in [
        (&b"\x01\x02u1\x02p2"[..], "wrong password"),
        (b"\x01\x02u2\x02p1", "wrong user"),
        (b"\x01\x02u1\x01p", "a beginning of the password"),
        (b"\x01\x00\x00", "nothing"),
        (b"\x02\x02u1\x02p1", "another version"),
    ] {
        let (admitted, heard) = talk(&[HELLO, login, &request].concat(), 64).await;
        assert!(matches!(admitted, Err(Rejected::NotOurs)), "{what}: {admitted:?}");
        assert_eq!(heard, [5, 2, 1, 1], "{what}");
    }
}

#[tokio::test]
async fn no_other_method_is_offered() {
    let (admitted, heard) = talk(&[5, 2, 0, 1], 64).await;
    assert!(matches!(admitted, Err(Rejected::NotOurs)));
    assert_eq!(heard, [5, 0xff]);
    let (admitted, heard) = talk(b"GET / HTTP/1.1\r\n\r\n", 64).await;
    assert!(matches!(admitted, Err(Rejected::NotOurs)));
    assert!(heard.is_empty());
}

#[tokio::test]
async fn only_the_one_destination_is_connected_to() {
    let bind = [&[5, 2, 0, 3, 1], &b"a"[..], &[0, 80]].concat();
    let odd_kind = vec![5, 1, 0, 9, 1, 2, 3, 4];
    let not_text = [&[5, 1, 0, 3, 2, 0xff, 0xfe][..], &[0, 80]].concat();
    let by_number = vec![5, 1, 0, 1, 10, 0, 0, 1, 0x69, 0x89];
    let by_long_number = [&[5, 1, 0, 4][..], &[0; 16], &[0x69, 0x89]].concat();
    for (request, expected) in [
        (request_for("db2.example.net", 27017), SocksReply::NotAllowed),
        (request_for("db1.example.net", 22), SocksReply::NotAllowed),
        (by_number, SocksReply::NotAllowed),
        (by_long_number, SocksReply::NotAllowed),
        (bind, SocksReply::CommandNotSupported),
        (odd_kind, SocksReply::AddressNotSupported),
        (not_text, SocksReply::AddressNotSupported),
    ] {
        let (admitted, heard) = talk(&[HELLO, LOGIN, &request].concat(), 5).await;
        assert!(matches!(admitted, Err(Rejected::Denied(got)) if got == expected), "{admitted:?}");
        assert_eq!(heard[4..6], [5, expected as u8]);
    }
}

#[tokio::test]
async fn a_member_known_by_its_number_is_a_destination_too() {
    let proxy = SocksServer { name: "10.0.0.1".into(), ..proxy() };
    let (mut client, mut server) = duplex(1024);
    let request = [5, 1, 0, 1, 10, 0, 0, 1, 0x69, 0x89];
    client.write_all(&[HELLO, LOGIN, &request].concat()).await.unwrap();
    assert!(proxy.admit(&mut server).await.is_ok());
}

proptest! {
    #[test]
    fn no_bytes_are_admitted_without_the_login(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (admitted, _) = runtime.block_on(talk(&bytes, 64));
        prop_assert!(admitted.is_err());
    }
}
