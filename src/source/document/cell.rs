//! The `source` of a cell as it stands in the JSON: its lines, each with its own bytes, so that a line that stays is not
//! written anew. Knows strings of JSON, and no notebook.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::value::RawValue;
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// One `source`.
#[derive(Clone, Debug)]
pub(super) struct CellSource {
    /// Its bytes in the file.
    pub span: Range<usize>,
    /// What it says.
    pub text: String,
    /// The bytes of every line of the text in the file, without quotes; empty where lines and bytes do not go together.
    raw: Vec<Range<usize>>,
    form: Shape,
}

#[derive(Clone, Debug)]
enum Shape {
    Text,
    /// What stands before the first line, between two, and behind the last.
    List {
        head: String,
        between: String,
        tail: String,
    },
}

impl CellSource {
    /// Reads a value that is a string or a list of strings.
    ///
    /// # Errors
    /// Why it is no source of a cell.
    pub fn read(file: &str, value: &RawValue) -> Result<Self, String> {
        let span = within(file, value.get());
        let parts: Vec<&RawValue> = match value.get().as_bytes().first() {
            Some(b'"') => vec![value],
            Some(b'[') => serde_json::from_str(value.get()).map_err(|_| "a source that is no text")?,
            _ => return Err("a source that is no text".to_owned()),
        };
        let (mut text, mut raw) = (String::new(), Vec::new());
        for part in &parts {
            let said: Cow<'_, str> = match part.get().starts_with('"') {
                true => serde_json::from_str::<String>(part.get()).map_err(|_| "half of a surrogate pair in the source")?.into(),
                false => return Err("a source that is no text".to_owned()),
            };
            text.push_str(&said);
            let at = within(file, part.get());
            raw.extend(raw_lines(file, at.start + 1..at.end - 1));
        }
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        // A line in two strings, or a string without any.
        let fit = raw.len() == lines.len() && raw.iter().zip(&lines).all(|(raw, line)| plain(file, raw).as_deref() == Some(*line));
        if !fit {
            raw.clear();
        }
        let form = if value.get().starts_with('"') { Shape::Text } else { list(file, &span, &parts) };
        Ok(Self { span, text, raw, form })
    }

    /// The same value with another text; lines that stay keep their bytes, new ones are `ascii` where all of the file is.
    pub fn with(&self, file: &str, text: &str, ascii: bool) -> String {
        let (old, new): (Vec<&str>, Vec<&str>) = (self.text.split_inclusive('\n').collect(), text.split_inclusive('\n').collect());
        let mut lines: Vec<Cow<'_, str>> = Vec::new();
        for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
            let kept = match op {
                DiffOp::Equal { old_index, len, .. } => self.raw.get(old_index..old_index + len),
                _ => None,
            };
            match kept {
                Some(kept) => lines.extend(kept.iter().map(|raw| Cow::Borrowed(&file[raw.clone()]))),
                None => lines.extend(new[op.new_range()].iter().map(|line| Cow::Owned(escaped(line, ascii)))),
            }
        }
        match &self.form {
            Shape::Text => format!("\"{}\"", lines.concat()),
            Shape::List { .. } if lines.is_empty() => "[]".to_owned(),
            Shape::List { head, between, tail } => {
                let lines: Vec<String> = lines.iter().map(|line| format!("\"{line}\"")).collect();
                format!("[{head}{}{tail}]", lines.join(between))
            }
        }
    }

    /// Where a byte of a line stands in the file.
    pub fn in_file(&self, file: &str, line: usize, column: usize) -> usize {
        let Some(raw) = self.raw.get(line) else { return self.span.start };
        let (mut at, mut left) = (raw.start, column);
        while left > 0 && at < raw.end {
            let step = step(&file[at..raw.end]);
            left = left.saturating_sub(plain(file, &(at..at + step)).map_or(1, |text| text.len()));
            at += step;
        }
        at
    }
}

/// Where a piece of the file stands in it.
pub(super) fn within(file: &str, piece: &str) -> Range<usize> {
    let start = (piece.as_ptr() as usize).saturating_sub(file.as_ptr() as usize);
    start..start + piece.len()
}

fn list(file: &str, span: &Range<usize>, parts: &[&RawValue]) -> Shape {
    let places: Vec<Range<usize>> = parts.iter().map(|part| within(file, part.get())).collect();
    let Some((first, last)) = places.first().zip(places.last()) else {
        return Shape::List { head: String::new(), between: ", ".to_owned(), tail: String::new() };
    };
    let head = file[span.start + 1..first.start].to_owned();
    let between = match places.get(1) {
        Some(second) => file[first.end..second.start].to_owned(),
        None => format!(",{}", if head.is_empty() { " " } else { &head }),
    };
    Shape::List { head, between, tail: file[last.end..span.end - 1].to_owned() }
}

