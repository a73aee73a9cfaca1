//! `mongodb`: the database process, as `[mongodb]`, a group or a host writes it.

use std::time::Duration;

use toml::de::DeValue;

use super::{
    client::{self, ClientSection},
    owner::Owner,
    secret_ref, set_rules,
};
use crate::{
    client::settings::{ReadWith, TlsFiles},
    name::UnitName,
    plan::{
        entry::{Entry, Spanned, Written},
        model::SetRules,
        reader::Reader,
        rule,
        violation::Violation,
    },
    secret::SecretRef,
};

/// A start takes two seconds, and its proof as long again.
const SHORTEST_CONFIRMATION: Duration = Duration::from_secs(15);

/// One `mongodb` table as it was written. What it leaves out, the tables beneath it say.
#[derive(Clone, Default)]
pub(crate) struct MongodbSection {
    pub(crate) service: Option<Written<UnitName>>,
    pub(crate) config_file: Option<Written<String>>,
    pub(crate) template: Option<Spanned<String>>,
    pub(crate) port: Option<Written<u16>>,
    pub(crate) username: Option<Written<String>>,
    pub(crate) password: Option<Written<SecretRef>>,
    pub(crate) drain: Option<Duration>,
    pub(crate) start_timeout: Option<Duration>,
    pub(crate) confirm_within: Option<Duration>,
    pub(crate) tls: TlsFiles,
    pub(crate) client: Option<ClientSection>,
    pub(crate) read_with: Option<ReadWith>,
    pub(crate) certificate_days_left: Option<u32>,
}

/// What a group or a host says about its database.
#[derive(Clone)]
pub(crate) enum DatabaseSection {
    /// `false`: there is none.
    None,
    /// There is one, with these settings.
    Settings(Box<MongodbSection>),
}

/// Reads `[mongodb]`.
pub(crate) fn read_plan(entry: Entry<'_>) -> Option<(MongodbSection, SetRules)> {
    let mut table = entry.table(Owner::Plan.table("mongodb"))?;
    let section = MongodbSection::read(&mut table, Owner::Plan);
    let rules = set_rules::read(&mut table);
    table.finish();
    Some((section, rules))
}

/// Reads `mongodb` of a group or a host.
pub(crate) fn read_own(entry: Entry<'_>, owner: Owner<'_>) -> Option<DatabaseSection> {
    match entry.value() {
        DeValue::Boolean(false) => Some(DatabaseSection::None),
        DeValue::Table(_) => {
            let mut table = entry.table(owner.table("mongodb"))?;
            let section = MongodbSection::read(&mut table, owner);
            set_rules::refuse(&mut table);
            table.finish();
            Some(DatabaseSection::Settings(Box::new(section)))
        }
        _ => entry.wrong_type("a table, or `false` for a machine without a database"),
    }
}

impl MongodbSection {
    fn read(table: &mut Reader<'_>, owner: Owner<'_>) -> Self {
        let (username, password) = (table.take("username"), table.take("password"));
        let username = username.map(|entry| entry.written(rule_of(rule::name::title)));
        let password = password.map(|entry| entry.written(secret_ref::read));
        Self {
            username: username.or_else(|| table.misspelt("username")),
            password: password.or_else(|| table.misspelt("password")),
            service: written(table, "service", rule_of(rule::unit::service)),
            config_file: written(table, "config_file", rule_of(rule::path::remote)),
            template: table.take("template").and_then(|entry| entry.parsed(rule::path::local)),
            port: written(table, "port", read_port),
            drain: time(table.take("drain").and_then(Entry::duration)),
            start_timeout: time(table.take("start_timeout").and_then(Entry::positive_duration)),
            confirm_within: read_confirm_within(table),
            tls: read_tls(table, owner),
            client: table.take("client").and_then(|entry| client::read(entry, owner)),
            read_with: read_read_with(table),
            certificate_days_left: read_days_left(table),
        }
    }

    /// These keys over those of a table beneath, key by key.
    pub(crate) fn over(self, beneath: &Self) -> Self {
        let below = beneath.clone();
        Self {
            service: self.service.or(below.service),
            config_file: self.config_file.or(below.config_file),
            template: self.template.or(below.template),
            port: self.port.or(below.port),
            username: self.username.or(below.username),
            password: self.password.or(below.password),
            drain: self.drain.or(below.drain),
            start_timeout: self.start_timeout.or(below.start_timeout),
            confirm_within: self.confirm_within.or(below.confirm_within),
            tls: TlsFiles {
                ca_file: self.tls.ca_file.or(below.tls.ca_file),
                certificate_key_file: self
                    .tls
                    .certificate_key_file
                    .or(below.tls.certificate_key_file),
            },
            client: ClientSection::over(self.client, below.client),
            read_with: self.read_with.or(below.read_with),
            certificate_days_left: self.certificate_days_left.or(below.certificate_days_left),
        }
    }
}

fn written<T>(
    table: &mut Reader<'_>,
    key: &'static str,
    read: impl FnOnce(Entry<'_>) -> Option<T>,
) -> Option<Written<T>> {
    table.take(key).map(|entry| entry.written(read))
}

/// Reads a text by a rule.
fn rule_of<T>(
    rule: fn(&str) -> Result<T, Violation>,
) -> impl for<'a> FnOnce(Entry<'a>) -> Option<T> {
    move |entry| entry.parsed(rule).map(|text| text.value)
}

fn read_port(entry: Entry<'_>) -> Option<u16> {
    entry.port()
}

fn time(given: Option<Spanned<Duration>>) -> Option<Duration> {
    given.map(|time| time.value)
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

fn read_tls(table: &mut Reader<'_>, owner: Owner<'_>) -> TlsFiles {
    let section = table.take("tls").and_then(|entry| entry.table(owner.table("mongodb.tls")));
    let Some(mut section) = section else { return TlsFiles::default() };
    let mut path = |key| section.take(key).and_then(rule_of(rule::path::remote));
    let ca_file = path("ca_file");
    let certificate_key_file = path("certificate_key_file");
    section.finish();
    TlsFiles { ca_file, certificate_key_file }
}
