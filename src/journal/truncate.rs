//! Keeping a line short and plain: long texts are cut and say so, and what is not a plain letter is
//! spelled out, so that `cat` of a journal does nothing to a terminal.

use std::fmt::Write;

use serde_json::Value;

/// How long a text may be in a line that is too long as a whole; tried in this order.
pub(super) const LENGTHS: [usize; 4] = [16 * 1024, 4 * 1024, 1024, 128];

/// The same with every text cut that is longer than this many bytes.
pub(super) fn shortened(data: &Value, longest: usize) -> Value {
    match data {
        Value::String(text) if text.len() > longest => cut(text, longest).into(),
        Value::Array(values) => values.iter().map(|value| shortened(value, longest)).collect(),
        Value::Object(fields) => {
            let short = |(name, value): (&String, _)| (name.clone(), shortened(value, longest));
            Value::Object(fields.iter().map(short).collect())
        }
        other => other.clone(),
    }
}

fn cut(text: &str, longest: usize) -> String {
    let kept = (0..=longest).rev().find_map(|end| text.get(..end)).unwrap_or_default();
    format!("{kept}... ({} bytes cut)", text.len() - kept.len())
}

/// What is left of a record with too many parts: the event's kind and size.
pub(super) fn replaced(record: &Value) -> Value {
    let kept = ["v", "at", "run", "step", "machine", "instance"];
    let kept = kept.map(|name| (name.to_owned(), record.get(name).cloned().unwrap_or_default()));
    let [.., shortest] = LENGTHS;
    let mut short = shortened(&Value::Object(kept.into_iter().collect()), shortest);
    if let Value::Object(fields) = &mut short {
        fields.insert("event".to_owned(), "truncated".into());
        fields.insert("kind".to_owned(), record.get("event").cloned().unwrap_or_default());
        fields.insert("bytes".to_owned(), record.to_string().len().into());
    }
    short
}

/// A JSON text in plain letters. Others stand only inside its strings, so they can be spelled out.
pub(super) fn ascii(json: &str) -> String {
    let mut plain = String::with_capacity(json.len());
    for letter in json.chars() {
        if matches!(letter, ' '..='~') {
            plain.push(letter);
            continue;
        }
        for unit in letter.encode_utf16(&mut [0; 2]) {
            // Writing to a String cannot fail.
            let _ = write!(plain, "\\u{unit:04x}");
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_is_cut_between_letters() {
        let data = json!({ "a": "üü", "b": ["short", 1, null] });
        assert_eq!(
            shortened(&data, 3),
            json!({ "a": "ü... (2 bytes cut)", "b": ["sho... (2 bytes cut)", 1, null] })
        );
    }

    #[test]
    fn letters_beyond_ascii_are_spelled_out_and_read_back() {
        let text = "grün \u{202e} \u{7f} 🔑";
        let json = ascii(&Value::from(text).to_string());
        assert_eq!(json, r#""gr\u00fcn \u202e \u007f \ud83d\udd11""#);
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
