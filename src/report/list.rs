//! Long lists in reports: all threads render, piece by piece, and what is rendered is written in order. Neither all the
//! values of a list nor all its text are ever held.

use std::io::{self, Write};

use rayon::prelude::*;
use serde::Serialize;

/// How many items are rendered before the first of them is written: enough for all threads, little to hold.
const PIECE: usize = 512;

/// Gives the text of every item to `write`, in the order of the items.
///
/// # Errors
/// Those of `text` and `write`; nothing is written after one.
pub(super) fn in_order<'i, T: Sync>(
    items: &'i [T],
    text: impl Fn(&'i T) -> io::Result<Vec<u8>> + Sync,
    mut write: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    for piece in items.chunks(PIECE) {
        let texts: Vec<Vec<u8>> = piece.par_iter().map(&text).collect::<io::Result<_>>()?;
        texts.iter().try_for_each(|text| write(text))?;
    }
    Ok(())
}

/// Writes a report in indented JSON and a line end: its empty list called `name` gets the values of all items. Without a
/// name the report is the list.
///
/// # Errors
/// The writer's; [`io::ErrorKind::InvalidData`] where the report has no such list.
pub(super) fn write<'i, T: Sync, V: Serialize>(
    report: &impl Serialize,
    name: Option<&str>,
    items: &'i [T],
    values: impl Fn(&'i T) -> Vec<V> + Sync,
    out: &mut dyn Write,
) -> io::Result<()> {
    let text = serde_json::to_string_pretty(report)?;
    // A line end in a text is written as two characters, so that this stands nowhere else.
    let list = name.map_or_else(|| "[]".to_owned(), |name| format!(" \"{name}\": []"));
    let at = text.find(&list).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, format!("no list{list} in the report")))?;
    let (head, tail) = text.split_at(at + list.len() - 1);
    let line = head.rsplit('\n').next().unwrap_or_default();
    let indent = " ".repeat(line.len() - line.trim_start().len());
    out.write_all(head.as_bytes())?;
    let mut is_empty = true;
    in_order(
        items,
        |item| rendered(&values(item), &indent),
        |text| {
            if text.is_empty() {
                return Ok(());
            }
            out.write_all(if std::mem::take(&mut is_empty) { b"" } else { b"," })?;
            out.write_all(text)
        },
    )?;
    if !is_empty {
        write!(out, "\n{indent}")?;
    }
    writeln!(out, "{tail}")
}

/// The values as they stand in a list on a line with that indent, without what is around them.
fn rendered<V: Serialize>(values: &[V], indent: &str) -> io::Result<Vec<u8>> {
    if values.is_empty() {
        return Ok(Vec::new());
    }
    let text = serde_json::to_string_pretty(values)?;
    let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix("\n]")).unwrap_or(&text);
    Ok(if indent.is_empty() { inner.to_owned() } else { inner.replace('\n', &format!("\n{indent}")) }.into_bytes())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn written(report: &Value, name: Option<&str>, items: &[Vec<Value>]) -> String {
        let mut out = Vec::new();
        write(report, name, items, Vec::clone, &mut out).expect("a vector takes it");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn a_list_in_pieces_is_the_text_of_the_whole() {
        let items: Vec<Vec<Value>> =
            (0..2 * PIECE + 3).map(|number| vec![json!({ "at": number, "text": "a\n \"list\": []" }); number % 3]).collect();
        let all: Vec<Value> = items.concat();
        let around = |list: &[Value]| json!({ "a": [], "b": [{ "list": list, "z": "  \"list\": []" }] });
        for (report, whole, name) in [(around(&[]), around(&all), Some("list")), (json!([]), json!(all), None)] {
            assert_eq!(written(&report, name, &items), format!("{whole:#}\n"));
            assert_eq!(written(&report, name, &[vec![], vec![]]), format!("{report:#}\n"));
        }
    }

    #[test]
    fn a_report_without_the_list_is_an_error() {
        let none = write(&json!({ "other": [] }), Some("list"), &[1], |number| vec![*number], &mut Vec::new());
        assert_eq!(none.map_err(|error| error.kind()), Err(io::ErrorKind::InvalidData));
    }
}
