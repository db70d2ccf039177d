//! Writing our comments: one for every finding that is due, and taking out what keeps nothing quiet. Text in, text out.

use std::collections::BTreeMap;

use super::Unused;
use super::comment::{MARK, Verb, read};
use super::reach::Reach;
use crate::edit;
use crate::finding::{Edit, Finding};
use crate::python::Syntax;
use crate::source::{Lines, one_line};

/// The text with a comment at every finding that is due, where its line can end in one.
#[must_use]
pub fn add(text: &str, findings: &[Finding], reason: &str) -> String {
    let Some(syntax) = Syntax::parse(text) else { return text.to_owned() };
    let (lines, reason) = (Lines::new(text), one_line(reason));
    let reach = Reach { syntax: &syntax, lines: &lines };
    let mut rules: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.is_due()) {
        let line = line_end(text, reach.part(&finding.span).end);
        if reach.in_string(line) || text[..line].ends_with('\\') {
            // `x = orch._a; y = """` goes on in the next line: no comment can stand here.
            continue;
        }
        let named = rules.entry(line).or_default();
        if !named.contains(&finding.rule.as_str()) {
            named.push(&finding.rule);
        }
    }
    let comments: BTreeMap<usize, usize> = syntax.of_kind("comment").map(|id| (syntax.end(id), syntax.start(id))).collect();
    let edits: Vec<Edit> = rules
        .into_iter()
        .map(|(end, rules)| {
            let ours = comments.get(&end).and_then(|&start| Some((start, read(&text[start..end])?)));
            match ours {
                Some((start, Ok(directive))) if directive.verb == Verb::Ignore => {
                    insertion(start + directive.brackets.end, format!(", {}", rules.join(", ")))
                }
                // What cannot be understood would hide what stands behind it.
                Some((start, Err(_))) => insertion(start, format!("# {MARK} ignore[{}] {reason}  ", rules.join(", "))),
                _ => insertion(end, format!("  # {MARK} ignore[{}] {reason}", rules.join(", ")).trim_end().to_owned()),
            }
        })
        .collect();
    edit::apply(text, &edits)
}

fn insertion(at: usize, text: String) -> Edit {
    Edit { start: at, end: at, text }
}

/// Where the line of a byte ends, without blanks and the line end.
fn line_end(text: &str, byte: usize) -> usize {
    let end = text[byte..].find(['\n', '\r']).map_or(text.len(), |end| byte + end);
    byte + text[byte..end].trim_end().len()
}

/// The text without the comments, and parts of comments, that keep nothing quiet.
#[must_use]
pub fn remove_unused(text: &str, unused: &[Unused]) -> String {
    let edits: Vec<Edit> = unused.iter().filter(|one| !one.rules.is_empty()).filter_map(|one| removal(text, one)).collect();
    edit::apply(text, &edits)
}

fn removal(text: &str, unused: &Unused) -> Option<Edit> {
    let start = unused.span.start;
    let directive = read(text.get(unused.span.clone())?)?.ok()?;
    let left: Vec<&str> = directive.rules.iter().filter(|rule| !unused.rules.contains(rule)).map(String::as_str).collect();
    if !left.is_empty() {
        return Some(Edit { start: start + directive.brackets.start, end: start + directive.brackets.end, text: left.join(", ") });
    }
    if directive.verb == Verb::Start {
        // Its end would be left behind.
        return None;
    }
    let own = start + directive.own.start..start + directive.own.end;
    let line = text[..own.start].rfind(['\n', '\r']).map_or(0, |end| end + 1);
    let rest = &text[own.end..];
    if text[line..own.start].trim().is_empty() && rest.starts_with(['\n', '\r']) {
        let newline = if rest.starts_with("\r\n") { 2 } else { 1 };
        return Some(Edit { start: line, end: own.end + newline, text: String::new() });
    }
    let blanks = text[line..own.start].trim_end().len();
    let from = if rest.starts_with('#') { own.start } else { line + blanks };
    Some(Edit { start: from, end: own.end, text: String::new() })
}
