//! What a plan names on this machine, looked up, and told where it is named.

use std::{collections::BTreeMap, path::PathBuf};

use super::controller::Controller;
use crate::{
    plan::{diagnostics::Diagnostics, entry::Spanned, model::TemplateFile, violation::Violation},
    secret::SecretRef,
};

/// The files of one plan; each template is read once.
pub(crate) struct LocalFiles<'a> {
    controller: Controller,
    diagnostics: &'a Diagnostics,
    templates: BTreeMap<String, Option<TemplateFile>>,
}

impl<'a> LocalFiles<'a> {
    pub(crate) fn new(controller: Controller, diagnostics: &'a Diagnostics) -> Self {
        Self { controller, diagnostics, templates: BTreeMap::new() }
    }

    /// The path of a file that has to be there.
    pub(crate) fn find(&self, written: &Spanned<String>) -> Option<PathBuf> {
        self.told(written, self.controller.find(&written.value))
    }

    /// A template with its text.
    pub(crate) fn template(&mut self, written: &Spanned<String>) -> Option<TemplateFile> {
        if let Some(known) = self.templates.get(&written.value) {
            return known.clone();
        }
        let read = self.told(written, self.controller.read(&written.value));
        let template = read.map(|(path, text)| TemplateFile { path, text });
        self.templates.insert(written.value.clone(), template.clone());
        template
    }

    /// A secret's path is found, not opened: a check may run where the secret is not.
    pub(crate) fn secret(&self, secret: SecretRef) -> SecretRef {
        match secret {
            SecretRef::File(path) => {
                let located = self.controller.locate(&path.to_string_lossy());
                SecretRef::File(located.unwrap_or(path))
            }
            SecretRef::Env(_) | SecretRef::Command(_) => secret,
        }
    }

    fn told<T>(&self, written: &Spanned<String>, found: Result<T, Violation>) -> Option<T> {
        found.map_err(|violation| self.diagnostics.report(written.span.clone(), violation)).ok()
    }
}
