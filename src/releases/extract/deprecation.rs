//! Whether a definition is deprecated, and what its package advises: by a decorator, an unconditional warning, or its
//! docstring.

use super::function::{one_line, plain};
use crate::python::{Id, Parsed};

/// More words are no advice.
const LONGEST: usize = 240;

/// What the package says of a deprecated definition; `None` for one that is not.
pub(super) fn advice(parsed: &Parsed<'_>, definition: Id, decorators: &[&str]) -> Option<String> {
    let documented = docstring(parsed, definition).and_then(|text| from_docstring(&text));
    let warned = warned(parsed, definition);
    let decorated = decorators.iter().find(|name| plain(name).to_lowercase().contains("deprecated")).map(|decorator| {
        let argument = decorator.split_once('(').map_or("", |(_, rest)| rest.trim_end_matches(')'));
        one_line(argument.trim_matches(['"', '\'', ' ']))
    });
    let said = [warned, decorated, documented].into_iter().flatten();
    let best = said.max_by_key(|text| (text.to_lowercase().contains("use "), !text.is_empty()))?;
    let text = if best.is_empty() { "deprecated".to_owned() } else { best };
    Some(if text.chars().count() > LONGEST { text.chars().take(LONGEST - 1).chain(['…']).collect() } else { text })
}

/// `warnings.warn("…", DeprecationWarning)` that every call reaches.
fn warned(parsed: &Parsed<'_>, definition: Id) -> Option<String> {
    let syntax = &parsed.syntax;
    let body = syntax.field(definition, "body")?;
    let calls = syntax.named(body).filter(|&statement| syntax.kind(statement) == "expression_statement");
    let mut calls = calls.filter_map(|statement| syntax.named(statement).next()).filter(|&call| syntax.kind(call) == "call");
    let leaves = |id: usize| matches!(syntax.kind(id), "return_statement" | "raise_statement") && syntax.function(id) == Some(definition);
    calls.find_map(|call| {
        let callee = syntax.str(syntax.field(call, "function")?);
        let list = syntax.field(call, "arguments")?;
        let warns = match plain(callee) {
            "warn" => syntax.str(list).contains("DeprecationWarning"),
            "warn_deprecated" | "warn_deprecation" | "deprecation_warning" => true,
            _ => false,
        };
        // A function that can be left before it does not always warn.
        if !warns || (body..call).any(leaves) {
            return None;
        }
        let text = syntax.named(list).next().map_or_else(String::new, |first| words(parsed, first));
        Some(text)
    })
}

/// The words of a string, parts joined; placeholders stay as they are.
fn words(parsed: &Parsed<'_>, id: Id) -> String {
    let syntax = &parsed.syntax;
    let parts = syntax.subtree(id).filter(|&part| matches!(syntax.kind(part), "string_content" | "interpolation"));
    let top = parts.filter(|&part| !syntax.ancestors(part).take_while(|&up| up != id).any(|up| syntax.kind(up) == "interpolation"));
    one_line(&top.map(|part| syntax.str(part)).collect::<String>())
}

/// The docstring of a definition.
pub(super) fn docstring(parsed: &Parsed<'_>, definition: Id) -> Option<String> {
    let syntax = &parsed.syntax;
    let first = syntax.named(syntax.field(definition, "body")?).next()?;
    let text = syntax.named(first).next().filter(|&text| syntax.kind(first) == "expression_statement" && syntax.kind(text) == "string")?;
    let content = syntax.named(text).find(|&part| syntax.kind(part) == "string_content")?;
    Some(syntax.str(content).to_owned())
}

/// The paragraph that begins with `Deprecated`, in any of the forms that docstrings have.
fn from_docstring(text: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let starts = |line: &str| {
        let line = line.trim_start_matches(['*', '.', ' ', '[', '(']).to_lowercase();
        let rest = line.strip_prefix("deprecated")?;
        rest.starts_with([':', '.', ' ', ']', ')', ',', '*']).then_some(())
    };
    let at = lines.iter().position(|line| starts(line).is_some())?;
    let mut paragraph: Vec<&str> = lines[at..].iter().copied().take_while(|line| !line.is_empty()).collect();
    if paragraph.len() == 1 && paragraph[0].ends_with(':') {
        // `.. deprecated::` with its text below an empty line.
        paragraph.extend(lines[at + 1..].iter().copied().skip_while(|line| line.is_empty()).take_while(|line| !line.is_empty()));
    }
    let joined = one_line(&paragraph.join(" "));
    let said = joined.trim_start_matches(['.', ' ', '*']);
    let without = said.strip_prefix("deprecated::").map(str::trim).filter(|rest| !rest.is_empty());
    Some(without.unwrap_or(said).trim_end_matches("::").to_owned())
}
