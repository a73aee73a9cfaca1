//! What openssl 1.1.1 and 3.0.19 print of each fault, and what that is taken for.
//!
//! The words of 3.0.19 were captured against mongod 4.2.6 and 6.0.5; those of 1.1.1 are its own formats.

use std::net::IpAddr;

use super::*;
use crate::cluster::certificate::{Authority, Usage};

fn certificate(names: &[&str], common_name: Option<&str>) -> Certificate {
    let addresses = names.iter().filter_map(|name| name.parse::<IpAddr>().ok()).collect();
    let names = names.iter().filter(|name| name.parse::<IpAddr>().is_err());
    Certificate {
        der: Vec::new(),
        subject: "O=o, CN=good".to_owned(),
        issuer: "O=o, CN=ca".to_owned(),
        organisation: Vec::new(),
        valid: (0, i64::MAX),
        names: names.map(|&name| name.to_owned()).collect(),
        addresses,
        common_name: common_name.map(str::to_owned),
        usage: Usage::Both,
        authority: Authority::No,
        public_key: Vec::new(),
    }
}

fn shown(ending: DialEnd, said: &str) -> DialAttempt {
    let certificate = Some(certificate(&["db1.test", "127.0.0.1"], None));
    DialAttempt { ending, said: said.to_owned(), certificate }
}

fn nothing_shown(ending: DialEnd, said: &str) -> DialAttempt {
    DialAttempt { ending, said: said.to_owned(), certificate: None }
}

fn words(attempt: &DialAttempt) -> String {
    classify(attempt, "db1.test", VerifyMode::Full).map_or("well".to_owned(), |it| it.to_string())
}

const WELL: &str =
    "depth=1 O = o, CN = ca\nverify return:1\ndepth=0 O = o, CN = good\nverify return:1\n";

#[test]
fn only_an_answer_is_well() {
    assert_eq!(words(&shown(DialEnd::Answered, WELL)), "well");
    assert_eq!(
        words(&shown(DialEnd::TimedOut, WELL)),
        "the TLS handshake succeeded, but the server did not reply in time"
    );
    for (said, reason) in [
        (
            "40870917EE7F0000:error:0A000126:SSL routines:ssl3_read_n:unexpected eof while reading:../ssl/record/rec_layer_s3.c:318:\n",
            "",
        ),
        ("read:errno=0\n", ""),
        (
            "40:error:0A000418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca:../ssl/record/rec_layer_s3.c:1590:SSL alert number 48\n",
            " (`tlsv1 alert unknown ca, SSL alert number 48`)",
        ),
        (
            "1399:error:14094412:SSL routines:ssl3_read_bytes:sslv3 alert bad certificate:../ssl/record/rec_layer_s3.c:1543:SSL alert number 42\n",
            " (`sslv3 alert bad certificate, SSL alert number 42`)",
        ),
    ] {
        assert_eq!(
            words(&shown(DialEnd::Closed, &format!("{WELL}{said}"))),
            format!("the peer completed the handshake, and then closed the connection{reason}")
        );
    }
}

#[test]
fn a_chain_is_judged_by_the_first_thing_that_is_wrong_with_it() {
    for (said, expected) in [
        (
            "depth=0 O = o, CN = other\nverify error:num=20:unable to get local issuer certificate\nverify return:1\ndepth=0 O = o, CN = other\nverify error:num=21:unable to verify the first certificate\nverify return:1\n",
            "the certificate shown there is not trusted: unable to get local issuer certificate (`O = o, CN = other`)",
        ),
        (
            "depth=1 O = o, CN = ca\nverify error:num=19:self-signed certificate in certificate chain\nverify return:1\n",
            "the certificate shown there is not trusted: self-signed certificate in certificate chain (`O = o, CN = ca`)",
        ),
        // P28: an intermediate instead of the root as CA file.
        (
            "depth=1 O = o, CN = int\nverify error:num=2:unable to get issuer certificate\nissuer= O = o, CN = ca\nverify return:1\n",
            "the certificate shown there is not trusted: unable to get issuer certificate (`O = o, CN = int`)",
        ),
        (
            "depth=0 O = o, CN = noserver\nverify error:num=26:unsuitable certificate purpose\nverify return:1\n",
            "the certificate shown there is not for accepting connections: unsuitable certificate purpose (`O = o, CN = noserver`)",
        ),
        (
            "depth=0 CN = old\nverify error:num=26:unsupported certificate purpose\nverify return:1\n",
            "the certificate shown there is not for accepting connections: unsupported certificate purpose (`CN = old`)",
        ),
        (
            "depth=0 CN = old\nverify error:num=10:certificate has expired\nnotAfter=Nov 25 21:00:00 2026 GMT\nverify return:1\n",
            "`CN = old` has expired (notAfter=Nov 25 21:00:00 2026 GMT)",
        ),
        (
            "depth=0 CN = new\nverify error:num=9:certificate is not yet valid\nnotBefore=Nov 27 21:00:00 2026 GMT\nverify return:1\n",
            "`CN = new` is not valid yet (notBefore=Nov 27 21:00:00 2026 GMT)",
        ),
        (
            "verify error:num=23:certificate revoked\n",
            "the certificate shown there is not trusted: certificate revoked (``)",
        ),
    ] {
        for ending in [DialEnd::Answered, DialEnd::Closed] {
            assert_eq!(words(&shown(ending, said)), expected);
        }
    }
}

