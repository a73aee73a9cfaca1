//! `[ssh]`: the way to every host, and `ssh` of a host: what is different there.

use std::ops::Range;

use super::{owner::Owner, secret_ref};
use crate::{
    host::privilege::Become,
    plan::{
        entry::{Entry, Spanned, Written},
        reader::Reader,
        rule,
        violation::Violation,
    },
    secret::SecretRef,
};

/// `[ssh]` as it was written; paths are not yet looked up.
#[derive(Default)]
pub(crate) struct SshSection {
    pub(crate) login: LoginSection,
    pub(crate) identity_passphrase: Option<SecretRef>,
    pub(crate) known_hosts: Option<Spanned<String>>,
}

/// `ssh` of a host as it was written.
pub(crate) struct HostSshSection {
    /// Where the host says so.
    pub(crate) span: Range<usize>,
    pub(crate) login: LoginSection,
}

/// The keys that a host can have of its own.
#[derive(Default)]
pub(crate) struct LoginSection {
    pub(crate) user: Option<String>,
    pub(crate) identity_file: Option<Spanned<String>>,
    pub(crate) r#become: Option<Spanned<Become>>,
    pub(crate) become_password: Option<Written<SecretRef>>,
}

impl SshSection {
    /// Reads `[ssh]`.
    pub(crate) fn read(entry: Entry<'_>) -> Option<Self> {
        let mut table = entry.table(Owner::Plan.table("ssh"))?;
        let passphrase = table.take("identity_passphrase");
        let known_hosts =
            table.take("known_hosts").and_then(|entry| entry.parsed(rule::path::local));
        let has_key = table.has("identity_file");
        let login = LoginSection::read(&mut table);
        if let Some(passphrase) = passphrase.filter(|_| !has_key) {
            let violation = Violation::new("a passphrase without a key", "of which key?");
            let help = "name the key too: `identity_file = \"~/.ssh/id_ed25519\"`";
            table.diagnostics().report_missing(passphrase.key_span(), violation.help(help));
        }
        let identity_passphrase = passphrase.and_then(secret_ref::read);
        table.finish();
        Some(Self { login, identity_passphrase, known_hosts })
    }
}

impl HostSshSection {
    /// Reads `ssh` of a host.
    pub(crate) fn read(entry: Entry<'_>, host: &str) -> Option<Self> {
        let mut table = entry.table(Owner::Host(host).table("ssh"))?;
        let login = LoginSection::read(&mut table);
        table.finish();
        Some(Self { span: entry.key_span(), login })
    }
}

impl LoginSection {
    fn read(table: &mut Reader<'_>) -> Self {
        let user = table.take("user").and_then(|entry| entry.parsed(rule::name::login));
        let choices = [("sudo", Become::Sudo), ("none", Become::None)];
        Self {
            user: user.map(|user| user.value),
            identity_file: table
                .take("identity_file")
                .and_then(|entry| entry.parsed(rule::path::local)),
            r#become: table.take("become").and_then(|entry| entry.choice(&choices)),
            become_password: table
                .take("become_password")
                .map(|entry| entry.written(secret_ref::read)),
        }
    }
}
