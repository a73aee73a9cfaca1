//! `clients = { … }`: the gate that waits until no client uses plaintext.

use toml::de::DeValue;

use crate::{
    cluster::clients::Allowed,
    plan::{entry::Entry, model::ClientsGate, rule, violation::Violation},
};

/// Reads the table.
pub(crate) fn read(entry: Entry<'_>) -> Option<ClientsGate> {
    let mut table = entry.table("`clients`")?;
    let help = "say how long no client may have spoken plaintext: `plaintext_free_for = \"10m\"`";
    let quiet = table.need("plaintext_free_for", help).and_then(Entry::positive_duration);
    let allow = table.take("allow").and_then(|entry| entry.list("networks and applications"));
    let allow = allow.unwrap_or_default().into_iter().filter_map(allowed).collect();
    table.finish();
    Some(ClientsGate { plaintext_free_for: quiet?.value, allow })
}

/// A network or an address as a text, an application as a table.
fn allowed(entry: Entry<'_>) -> Option<Allowed> {
    if !matches!(entry.value(), DeValue::Table(_)) {
        return Some(Allowed::Network(entry.parsed(rule::network::network)?.value));
    }
    let mut table = entry.table("an entry of `allow`")?;
    let help = "name it as its driver does: `{ application = \"exporter\" }`";
    let application = table.need("application", help).and_then(|entry| {
        entry.parsed(|text| match text.trim() {
            "" => Err(Violation::new("an application without a name", "empty")),
            name => Ok(name.to_owned()),
        })
    });
    table.finish();
    Some(Allowed::Application(application?.value))
}
