//! Names that code shares with text which no fix rewrites: magics, cells and examples that are left out, and the doctests of a
//! module. A fix that changes what such a name holds is not safe. Whether it breaks that text is not found out.

use std::borrow::Cow;
use std::collections::HashSet;

use super::parts::hold;
use crate::finding::{Edit, Finding, Fix, Level};
use crate::python::Id;
use crate::python::syntax::Syntax;
use crate::source::{Source, document};

/// Some text with names, and how a person finds it.
struct Shared {
    place: String,
    text: String,
    /// It sees the names at the top of the module only, and none that it binds itself.
    is_example: bool,
}

/// The words of a text that may be names.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// Takes the level `safe` from fixes that change what a name holds which is used where no fix sees it.
pub(super) fn settle(source: &Source, syntax: &Syntax<'_>, docs: bool, findings: &mut [Finding]) {
    let is_safe = |finding: &Finding| fixes(finding).any(|fix| fix.level < Level::Review);
    if !findings.iter().any(is_safe) {
        return;
    }
    let shared = shared(source, syntax.text, docs);
    for finding in findings.iter_mut().filter(|finding| !shared.is_empty() && is_safe(finding)) {
        let edits: Vec<&Edit> = fixes(finding).flat_map(|fix| &fix.edits).collect();
        let Some(reason) = edits.iter().find_map(|edit| broken(&shared, syntax, edit)) else { continue };
        for fix in finding.fix.iter_mut().chain(finding.wants.iter_mut().map(|wants| &mut wants.fix)) {
            fix.level = fix.level.max(Level::Review);
        }
        hold(finding, &reason);
    }
}

fn fixes(finding: &Finding) -> impl Iterator<Item = &Fix> {
    finding.fix.iter().chain(finding.wants.iter().map(|wants| &wants.fix))
}

/// The text of a source, with a last line that has the words which its code does not show.
pub(super) fn with_words<'t>(source: &Source, text: &'t str) -> Cow<'t, str> {
    let unseen = source.document.as_ref().map(|document| document.unseen()).unwrap_or_default();
    let words: Vec<&str> = unseen.iter().flat_map(|unseen| words(unseen.text)).collect();
    if words.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(format!("{text}\n# {}", words.join(" "))) }
}

fn shared(source: &Source, text: &str, docs: bool) -> Vec<Shared> {
    let of = |document: &document::Document| {
        let place = |line: usize, cell: Option<usize>| cell.map_or_else(|| format!("line {line}"), |cell| format!("cell {cell}"));
        let unseen = document.unseen().into_iter();
        let all = unseen.map(|unseen| {
            let what = if unseen.is_magic { "a magic" } else { "code that is left out" };
            let place = format!("{what} ({}), which is not rewritten", place(unseen.line, unseen.cell));
            Shared { place, text: unseen.text.to_owned(), is_example: false }
        });
        all.collect::<Vec<_>>()
    };
    if let Some(document) = &source.document {
        return of(document);
    }
    let Some(own) = docs.then(|| document::docstrings(text)).flatten() else { return Vec::new() };
    let example = |(line, code): (usize, &str)| Shared {
        place: format!("an example of a docstring (line {line})"),
        text: code.to_owned(),
        is_example: true,
    };
    own.examples().map(example).chain(of(&own).into_iter().map(|one| Shared { is_example: true, ..one })).collect()
}

/// Why an edit may break some of the text.
fn broken(shared: &[Shared], syntax: &Syntax<'_>, edit: &Edit) -> Option<String> {
    let (names, is_top) = changed(syntax, edit);
    let shared = shared.iter().filter(|one| is_top || !one.is_example);
    shared.into_iter().find_map(|one| {
        let name = words(&one.text).find(|word| names.contains(word) && !(one.is_example && binds(&one.text, word)))?;
        Some(format!("`{name}` is used in {}", one.place))
    })
}

/// Whether an example gives a name a value of its own.
fn binds(text: &str, name: &str) -> bool {
    text.lines().any(|line| line.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with('=') && !rest.contains("==")))
}

/// The names whose meaning an edit may change, and whether they are those of the module.
fn changed<'t>(syntax: &Syntax<'t>, edit: &Edit) -> (HashSet<&'t str>, bool) {
    let mut names = HashSet::new();
    let is_insertion = edit.start == edit.end;
    if is_insertion && edit.text.ends_with('\n') {
        // Lines of their own.
        return (names, false);
    }
    let within = |id: &Id| syntax.start(*id) <= edit.start && edit.end <= syntax.end(*id);
    let Some(inner) = (0..syntax.len()).rev().find(within) else { return (touched(syntax, edit), true) };
    let statement = syntax.statement(inner);
    let function = syntax.function(inner);
    if syntax.kind(statement).starts_with("import") {
        let new: HashSet<&str> = words(&edit.text).collect();
        names.extend(touched(syntax, edit).into_iter().filter(|name| !new.contains(name)));
        return (names, function.is_none());
    }
    if !is_insertion && matches!(syntax.kind(inner), "module" | "block") {
        // Whole statements: what they bind, and what goes with them.
        let new: HashSet<&str> = words(&edit.text).collect();
        names.extend(touched(syntax, edit).into_iter().filter(|name| !new.contains(name)));
        let inside = |id: &Id| edit.start <= syntax.start(*id) && syntax.end(*id) <= edit.end;
        names.extend((0..syntax.len()).filter(inside).flat_map(|id| bound(syntax, id, edit)));
    }
    let around = std::iter::once(inner).chain(syntax.ancestors(inner)).take_while(|&up| up >= statement);
    names.extend(around.flat_map(|up| bound(syntax, up, edit)));
    let returns = syntax.subtree(statement).take(1).any(|id| syntax.kind(id) == "return_statement");
    names.extend(function.filter(|_| returns).and_then(|id| syntax.field(id, "name")).map(|id| syntax.str(id)));
    let is_top = function.is_none() || syntax.kind(statement) == "function_definition";
    (names, is_top)
}

/// The names that stand where an edit does.
fn touched<'t>(syntax: &Syntax<'t>, edit: &Edit) -> HashSet<&'t str> {
    let inside = |id: &Id| syntax.kind(*id) == "identifier" && edit.start <= syntax.start(*id) && syntax.end(*id) <= edit.end;
    (0..syntax.len()).filter(inside).map(|id| syntax.str(id)).collect()
}

/// The names that a node gives a value, where an edit is in what it gives them; of `a.b = …` the last.
fn bound<'t>(syntax: &Syntax<'t>, id: Id, edit: &Edit) -> Vec<&'t str> {
    let in_body = syntax.field(id, "body").is_some_and(|body| syntax.start(body) <= edit.start);
    let fields: &[&str] = match syntax.kind(id) {
        "assignment" | "augmented_assignment" | "for_statement" | "for_in_clause" => &["left"],
        "function_definition" | "class_definition" | "named_expression" if !in_body => &["name"],
        "as_pattern" => &["alias"],
        _ => &[],
    };
    let targets = fields.iter().filter_map(|field| syntax.field(id, field));
    let targets = targets.filter(|&target| !(syntax.start(target) <= edit.start && edit.end <= syntax.end(target)));
    let last = |target: Id| syntax.field(target, "attribute").unwrap_or(target);
    let all = targets.flat_map(|target| syntax.subtree(last(target)));
    all.filter(|&id| syntax.kind(id) == "identifier").map(|id| syntax.str(id)).collect()
}
