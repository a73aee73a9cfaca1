//! The agent's protocol against a process in memory.

use mongodb::bson::{Document, doc};
use serde_json::Value;

use super::*;
use crate::{
    client::{
        database::Database,
        endpoint::{Credential, Endpoint},
        mongosh::Mongosh,
        reply_limit::MAX_REPLY_BYTES,
        settings::TlsFiles,
    },
    host::transport::{Chunk, Status},
    secret::Secret,
};

/// The other end of a process.
struct Fake {
    input: mpsc::Receiver<Vec<u8>>,
    output: mpsc::Sender<Chunk>,
}

fn fake() -> (Process, Fake) {
    let (stdin, input) = mpsc::channel(16);
    let (sender, output) = mpsc::channel(16);
    (Process { stdin, output }, Fake { input, output: sender })
}

fn endpoint() -> Endpoint<TlsFiles> {
    Endpoint {
        address: "127.0.0.1".into(),
        port: 27017,
        tls_server_name: "db1.example.net".into(),
        tls: None,
        credential: Some(Credential {
            username: "admin".into(),
            password: Secret::new("s3cret".into()),
        }),
        connect_timeout: Duration::from_secs(5),
    }
}

impl Fake {
    async fn print(&self, text: &str) {
        self.output.send(Chunk::Stdout(text.as_bytes().to_vec())).await.unwrap();
    }

    async fn ready(&self) {
        self.print("Warning: noise\n{\"ready\":true,\"version\":\"2.12.0\"}\n").await;
    }

    async fn request(&mut self) -> Value {
        serde_json::from_slice(&self.input.recv().await.unwrap()).unwrap()
    }

    async fn answer(&self, request: &Value, reply: &str) {
        self.print(&format!("{{\"id\":{},\"reply\":{reply}}}\n", request["id"])).await;
    }
}

/// A member whose first ping has been answered.
async fn connected() -> (Mongosh, Fake) {
    let (process, mut fake) = fake();
    fake.ready().await;
    let there = endpoint();
    let connecting = Mongosh::connect(Agent::attach(process), &there);
    let answering = async {
        let ping = fake.request().await;
        assert_eq!(ping["command"]["ping"], 1);
        fake.answer(&ping, "{\"ok\":{\"$numberDouble\":\"1.0\"}}").await;
    };
    let (shell, ()) = tokio::join!(connecting, answering);
    (shell.unwrap(), fake)
}

fn failure(outcome: Result<Document, DatabaseError>) -> String {
    match outcome {
        Err(DatabaseError::NoReply(cause)) => format!("no reply: {cause}"),
        Err(DatabaseError::Client(cause)) => format!("client: {cause}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn answers_find_their_requests_in_any_order_and_through_any_noise() {
    let (shell, mut fake) = connected().await;
    let answering = async {
        let (first, second) = (fake.request().await, fake.request().await);
        assert_eq!(first["connection"], second["connection"]);
        fake.print("> \n{\"id\":99999,\"reply\":{}}\n[1]\n").await;
        fake.answer(&second, "{\"n\":{\"$numberLong\":\"2\"}}").await;
        fake.answer(&first, "{\"n\":{\"$numberLong\":\"1\"}}").await;
    };
    let (first, second, ()) =
        tokio::join!(shell.run(doc! { "a": 1 }), shell.run(doc! { "b": 1 }), answering);
    assert_eq!((first.unwrap(), second.unwrap()), (doc! { "n": 1_i64 }, doc! { "n": 2_i64 }));
}

#[tokio::test]
async fn nothing_is_sent_before_the_agent_is_there_to_read_it() {
    let (process, mut fake) = fake();
    let there = endpoint();
    let connecting = Mongosh::connect(Agent::attach(process), &there);
    let answering = async {
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        assert!(fake.input.try_recv().is_err(), "it may be the shell that reads, or sudo");
        fake.ready().await;
        let ping = fake.request().await;
        assert!(ping["uri"].as_str().unwrap().starts_with("mongodb://admin:s3cret@db1"));
        assert_eq!(
            (ping["name"].as_str(), ping["address"].as_str()),
            (Some("db1.example.net"), Some("127.0.0.1"))
        );
        fake.answer(&ping, "{}").await;
    };
    let (shell, ()) = tokio::join!(connecting, answering);
    drop(shell.unwrap());
    assert_eq!(fake.request().await["close"], true);
    assert!(fake.input.recv().await.is_none(), "the last owner gone, its input ends");
}

#[tokio::test(start_paused = true)]
async fn a_late_answer_is_dropped() {
    let (shell, mut fake) = connected().await;
    let late = tokio::join!(shell.run(doc! { "a": 1 }), fake.request());
    assert_eq!(failure(late.0), "no reply: no reply within 17s");
    assert_eq!(late.1["limit"], 15_000);
    let answering = async {
        fake.answer(&late.1, "{\"stale\":true}").await;
        let request = fake.request().await;
        fake.answer(&request, "{\"stale\":false}").await;
    };
    let (reply, ()) = tokio::join!(shell.run(doc! { "b": 1 }), answering);
    assert_eq!(reply.unwrap(), doc! { "stale": false });
    assert!(shell.agent().is_over(), "a new connection starts another one");
}

#[tokio::test(start_paused = true)]
async fn an_agent_that_never_starts_is_given_up() {
    let (process, _fake) = fake();
    let error = Mongosh::connect(Agent::attach(process), &endpoint()).await.err().unwrap();
    assert!(matches!(error, DatabaseError::Client(_)), "{error:?}");
}

#[tokio::test]
async fn what_the_shell_says_at_its_end_is_told() {
    let (process, fake) = fake();
    fake.output.send(Chunk::Exit(Status::Exited(127))).await.unwrap();
    fake.output
        .send(Chunk::Stderr(b"mongosh is not installed on the host\n".to_vec()))
        .await
        .unwrap();
    drop(fake);
    let error = Mongosh::connect(Agent::attach(process), &endpoint()).await.err().unwrap();
    let DatabaseError::Client(cause) = error else { panic!("{error:?}") };
    let expected = "mongosh ended with status 127: mongosh is not installed on the host";
    assert_eq!(cause.to_string(), expected);
}

#[tokio::test]
async fn a_lost_connection_leaves_requests_without_a_reply() {
    let (shell, mut fake) = connected().await;
    let losing = async {
        fake.request().await;
        drop(fake);
    };
    let (reply, ()) = tokio::join!(shell.run(doc! { "a": 1 }), losing);
    assert_eq!(failure(reply), "no reply: mongosh was lost with the connection");
    assert!(shell.agent().is_over());
}

#[tokio::test]
async fn an_endless_line_ends_the_agent_and_not_us() {
    let (shell, mut fake) = connected().await;
    let flooding = async {
        fake.request().await;
        for _ in 0..=MAX_REPLY_BYTES / 65536 {
            if fake.output.send(Chunk::Stdout(vec![b'x'; 65536])).await.is_err() {
                break;
            }
        }
    };
    let (reply, ()) = tokio::join!(shell.run(doc! { "a": 1 }), flooding);
    assert!(failure(reply).starts_with("client: mongosh was given up"));
}
