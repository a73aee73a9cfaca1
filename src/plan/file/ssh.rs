//! `[ssh]`: the way to every host.

use super::secret_ref;
use crate::{
    host::privilege::Become,
    plan::{entry::Spanned, reader::Reader, rule, violation::Violation},
    secret::SecretRef,
};

/// `[ssh]` as it was written; paths are not yet looked up.
#[derive(Default)]
pub(crate) struct SshSection {
    pub(crate) user: Option<String>,
    pub(crate) identity_file: Option<Spanned<String>>,
    pub(crate) identity_passphrase: Option<SecretRef>,
    pub(crate) known_hosts: Option<Spanned<String>>,
    pub(crate) r#become: Become,
    pub(crate) become_password: Option<SecretRef>,
}

impl SshSection {
    pub(crate) fn read(mut table: Reader<'_>) -> Self {
        let user = table.take("user").and_then(|entry| entry.parsed(rule::name::login));
        let identity_file =
            table.take("identity_file").and_then(|entry| entry.parsed(rule::path::local));
        let passphrase = table.take("identity_passphrase");
        let known_hosts =
            table.take("known_hosts").and_then(|entry| entry.parsed(rule::path::local));
        let choices = [("sudo", Become::Sudo), ("none", Become::None)];
        let r#become = table.take("become").and_then(|entry| entry.choice(&choices));
        let password = table.take("become_password");
        if let (Some(passphrase), None) = (&passphrase, &identity_file) {
            let violation = Violation::new("a passphrase without a key", "of which key?");
            let help = "name the key too: `identity_file = \"~/.ssh/id_ed25519\"`";
            table.diagnostics().report_missing(passphrase.key_span(), violation.help(help));
        }
        if let (Some(r#become), Some(password)) = (&r#become, &password)
            && r#become.value == Become::None
        {
            let message = "`become_password` has no use where `become` is `none`";
            let violation = Violation::new(message, "nobody asks for it")
                .related(r#become.span.clone(), "no sudo")
                .help("take one of the two out");
            table.diagnostics().report(password.key_span(), violation);
        }
        let section = Self {
            user: user.map(|user| user.value),
            identity_file,
            identity_passphrase: passphrase.and_then(secret_ref::read),
            known_hosts,
            r#become: r#become.map(|r#become| r#become.value).unwrap_or_default(),
            become_password: password.and_then(secret_ref::read),
        };
        table.finish();
        section
    }
}