#[test]
fn without_a_certificate_openssl_has_said_why() {
    for (said, expected) in [
        (
            "403732E3437F0000:error:10080002:BIO routines:BIO_lookup_ex:system lib:../crypto/bio/bio_addr.c:746:Name or service not known\nconnect:errno=2\n",
            "the name is not found there (`system lib, Name or service not known`)",
        ),
        (
            "40:error:8000006F:system library:BIO_connect:Connection refused:../crypto/bio/bio_sock2.c:117:calling connect()\n40:error:10000067:BIO routines:BIO_connect:connect error:../crypto/bio/bio_sock2.c:119:\nconnect:errno=111\n",
            "nothing listens at that port",
        ),
        (
            "1399:error:0200206F:system library:connect:Connection refused:../crypto/bio/b_sock2.c:110:\n1399:error:2008A067:BIO routines:BIO_connect:connect error:../crypto/bio/b_sock2.c:111:\nconnect:errno=111\n",
            "nothing listens at that port",
        ),
        (
            "40:error:80000071:system library:BIO_connect:No route to host:../crypto/bio/bio_sock2.c:117:calling connect()\nconnect:errno=113\n",
            "no route to the host (`No route to host, calling connect()`)",
        ),
        (
            "40:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../ssl/record/ssl3_record.c:354:\n",
            "the server does not speak TLS (`wrong version number`)",
        ),
        (
            "409742D4307F0000:error:0A000126:SSL routines:ssl3_read_n:unexpected eof while reading:../ssl/record/rec_layer_s3.c:318:\n",
            "the server does not speak TLS (`unexpected eof while reading`)",
        ),
        ("write:errno=104\n", "the server does not speak TLS (`write:errno=104`)"),
        (
            "Could not open file or uri for loading client certificate private key from none.pem\n40:error:16000069:STORE routines:ossl_store_get0_loader_int:unregistered scheme:../crypto/store/store_register.c:237:scheme=file\n40:error:80000002:system library:file_open:No such file or directory:../providers/x.c:266:calling stat(none.pem)\n",
            "its own certificate, key or CA file cannot be used: Could not open file or uri for loading client certificate private key from none.pem",
        ),
        (
            "unable to load client certificate private key file\n1399:error:0909006C:PEM routines:get_name:no start line:../crypto/pem/pem_lib.c:745:Expecting: ANY PRIVATE KEY\n",
            "its own certificate, key or CA file cannot be used: unable to load client certificate private key file",
        ),
        (
            "40:error:80000002:system library:BIO_new_file:No such file or directory:../crypto/bio/bss_file.c:67:calling fopen(/ca.pem, r)\n40:error:05880002:x509 certificate routines:X509_load_cert_crl_file_ex:system lib:../crypto/x509/by_file.c:229:\n",
            "its own certificate, key or CA file cannot be used: No such file or directory, calling fopen(/ca.pem, r)",
        ),
        (
            "error setting private key\n40:error:05800074:x509 certificate routines:X509_check_private_key:key values mismatch:../crypto/x509/x509_cmp.c:403:\n",
            "its own certificate, key or CA file cannot be used: error setting private key",
        ),
        (
            "40:error:0A000410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:../ssl/record/rec_layer_s3.c:1590:SSL alert number 40\n",
            "the server does not speak TLS (`sslv3 alert handshake failure, SSL alert number 40`)",
        ),
        ("setpriv: unknown option\n", "openssl failed: setpriv: unknown option"),
    ] {
        assert_eq!(words(&nothing_shown(DialEnd::Closed, said)), expected);
    }
    assert_eq!(words(&nothing_shown(DialEnd::TimedOut, "")), "the connection timed out");
}

/// Measured on mongod 4.2.6 and 6.0.5, which agree in all of it.
#[test]
fn names_are_those_that_mongod_takes() {
    for (names, common_name, dialled, well) in [
        (&["db1.test"][..], None, "db1.test", true),
        (&["db1.test"], None, "DB1.Test", true),
        (&["db1.test."], None, "db1.test", true),
        (&["*.test"], None, "db1.test", true),
        (&["*.test"], None, "a.db1.test", false),
        (&["d*.test"], None, "db1.test", false),
        (&["127.0.0.1"], None, "127.0.0.1", true),
        (&[], Some("db1.test"), "db1.test", true),
        (&[], Some("*.test"), "db1.test", true),
        // A common name does not count beside any alternative name.
        (&["10.0.0.1"], Some("db1.test"), "db1.test", false),
        (&["db2.test"], Some("db1.test"), "db1.test", false),
    ] {
        let certificate = Some(certificate(names, common_name));
        let attempt = DialAttempt { ending: DialEnd::Answered, said: WELL.to_owned(), certificate };
        let judged = classify(&attempt, dialled, VerifyMode::Full);
        assert_eq!(judged.is_none(), well, "{names:?} {common_name:?} {dialled}: {judged:?}");
        assert_eq!(classify(&attempt, dialled, VerifyMode::SkipHostname), None);
    }
    let other = shown(DialEnd::Answered, WELL);
    assert_eq!(
        classify(&other, "db3.test", VerifyMode::Full).map(|it| it.to_string()),
        Some(
            "the certificate shown there is for db1.test, 127.0.0.1, and not for `db3.test`"
                .to_owned()
        )
    );
}

#[test]
fn what_the_server_lets_pass_is_no_obstacle_but_a_refusal_at_the_other_end_is() {
    let untrusted = "depth=0 CN = x\nverify error:num=20:unable to get local issuer certificate\n";
    let judged = |ending, verify_mode| classify(&shown(ending, untrusted), "db3.test", verify_mode);
    assert_eq!(judged(DialEnd::Answered, VerifyMode::None), None);
    assert!(matches!(
        judged(DialEnd::Answered, VerifyMode::SkipHostname),
        Some(PeerTlsError::Untrusted { .. })
    ));
    assert!(matches!(
        judged(DialEnd::Closed, VerifyMode::None),
        Some(PeerTlsError::RefusedByPeer(_))
    ));
}
