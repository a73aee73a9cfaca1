//! `mongodb.client`: the controller's own identity towards the members.

use std::ops::Range;

use super::owner::Owner;
use crate::plan::{
    entry::{Entry, Spanned, Written},
    rule,
};

/// One `client` table as it was written.
#[derive(Clone)]
pub(crate) struct ClientSection {
    /// What messages call the table.
    pub(crate) name: String,
    pub(crate) span: Range<usize>,
    pub(crate) ca_file: Option<Written<Spanned<String>>>,
    pub(crate) certificate_key_file: Option<Spanned<String>>,
}

/// Reads the table.
pub(crate) fn read(entry: Entry<'_>, owner: Owner<'_>) -> Option<ClientSection> {
    let name = owner.table("mongodb.client");
    let mut table = entry.table(name.clone())?;
    let path = |entry: Entry<'_>| entry.parsed(rule::path::local);
    let ca_file = table.take("ca_file").map(|entry| entry.written(path));
    let certificate_key_file = table.take("certificate_key_file").and_then(path);
    let ca_file = ca_file.or_else(|| table.misspelt("ca_file"));
    let span = table.span();
    table.finish();
    Some(ClientSection { name, span, ca_file, certificate_key_file })
}

impl ClientSection {
    /// One table over the one beneath, key by key.
    pub(crate) fn over(above: Option<Self>, beneath: Option<Self>) -> Option<Self> {
        let (Some(above), Some(below)) = (above.clone(), beneath.clone()) else {
            return above.or(beneath);
        };
        Some(Self {
            ca_file: above.ca_file.or(below.ca_file),
            certificate_key_file: above.certificate_key_file.or(below.certificate_key_file),
            ..above
        })
    }
}
