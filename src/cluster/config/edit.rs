//! Edits the TLS section of a file in place, for plans without a template.
