//! The choice of clients on a server that goes from mode to mode.

use std::{sync::Arc, time::Duration};

use tlsplan::{
    client::{
        connector::{ConnectOptions, Connector, Freshness, ServerAddress},
        database::DatabaseError,
        parameters::{set_tls_mode, tls_mode},
        route::Purpose,
        settings::{ClientFiles, ReadWith, TlsFiles},
    },
    cluster::mode::{OptionNames, TlsMode},
    event::DatabaseClient,
};

use crate::{certificates::MEMBER, mongosh::here, server::Mongod, transport::Local};

fn options(client: Option<ClientFiles>) -> ConnectOptions {
    ConnectOptions {
        credential: None,
        client,
        read_with: None,
        connect_timeout: Duration::from_secs(5),
    }
}

fn place(server: &Mongod, mode: TlsMode) -> ServerAddress {
    let path = |path: &std::path::Path| Some(path.to_str().unwrap().to_owned());
    ServerAddress {
        address: "127.0.0.1".into(),
        port: server.port,
        tls_server_name: MEMBER.into(),
        mode: Some(mode),
        tls: TlsFiles {
            ca_file: path(&server.certificates.ca),
            certificate_key_file: path(&server.certificates.member),
        },
        user: "root".into(),
    }
}

async fn seen(
    connector: &Connector,
    place: &ServerAddress,
    freshness: Freshness,
) -> (DatabaseClient, TlsMode) {
    let db = connector.database(place, Purpose::Read, freshness).await.unwrap();
    (db.client(), tls_mode(&*db).await.unwrap())
}

#[tokio::test]
#[ignore = "needs root, TLSPLAN_TEST_MONGOD and TLSPLAN_TEST_MONGOSH"]
async fn reads_go_by_another_client_than_changes_as_long_as_one_is_there() {
    let server = Mongod::start("allowTLS", &[]);
    server.connect(&server.endpoint()).await;
    let connector = Connector::new(Arc::new(Local), Arc::new(here()), options(None));
    connector.warm_up("root").await.unwrap();
    let identity = server.tls_endpoint().tls;
    let known = Connector::new(Arc::new(Local), Arc::new(here()), options(identity));

    let at = |mode| place(&server, mode);
    let (allow, prefer) = (TlsMode::Allow, TlsMode::Prefer);
    assert_eq!(seen(&connector, &at(allow), Freshness::Any).await, (DatabaseClient::Driver, allow));
    for mode in [TlsMode::Prefer, TlsMode::Require] {
        let db = connector.database(&at(allow), Purpose::Change, Freshness::Any).await.unwrap();
        assert_eq!(db.client(), DatabaseClient::Mongosh);
        set_tls_mode(&*db, mode, OptionNames::Tls).await.unwrap();
        if mode == prefer {
            assert_eq!(
                seen(&connector, &at(prefer), Freshness::New).await,
                (DatabaseClient::Driver, prefer)
            );
        }
    }
    let (driver, shell) =
        ((DatabaseClient::Driver, TlsMode::Require), (DatabaseClient::Mongosh, TlsMode::Require));
    // What was open stays open; a new connection has to be TLS, also where yesterday's mode says
    // otherwise, and TLS is the host's as long as the controller has no files of its own.
    assert_eq!(seen(&connector, &at(prefer), Freshness::Any).await, driver);
    assert_eq!(seen(&connector, &at(prefer), Freshness::New).await, shell);
    assert_eq!(seen(&known, &at(allow), Freshness::New).await, driver);
    assert_eq!(seen(&known, &at(TlsMode::Require), Freshness::New).await, driver);

    let pinned = ConnectOptions { read_with: Some(ReadWith::Driver), ..options(None) };
    let pinned = Connector::new(Arc::new(Local), Arc::new(here()), pinned);
    let error = pinned.database(&at(TlsMode::Require), Purpose::Read, Freshness::Any).await.err();
    assert!(matches!(error, Some(DatabaseError::NoReply(_))), "{error:?}");
}

#[tokio::test]
#[ignore = "needs root, TLSPLAN_TEST_MONGOD and TLSPLAN_TEST_MONGOSH"]
async fn a_server_that_was_restarted_is_found_again() {
    let mut server = Mongod::start("allowTLS", &[]);
    server.connect(&server.endpoint()).await;
    let connector = Connector::new(Arc::new(Local), Arc::new(here()), options(None));
    let there = place(&server, TlsMode::Allow);
    for purpose in [Purpose::Read, Purpose::Change] {
        let db = connector.database(&there, purpose, Freshness::Any).await.unwrap();
        server.restart();
        server.connect(&server.endpoint()).await;
        assert!(matches!(tls_mode(&*db).await, Ok(_) | Err(DatabaseError::NoReply(_))));
        let db = connector.database(&there, purpose, Freshness::Any).await.unwrap();
        assert_eq!(tls_mode(&*db).await.unwrap(), TlsMode::Allow);
    }
}
