//! A program by itself, with its types: every class that it imports is one that a rule could name.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::{Note, Program};
use crate::project::{self, Reach};
use crate::python::modules::Modules;
use crate::python::outside::Outside;
use crate::python::scope::Bound;
use crate::python::syntax::Syntax;
use crate::python::{Id, Inference, Parsed};
use crate::source::Source;

/// Looks at both programs.
///
/// # Errors
/// One of them is no Python.
pub(super) fn both<T>(program: &Program, then: impl FnOnce(&Inference<'_, '_>, &Inference<'_, '_>) -> T) -> Result<T, Note> {
    let note = |after: bool| {
        move |(line, reason): (usize, &str)| Note { file: program.name.clone(), line, after, reason: format!("this is {reason}") }
    };
    known(&program.before, |before| known(&program.after, |after| then(before, after)).map_err(note(true))).map_err(note(false)).flatten()
}

/// Deeper than any program that somebody writes to be an example.
const DEEPEST: usize = 400;

/// Looks at one; otherwise a line of it, and what it is.
fn known<T>(text: &str, then: impl FnOnce(&Inference<'_, '_>) -> T) -> Result<T, (usize, &'static str)> {
    let source = Source::from_text("program.py", text);
    let modules = Arc::new(Modules::new(std::iter::once(source.path.as_path())));
    let parsed = Parsed::of(&source).ok_or((1, "too large"))?;
    if let Some(error) = parsed.syntax.errors().next() {
        return Err((parsed.lines.line_col(parsed.syntax.start(error)).0, "not valid Python; mend it first"));
    }
    let mut depths: Vec<usize> = Vec::with_capacity(parsed.syntax.len());
    for id in 0..parsed.syntax.len() {
        let depth = parsed.syntax.parent(id).and_then(|up| depths.get(up)).map_or(0, |up| up + 1);
        if depth > DEEPEST {
            return Err((parsed.lines.line_col(parsed.syntax.start(id)).0, "nested too deeply for an example; make it smaller"));
        }
        depths.push(depth);
    }
    let nodes = (&parsed.syntax, &parsed.scopes, &parsed.lines);
    let nothing = Outside { modules: modules.clone(), ..Outside::default() };
    let named: Vec<String> = classes(&Inference::new(nodes, false, &nothing, 0)).into_iter().collect();
    let reach = Reach { edges: BTreeMap::from([(0, BTreeSet::new())]), ..Reach::default() };
    let sources = HashMap::from([(0, &source)]);
    let outside = project::Index::new((modules, named.into()), &reach, &sources, false).everything();
    Ok(then(&Inference::new(nodes, false, &outside, 0)))
}

/// The dotted paths of what is imported and is a class by its name, or by what is done with it.
fn classes(code: &Inference<'_, '_>) -> BTreeSet<String> {
    let (syntax, scopes) = (code.syntax, code.scopes);
    let mut found = BTreeSet::new();
    let is_class = |path: &str| {
        let last = path.rsplit('.').next().unwrap_or(path);
        path.contains('.') && last.trim_start_matches('_').starts_with(char::is_uppercase)
    };
    for name in scopes.names(0) {
        for binding in scopes.bindings(0, name) {
            if let Bound::Import(module, Some(name)) = &binding.bound {
                found.extend(Some(format!("{module}.{name}")).filter(|path| is_class(path)));
            }
        }
    }
    for id in (0..syntax.len()).filter(|&id| matches!(syntax.kind(id), "identifier" | "attribute")) {
        let path = code.import_path(id).filter(|path| path.contains('.'));
        found.extend(path.filter(|path| is_class(path) || is_used_as_class(syntax, id)));
    }
    found
}

fn is_used_as_class(syntax: &Syntax<'_>, id: Id) -> bool {
    syntax.parent(id).is_some_and(|up| syntax.kind(up) == "type" || syntax.role(up) == Some("superclasses"))
}

/// The tokens of a node, one blank between, comments left out: what two equal pieces of code share.
pub(super) fn tokens(syntax: &Syntax<'_>, id: Id) -> String {
    let mut text = String::new();
    let mut at = id;
    let end = syntax.subtree(id).end;
    while at < end {
        let leaf = syntax.kind(at) == "string" || syntax.subtree(at).len() == 1;
        if leaf && syntax.kind(at) != "comment" {
            text.push_str(syntax.str(at));
            text.push(' ');
        }
        at = if leaf { syntax.subtree(at).end } else { at + 1 };
    }
    text
}
