//! Removing and inserting whole statements, with their lines where they have one to themselves.

use std::ops::Range;

use super::template::indentation;
use crate::finding::Edit;

/// Removes a statement: its whole line where it is alone on it, a trailing comment stays.
#[must_use]
pub fn removal(text: &str, statement: &Range<usize>) -> Edit {
    let before = text.get(..statement.start).unwrap_or("");
    let line = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let after = text.get(statement.end..).unwrap_or("");
    let blank = after.len() - after.trim_start_matches([' ', '\t']).len();
    let rest = &after[blank..];
    let alone_before = before[line..].trim_matches([' ', '\t', '\u{c}', '\u{feff}']).is_empty();
    let edit = |start: usize, end: usize| Edit { start, end, text: String::new() };
    if let Some(next) = rest.strip_prefix(';') {
        let spaces = next.len() - next.trim_start_matches([' ', '\t']).len();
        let more = !next[spaces..].is_empty() && !next[spaces..].starts_with(['\n', '\r', '#']);
        if more {
            return edit(statement.start, statement.end + blank + 1 + spaces);
        }
    }
    if !alone_before {
        let head = before.trim_end_matches([' ', '\t']);
        let head = head.strip_suffix(';').map_or(head, |head| head.trim_end_matches([' ', '\t']));
        return edit(head.len(), statement.end);
    }
    if rest.starts_with('#') {
        return edit(statement.start, statement.end + blank);
    }
    let end_of_line = if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with(['\n', '\r'])) };
    edit(line, statement.end + blank + end_of_line)
}

/// A line of its own before a statement, with the same indentation.
#[must_use]
pub fn line_before(text: &str, statement: usize, line: &str, newline: &str) -> Edit {
    let indent = indentation(text, statement);
    Edit { start: statement, end: statement, text: format!("{line}{newline}{indent}") }
}

/// Whether nothing but white space stands before the statement on its line, and no other statement after it.
#[must_use]
pub fn has_own_line(text: &str, statement: &Range<usize>) -> bool {
    let before = text.get(..statement.start).unwrap_or("");
    let line = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let after = text.get(statement.end..).unwrap_or("").trim_start_matches([' ', '\t']);
    before[line..].trim_matches([' ', '\t', '\u{c}', '\u{feff}']).is_empty() && !after.starts_with(';')
}
