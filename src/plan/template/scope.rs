//! What a template can say: the merged variables, `host`, `tls` and `current`.

use serde_json::{Map, Value, json};

use super::helpers::HELPERS;
use crate::{
    client::settings::TlsFiles,
    cluster::mode::{OptionNames, TlsMode},
    name::HostName,
};

/// Names at the top of a scope that are not the plan's to give.
const OWN_NAMES: [&str; 3] = ["host", "tls", "current"];

/// Everything that one rendering can see.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The host's merged variables: they stand at the top.
    pub vars: &'a Map<String, Value>,
    /// `host.name`: the host as the plan calls it.
    pub host_name: &'a HostName,
    /// `host.address`: where SSH connects to.
    pub host_address: &'a str,
    /// `tls.mode`: the mode that the file is for.
    pub mode: TlsMode,
    /// `tls.ca_file` and `tls.certificate_key_file`: null where the plan names none.
    pub tls: &'a TlsFiles,
    /// `current`: the parsed file in place; `None` before there is a connection.
    pub current: Option<&'a Value>,
}

impl Scope<'_> {
    /// Whether a plan's variable cannot have this name: it would hide ours, or a helper hides it.
    #[must_use]
    pub fn is_reserved(name: &str) -> bool {
        OWN_NAMES.contains(&name) || HELPERS.contains(&name)
    }

    /// Every name a template can use, for [`super::Template::check_variables`]. What the plan
    /// leaves out is there as null; `current` is there only when it is known.
    #[must_use]
    pub fn known(&self) -> Value {
        let mut top = self.vars.clone();
        top.insert("host".into(), json!({"name": self.host_name, "address": self.host_address}));
        top.insert(
            "tls".into(),
            json!({
                "mode": self.mode.name_in(OptionNames::Tls),
                "ca_file": self.tls.ca_file,
                "certificate_key_file": self.tls.certificate_key_file,
            }),
        );
        if let Some(current) = self.current {
            top.insert("current".into(), current.clone());
        }
        Value::Object(top)
    }

    /// The same for rendering, with the mode spelled as the section of the file needs it and
    /// without nulls: then strict mode refuses to render one as nothing.
    pub(super) fn data(&self, option_names: OptionNames) -> Value {
        let mut data = self.known();
        if let Some(mode) = data.pointer_mut("/tls/mode") {
            *mode = self.mode.name_in(option_names).into();
        }
        remove_nulls(&mut data);
        data
    }
}

fn remove_nulls(value: &mut Value) {
    match value {
        Value::Object(entries) => {
            entries.retain(|_, value| !value.is_null());
            entries.values_mut().for_each(remove_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(remove_nulls),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
