//! The way to each host: its own `ssh` over `[ssh]`.

use super::local_files::LocalFiles;
use crate::{
    host::privilege::Become,
    plan::{
        diagnostics::Diagnostics,
        entry::{Spanned, Written},
        file::{
            hosts::HostSection,
            ssh::{LoginSection, SshSection},
        },
        model::SshSettings,
        violation::Violation,
    },
    secret::SecretRef,
};

/// The settings of each host, in the order of the hosts.
pub(crate) fn resolve(
    plan: &SshSection,
    hosts: &[HostSection],
    (files, diagnostics): (&LocalFiles<'_>, &Diagnostics),
) -> Vec<SshSettings> {
    check_passwords(&plan.login, hosts, diagnostics);
    let nothing = LoginSection::default();
    // Files that only `[ssh]` names are looked up where no host takes them, too.
    let defaults = settings(plan, &nothing, files);
    let host = |host: &HostSection| match &host.ssh {
        Some(own) => settings(plan, &own.login, files),
        None => defaults.clone(),
    };
    hosts.iter().map(host).collect()
}

fn settings(plan: &SshSection, own: &LoginSection, files: &LocalFiles<'_>) -> SshSettings {
    let find = |path: &Spanned<String>| files.find(path);
    let (beneath, secret) = (&plan.login, |secret: &SecretRef| files.secret(secret.clone()));
    let r#become = r#become(&[own, beneath]).map_or_else(Become::default, |it| it.value);
    let password = own.become_password.as_ref().or(beneath.become_password.as_ref());
    let password = password.and_then(|password| password.value.as_ref());
    SshSettings {
        user: own.user.clone().or_else(|| beneath.user.clone()),
        identity_file: own.identity_file.as_ref().or(beneath.identity_file.as_ref()).and_then(find),
        // The passphrase is the one of the key beside it.
        identity_passphrase: plan
            .identity_passphrase
            .as_ref()
            .filter(|_| own.identity_file.is_none())
            .map(secret),
        known_hosts: plan.known_hosts.as_ref().and_then(find),
        r#become,
        become_password: password.filter(|_| r#become == Become::Sudo).map(secret),
    }
}

/// The topmost `become`.
fn r#become<'s>(sections: &[&'s LoginSection]) -> Option<&'s Spanned<Become>> {
    sections.iter().find_map(|section| section.r#become.as_ref())
}

/// Refuses a password that no sudo asks for.
fn check_passwords(plan: &LoginSection, hosts: &[HostSection], diagnostics: &Diagnostics) {
    let own = || hosts.iter().filter_map(|host| host.ssh.as_ref()).map(|ssh| &ssh.login);
    let asks = |login: &LoginSection| {
        login.r#become.as_ref().is_some_and(|r#become| r#become.value == Become::Sudo)
    };
    if !own().any(asks) {
        check_password(plan.become_password.as_ref(), r#become(&[plan]), diagnostics);
    }
    for login in own() {
        check_password(login.become_password.as_ref(), r#become(&[login, plan]), diagnostics);
    }
}

fn check_password(
    password: Option<&Written<SecretRef>>,
    r#become: Option<&Spanned<Become>>,
    diagnostics: &Diagnostics,
) {
    let none = r#become.filter(|r#become| r#become.value == Become::None);
    if let (Some(password), Some(none)) = (password, none) {
        let message = "`become_password` has no use where `become` is `none`";
        let violation = Violation::new(message, "no sudo asks for it")
            .related(none.span.clone(), "no sudo")
            .help("take one of the two out");
        diagnostics.report(password.span.clone(), violation);
    }
}
