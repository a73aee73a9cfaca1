//! `[mongodb]` with its tables `tls` and `client`: the database on every host.

use std::time::Duration;

use super::secret_ref;
use crate::{
    client::settings::{ReadWith, TlsFiles},
    cluster::health::WriteOutage,
    name::UnitName,
    plan::{
        entry::{Entry, Spanned},
        model::Rollback,
        reader::Reader,
        rule,
        violation::Violation,
    },
    secret::SecretRef,
};

/// A start takes two seconds, and its proof as long again.
const SHORTEST_CONFIRMATION: Duration = Duration::from_secs(15);

/// `[mongodb]` as it was written; what was left out has its default.
pub(crate) struct MongodbSection {
    pub(crate) service: UnitName,
    pub(crate) config_file: String,
    pub(crate) template: Option<Spanned<String>>,
    pub(crate) port: u16,
    pub(crate) username: Option<String>,
    pub(crate) password: Option<SecretRef>,
    pub(crate) drain: Duration,
    pub(crate) write_outage: WriteOutage,
    pub(crate) max_lag: Duration,
    pub(crate) start_timeout: Duration,
    pub(crate) rollback: Rollback,
    pub(crate) confirm_within: Option<Duration>,
    pub(crate) tls: TlsFiles,
    pub(crate) client: Option<ClientSection>,
    pub(crate) read_with: Option<ReadWith>,
    pub(crate) certificate_days_left: u32,
}

/// `[mongodb.client]` as it was written.
pub(crate) struct ClientSection {
    pub(crate) ca_file: Spanned<String>,
    pub(crate) certificate_key_file: Option<Spanned<String>>,
}

impl Default for MongodbSection {
    fn default() -> Self {
        Self {
            service: UnitName::new("mongod"),
            config_file: "/etc/mongod.conf".to_owned(),
            template: None,
            port: 27017,
            username: None,
            password: None,
            drain: Duration::from_secs(15),
            write_outage: WriteOutage::Refused,
            max_lag: Duration::from_secs(10),
            start_timeout: Duration::from_secs(300),
            rollback: Rollback::Host,
            confirm_within: None,
            tls: TlsFiles { ca_file: None, certificate_key_file: None },
            client: None,
            read_with: None,
            certificate_days_left: 14,
        }
    }
}

impl MongodbSection {
    pub(crate) fn read(mut table: Reader<'_>) -> Self {
        let default = Self::default();
        let (username, password) = read_login(&mut table);
        let time = |given: Option<Spanned<Duration>>, default| given.map_or(default, |at| at.value);
        let drain = time(table.take("drain").and_then(Entry::duration), default.drain);
        let max_lag =
            time(table.take("max_lag").and_then(Entry::positive_duration), default.max_lag);
        let start_timeout = time(
            table.take("start_timeout").and_then(Entry::positive_duration),
            default.start_timeout,
        );
        let section = Self {
            service: parsed(&mut table, "service", rule::unit::service).unwrap_or(default.service),
            config_file: parsed(&mut table, "config_file", rule::path::remote)
                .unwrap_or(default.config_file),
            template: table.take("template").and_then(|entry| entry.parsed(rule::path::local)),
            port: table.take("port").and_then(Entry::port).unwrap_or(default.port),
            username,
            password,
            drain,
            write_outage: read_write_outage(&mut table),
            max_lag,
            start_timeout,
            rollback: read_rollback(&mut table),
            confirm_within: read_confirm_within(&mut table),
            tls: read_tls(&mut table),
            client: read_client(&mut table),
            read_with: read_read_with(&mut table),
            certificate_days_left: read_days_left(&mut table)
                .unwrap_or(default.certificate_days_left),
        };
        table.finish();
        section
    }
}

fn parsed<T>(
    table: &mut Reader<'_>,
    key: &'static str,
    rule: fn(&str) -> Result<T, Violation>,
) -> Option<T> {
    table.take(key).and_then(|entry| entry.parsed(rule)).map(|text| text.value)
}

