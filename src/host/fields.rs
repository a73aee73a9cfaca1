//! The form in which scripts answer: lines `key=value`, and blocks of raw bytes.
//!
//! A block stands between `NONCE<key` and `NONCE>key`, so a file travels as it is, whatever it
//! holds and whether or not it changes while it is read.

use std::collections::BTreeMap;

use super::frame::find;

/// A script's answer, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    lines: BTreeMap<String, Vec<u8>>,
    blocks: BTreeMap<String, Vec<u8>>,
}

/// An answer without something that every such answer has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the answer has no usable `{0}`")]
pub struct MissingField(pub &'static str);

impl Fields {
    /// Takes a reply's body apart. What is neither a line with `=` nor a whole block is left out.
    #[must_use]
    pub fn parse(mut body: &[u8], nonce: &str) -> Self {
        let mut fields = Self::default();
        let opening = format!("{nonce}<");
        while !body.is_empty() {
            let (line, rest) = split_line(body);
            body = rest;
            if let Some(key) = line.strip_prefix(opening.as_bytes()) {
                let closing = [b"\n", nonce.as_bytes(), b">", key, b"\n"].concat();
                let Some(at) = find(body, &closing) else { break };
                let (bytes, rest) = body.split_at(at);
                fields.blocks.insert(String::from_utf8_lossy(key).into_owned(), bytes.to_vec());
                body = rest.get(closing.len()..).unwrap_or_default();
            } else {
                fields.line(line);
            }
        }
        fields
    }

    /// Takes lines `key=value` apart, as systemctl prints them.
    #[must_use]
    pub fn from_lines(text: &[u8]) -> Self {
        let mut fields = Self::default();
        text.split(|&byte| byte == b'\n').for_each(|line| fields.line(line));
        fields
    }

    fn line(&mut self, line: &[u8]) {
        if let Some(at) = line.iter().position(|&byte| byte == b'=') {
            let (key, value) = line.split_at(at);
            let value = value.get(1..).unwrap_or_default().to_vec();
            self.lines.insert(String::from_utf8_lossy(key).into_owned(), value);
        }
    }

    /// The text of a line, if it is there, not empty, and UTF-8.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        let value = self.lines.get(key)?;
        std::str::from_utf8(value).ok().filter(|text| !text.is_empty())
    }

    /// A line's value read as another type.
    pub fn get<T: std::str::FromStr>(&self, key: &'static str) -> Result<T, MissingField> {
        self.text(key).and_then(|text| text.parse().ok()).ok_or(MissingField(key))
    }

    /// The bytes of a block.
    #[must_use]
    pub fn block(&self, key: &str) -> Option<&[u8]> {
        self.blocks.get(key).map(Vec::as_slice)
    }
}

fn split_line(body: &[u8]) -> (&[u8], &[u8]) {
    match body.iter().position(|&byte| byte == b'\n') {
        Some(at) => (body.get(..at).unwrap_or_default(), body.get(at + 1..).unwrap_or_default()),
        None => (body, &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_blocks_are_told_apart() {
        let body = b"a=1\nn<file\nb=2\n\x00n<file\n\nn>file\nc=x=y\nempty=\n";
        let fields = Fields::parse(body, "n");
        assert_eq!(fields.get::<u32>("a"), Ok(1));
        assert_eq!(fields.text("b"), None);
        assert_eq!(fields.text("c"), Some("x=y"));
        assert_eq!(fields.text("empty"), None);
        assert_eq!(fields.block("file"), Some(&b"b=2\n\x00n<file\n"[..]));
        assert_eq!(fields.get::<u32>("c"), Err(MissingField("c")));
    }

    #[test]
    fn an_unfinished_block_is_no_block() {
        assert_eq!(Fields::parse(b"n<file\nhalf", "n"), Fields::default());
    }
}
