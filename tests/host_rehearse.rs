//! The rehearsal as a script: what goes to openssl, what comes back, and what never does.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

mod common;

use std::{fs, path::Path};

use common::{local_transport::LocalTransport, sandbox::Sandbox};
use rcgen::{CertificateParams, KeyPair};
use tlsplan::{
    cluster::{
        config::{AddressFamily, KeyPassphrase, PeerDialConfig, Trust, VerifyMode},
        peer_tls_check::{DialAttempt, DialEnd},
    },
    host::{Host, survey::Service},
    instance::peer_tls_check::PeerTlsCheckError,
    name::MemberName,
    secret::Secret,
};

const SECRET: &str = "it's a $(secret)";

/// openssl as the script meets it: writes down what it gets, and does what the name asks for.
const OPENSSL: &str = r#"
case $* in *-help*) printf ' -4                  only IPv4\n -cert_chain infile   chain\n' >&2; exit ;; esac
place=$4
[ "$place" != -connect ] || place=$5
printf '%s\n' "$@" > "NOTES/$place.arguments"
readlink "/proc/$$/fd/4" > NOTES/place
read -r phrase <&4
printf '%s' "$phrase" > "NOTES/$place.phrase"
head -c 55 > "NOTES/$place.question"
echo 'depth=0 CN = x' >&2
case $place in
refused*) echo 'x:error:8000006F:system library:BIO_connect:Connection refused:f:1:calling connect()' >&2; exit 1 ;;
*) cat NOTES/shown.pem; echo '    Resumption PSK: 5E55104EC3E7' ;;
esac
case $place in
closed*) exit 1 ;;
mute*) exec sleep 60 ;;
*) printf '\0\0\0ismaster\0maxWireVersion\0'; exec sleep 60 ;;
esac
"#;

struct Stage {
    sandbox: Sandbox,
    host: Host,
    service: Service,
}

impl Stage {
    fn new(transport: LocalTransport) -> Self {
        let sandbox = Sandbox::new();
        let notes = sandbox.path("notes");
        fs::create_dir(&notes).unwrap();
        let wish = CertificateParams::new(["db1.test".to_owned()]).unwrap();
        let signed = wish.self_signed(&KeyPair::generate().unwrap()).unwrap();
        fs::write(notes.join("shown.pem"), signed.pem()).unwrap();
        sandbox.tool("openssl", &OPENSSL.replace("NOTES", notes.to_str().unwrap()));
        // The patience is ten seconds; nobody waits for that here.
        sandbox.tool(
            "timeout",
            "shift; case $* in *mute*) \"$@\" & sleep 0.3; kill $!; exit 124 ;; esac; exec \"$@\"",
        );
        let host = sandbox.host(transport);
        let service = Service {
            binary: String::new(),
            user: 0,
            group: 0,
            groups: String::new(),
            ld_library_path: String::new(),
        };
        Self { sandbox, host, service }
    }

    async fn rehearse(&self, outgoing: &PeerDialConfig, members: &[&str]) -> Vec<DialAttempt> {
        let members: Vec<_> = members.iter().map(|&name| MemberName::new(name)).collect();
        self.host.peer_tls_check(&self.service, outgoing, &members).await.unwrap()
    }

    fn note(&self, name: &str) -> String {
        fs::read_to_string(self.sandbox.path("notes").join(name)).unwrap()
    }
}

fn outgoing() -> PeerDialConfig {
    PeerDialConfig {
        certificate: Some("/etc/a b.pem".to_owned()),
        phrase: KeyPassphrase::InFile(Secret::new(SECRET.to_owned())),
        trust: Trust::File("/etc/ca.pem".to_owned()),
        verify_mode: VerifyMode::Full,
        family: AddressFamily::V4,
    }
}

#[tokio::test]
async fn every_member_is_asked_and_each_end_is_told_apart() {
    for transport in [LocalTransport::new(), LocalTransport::with_bash_as_sh()] {
        every_member_is_asked(&Stage::new(transport)).await;
    }
}

async fn every_member_is_asked(stage: &Stage) {
    let members = ["db1.test:27017", "refused.test:1", "closed.test:2", "mute.test:3", "[::1]:4"];
    let attempts = stage.rehearse(&outgoing(), &members).await;
    let endings: Vec<_> = attempts.iter().map(|attempt| attempt.ending).collect();
    let (answered, over) = (DialEnd::Answered, DialEnd::Closed);
    assert_eq!(endings, [answered, over, over, DialEnd::TimedOut, answered]);
    assert!(attempts[1].said.contains("Connection refused") && attempts[1].certificate.is_none());
    for shown in [0, 2, 3, 4] {
        let names = attempts[shown].certificate.as_ref().map(|shown| shown.names.clone());
        assert_eq!(names, Some(vec!["db1.test".to_owned()]), "{shown}");
    }
    assert_eq!(attempts[0].said, "depth=0 CN = x\n");
    let pipe = stage.note("place");
    let place = Path::new(pipe.trim()).parent().unwrap();
    assert!(place.starts_with("/run/") || place.starts_with("/dev/shm/"), "{pipe}");
    assert!(!place.exists(), "{pipe}");
}

#[tokio::test]
async fn openssl_gets_what_the_server_has_and_the_phrase_by_no_argument() {
    let stage = Stage::new(LocalTransport::new());
    stage.rehearse(&outgoing(), &["db1.test:27017", "[::1]:4"]).await;
    let arguments = stage.note("db1.test:27017.arguments");
    assert_eq!(
        arguments.lines().collect::<Vec<_>>(),
        [
            "s_client",
            "-ign_eof",
            "-4",
            "-connect",
            "db1.test:27017",
            "-servername",
            "db1.test",
            "-CAfile",
            "/etc/ca.pem",
            "-cert",
            "/etc/a b.pem",
            "-key",
            "/etc/a b.pem",
            "-cert_chain",
            "/etc/a b.pem",
            "-pass",
            "fd:4",
        ]
    );
    assert!(!stage.note("[::1]:4.arguments").contains("-servername"));
    assert_eq!(stage.note("db1.test:27017.phrase"), SECRET);
    let question = fs::read(stage.sandbox.path("notes").join("db1.test:27017.question")).unwrap();
    assert_eq!((question.len(), question[0]), (55, 55));
    let system = PeerDialConfig {
        trust: Trust::System,
        phrase: KeyPassphrase::None,
        family: AddressFamily::Both,
        ..outgoing()
    };
    stage.rehearse(&system, &["db2.test:1"]).await;
    let arguments = stage.note("db2.test:1.arguments");
    assert!(!arguments.contains("-CAfile") && !arguments.contains("-4\n"), "{arguments}");
    assert_eq!(stage.note("db2.test:1.phrase"), "");
}

#[tokio::test]
async fn what_cannot_be_tried_is_said_and_no_failure() {
    let stage = Stage::new(LocalTransport::new());
    let why = async |outgoing: PeerDialConfig| {
        let members = [MemberName::new("db1.test:1")];
        match stage.host.peer_tls_check(&stage.service, &outgoing, &members).await {
            Err(PeerTlsCheckError::Unable(why)) => why,
            other => format!("{other:?}"),
        }
    };
    assert_eq!(
        why(PeerDialConfig { phrase: KeyPassphrase::External, ..outgoing() }).await,
        "the pass phrase of its key is not in its file"
    );
    assert_eq!(
        why(PeerDialConfig { certificate: None, ..outgoing() }).await,
        "its file names no certificate"
    );
}