/// The lines of a string between its quotes; each ends behind the escape of its line end.
fn raw_lines(file: &str, inside: Range<usize>) -> Vec<Range<usize>> {
    let (mut lines, mut start, mut at) = (Vec::new(), inside.start, inside.start);
    while at < inside.end {
        let step = step(&file[at..inside.end]);
        let escape = &file[at..at + step];
        at += step;
        if escape == "\\n" || escape.eq_ignore_ascii_case("\\u000a") {
            lines.push(start..at);
            start = at;
        }
    }
    if start < inside.end {
        lines.push(start..inside.end);
    }
    lines
}

/// The length of the first character of a string in JSON, or of its escape.
fn step(text: &str) -> usize {
    let is_hex = |at: usize| text.get(at..at + 4).is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let high =
        |at: usize| matches!(text.get(at..at + 2), Some(two) if ["d8", "d9", "da", "db"].contains(&two.to_ascii_lowercase().as_str()));
    match text.as_bytes() {
        [b'\\', b'u', ..] if is_hex(2) && high(2) && text.get(6..8) == Some("\\u") && is_hex(8) => 12,
        [b'\\', b'u', ..] if is_hex(2) => 6,
        [b'\\', _, ..] => 2,
        _ => text.chars().next().map_or(1, char::len_utf8),
    }
    .min(text.len().max(1))
}

/// What a part of a string in JSON says.
fn plain(file: &str, raw: &Range<usize>) -> Option<String> {
    serde_json::from_str(&format!("\"{}\"", file.get(raw.clone())?)).ok()
}

/// A line as it stands between quotes.
fn escaped(line: &str, ascii: bool) -> String {
    let quoted = serde_json::Value::from(line).to_string();
    let inside = &quoted[1..quoted.len() - 1];
    if !ascii {
        return inside.to_owned();
    }
    let mut units = [0; 2];
    let mut plain = String::new();
    for c in inside.chars() {
        match c.is_ascii() {
            true => plain.push(c),
            false => plain.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}"))),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(json: &str, new: &str) -> String {
        let value: &RawValue = serde_json::from_str(json).expect("JSON");
        CellSource::read(json, value).expect("a source").with(json, new, json.is_ascii())
    }

    #[test]
    fn lines_that_stay_keep_their_escapes_and_the_form_is_kept() {
        let list = "[\n   \"a = '\\u00e9\\/'\\n\",\n   \"b\\n\",\n   \"c\"\n  ]";
        assert_eq!(changed(list, "a = 'é/'\nB = 'é'\nnew\nc"), list.replace("\"b\\n\"", "\"B = '\\u00e9'\\n\",\n   \"new\\n\""));
        assert_eq!(changed("[\"a\"]", "b\nc"), "[\"b\\n\", \"c\"]");
        assert_eq!(changed("\"a\\u000ab\\n\\ud83d\\ude00\"", "x\nb\n😀"), "\"x\\nb\\n\\ud83d\\ude00\"");
        assert_eq!(changed("\"ä\\nb\"", "ä\n'é'"), "\"ä\\n'é'\"");
        assert_eq!(changed("[\"a\\nb\", \"c\\n\", \"d\"]", "a\nbc\nD"), "[\"a\\n\", \"bc\\n\", \"D\"]", "a line in two strings");
        assert_eq!(changed("[\"a\"]", ""), "[]");
    }

    #[test]
    fn what_is_no_text_is_said() {
        let read = |json: &str| CellSource::read(json, serde_json::from_str(json).expect("JSON")).err();
        assert!(read("3").is_some() && read("[3]").is_some() && read("null").is_some());
        assert!(read("\"\\ud800\"").is_some_and(|reason| reason.contains("surrogate")));
        assert!(read("[]").is_none());
    }

    #[test]
    fn a_byte_is_found_behind_escapes() {
        let json = "  [\"a\\n\", \"'\\u00e9\\ud83d\\ude00' + x\\n\"]";
        let value: &RawValue = serde_json::from_str(json).expect("JSON");
        let source = CellSource::read(json, value).expect("a source");
        let at = "'é😀' + x".find('x').expect("x");
        assert_eq!(&json[source.in_file(json, 1, at)..][..1], "x");
    }
}