/// User and password come together or not at all.
fn read_login(table: &mut Reader<'_>) -> (Option<String>, Option<SecretRef>) {
    let (username, password) = (table.take("username"), table.take("password"));
    let meant =
        |key| table.unknown_keys().iter().any(|unknown_key| unknown_key.resembles == Some(key));
    match (&username, &password) {
        (Some(username), None) if !meant("password") => {
            let violation =
                Violation::new("a database user without a password", "no `password` beside it");
            let help = "add a reference, like `password = { env = \"MONGODB_PASSWORD\" }`";
            table.diagnostics().report_missing(username.key_span(), violation.help(help));
        }
        (None, Some(password)) if !meant("username") => {
            let violation = Violation::new("a database password without a user", "whose is it?");
            let help = "add `username = \"...\"`";
            table.diagnostics().report_missing(password.key_span(), violation.help(help));
        }
        _ => {}
    }
    let username = username.and_then(|entry| entry.parsed(rule::name::title));
    (username.map(|username| username.value), password.and_then(secret_ref::read))
}

fn read_write_outage(table: &mut Reader<'_>) -> WriteOutage {
    match table.take("accept_write_outage").and_then(Entry::boolean) {
        Some(true) => WriteOutage::Accepted,
        Some(false) | None => WriteOutage::Refused,
    }
}

fn read_rollback(table: &mut Reader<'_>) -> Rollback {
    let choices = [("host", Rollback::Host), ("controller-only", Rollback::ControllerOnly)];
    let choice = table.take("rollback").and_then(|entry| entry.choice(&choices));
    choice.map_or(Rollback::default(), |choice| choice.value)
}

/// A host that helps itself before a server can have started would undo every change.
fn read_confirm_within(table: &mut Reader<'_>) -> Option<Duration> {
    let time = table.take("confirm_within").and_then(Entry::positive_duration)?;
    if time.value < SHORTEST_CONFIRMATION {
        let violation = Violation::new("a deadline that no start can keep", "shorter than 15s");
        let help = "give the member time to start and to be proved, like \"2m\"";
        table.diagnostics().report(time.span, violation.help(help));
    }
    Some(time.value)
}

fn read_read_with(table: &mut Reader<'_>) -> Option<ReadWith> {
    let choices = [("driver", ReadWith::Driver), ("mongosh", ReadWith::Mongosh)];
    table.take("read_with").and_then(|entry| entry.choice(&choices)).map(|choice| choice.value)
}

/// How many days a certificate has to be valid for at least.
fn read_days_left(table: &mut Reader<'_>) -> Option<u32> {
    let days = table.take("certificate_days_left").and_then(|entry| entry.number(0, 3650))?;
    u32::try_from(days.value).ok()
}

fn read_tls(table: &mut Reader<'_>) -> TlsFiles {
    let section = table.take("tls").and_then(|entry| entry.table("`[mongodb.tls]`"));
    let Some(mut section) = section else {
        return TlsFiles { ca_file: None, certificate_key_file: None };
    };
    let files = TlsFiles {
        ca_file: parsed(&mut section, "ca_file", rule::path::remote),
        certificate_key_file: parsed(&mut section, "certificate_key_file", rule::path::remote),
    };
    section.finish();
    files
}

fn read_client(table: &mut Reader<'_>) -> Option<ClientSection> {
    let mut section = table.take("client")?.table("`[mongodb.client]`")?;
    let help = "name the CA that signed the members' certificates: `ca_file = \"ca.pem\"`";
    let ca_file = section.need("ca_file", help).and_then(|entry| entry.parsed(rule::path::local));
    let certificate_key_file =
        section.take("certificate_key_file").and_then(|entry| entry.parsed(rule::path::local));
    section.finish();
    Some(ClientSection { ca_file: ca_file?, certificate_key_file })
}
