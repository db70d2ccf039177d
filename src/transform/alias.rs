//! `tools = orch._tool_executor`: a name that holds a component. When every use of the name is fixed, the name goes too.

use std::collections::HashMap;

use crate::edit::statements;
use crate::finding::{Fix, Level};
use crate::python::flow;
use crate::python::scope::Bound;
use crate::python::syntax::Id;
use crate::rule::Page;
use crate::scan::{Context, Draft};

/// Gives accesses that only fill a name the level, and the fix, of what is done with the name.
pub(crate) fn aliases(context: &Context<'_, '_, '_>, mut drafts: Vec<Draft>) -> Vec<Draft> {
    let owner_of: HashMap<Id, usize> =
        drafts.iter().enumerate().flat_map(|(at, draft)| draft.owned.iter().map(move |&id| (id, at))).collect();
    for at in 0..drafts.len() {
        let Some((statement, uses)) =
            drafts[at].owned.first().copied().filter(|_| drafts[at].owned.len() == 1).and_then(|id| held(context, id))
        else {
            continue;
        };
        // What a release lacks is not there under another name either.
        let of_releases = context.rules.page(&drafts[at].finding.rule).is_some_and(Page::is_of_releases);
        if of_releases || drafts[at].finding.fix.is_some() || drafts[at].finding.level != Level::Manual {
            continue;
        }
        let owners: Vec<Option<&Draft>> = uses.iter().map(|used| owner_of.get(used).map(|&owner| &drafts[owner])).collect();
        let fixes: Option<Vec<&Fix>> = owners.iter().map(|owner| owner.and_then(|draft| draft.finding.fix.as_ref())).collect();
        let Some(fixes) = fixes else {
            let line = uses
                .iter()
                .zip(&owners)
                .find(|(_, owner)| owner.is_none_or(|d| d.finding.fix.is_none()))
                .map(|(used, _)| context.code.line(*used));
            let reason = line.map_or_else(String::new, |line| format!("the name is used on line {line} in a way that is not rewritten"));
            drafts[at].explain(&reason);
            continue;
        };
        let mut edits: Vec<_> = fixes.iter().flat_map(|fix| fix.edits.iter().cloned()).collect();
        let reads = fixes.iter().flat_map(|fix| fix.reads.iter().cloned()).collect::<Vec<_>>();
        let span = context.code.syntax.span(statement);
        edits.push(statements::removal(context.text(), &span));
        edits.sort();
        edits.dedup();
        let level = fixes.iter().map(|fix| fix.level).max().unwrap_or(Level::Safe);
        let inside = |range: &std::ops::Range<usize>| range.start >= span.start && range.end <= span.end;
        let reads = reads.into_iter().filter(|range| !inside(range)).collect();
        let likely = drafts[at].finding.strength == crate::finding::Strength::Likely;
        let level = if likely { level.max(Level::Review) } else { level };
        drafts[at].finding.level = level;
        drafts[at].finding.next = None;
        drafts[at].explain("goes away together with its uses");
        drafts[at].finding.fix = Some(Fix { level, edits, reads });
    }
    drafts
}

/// The assignment of an access to a local name, and every use of that name; `None` where a use may be out of sight.
fn held(context: &Context<'_, '_, '_>, access: Id) -> Option<(Id, Vec<Id>)> {
    let syntax = context.code.syntax;
    let assignment = syntax.parent(access).filter(|&up| syntax.kind(up) == "assignment" && syntax.kind(access) == "attribute")?;
    let name = syntax.field(assignment, "left").filter(|&left| syntax.kind(left) == "identifier")?;
    let statement = syntax.parent(assignment).filter(|&up| syntax.kind(up) == "expression_statement")?;
    let block = syntax.parent(statement)?;
    if syntax.named(block).count() < 2 && syntax.kind(block) == "block" {
        return None;
    }
    let text = syntax.str(name);
    let scope = own_scope(context, name).ok()?;
    let named = syntax.subtree(scope).filter(|&id| id != name && syntax.kind(id) == "identifier" && syntax.str(id) == text);
    let mut uses = Vec::new();
    for used in named.filter(|&id| {
        syntax.role(id) != Some("attribute")
            && !(syntax.role(id) == Some("name") && syntax.kind(syntax.parent(id).unwrap_or(0)) == "keyword_argument")
    }) {
        let from = flow::reaching(syntax, context.code.scopes, used, text);
        match from[..] {
            [only] if only.bound == Bound::Value(access) => uses.push(used),
            _ if from.iter().any(|binding| binding.bound == Bound::Value(access)) => {
                return None;
            }
            _ => {}
        }
    }
    (!uses.is_empty()).then_some((statement, uses))
}

/// The function or module all of whose text is everything that can read a name bound there.
///
/// # Errors
/// Who else may read it.
pub(super) fn own_scope(context: &Context<'_, '_, '_>, name: Id) -> Result<Id, String> {
    let (syntax, scopes) = (context.code.syntax, context.code.scopes);
    let text = syntax.str(name);
    let scope = scopes.of(name);
    if syntax.kind(scope) == "class_definition" {
        return Err(format!("`{text}` is an attribute of its class, which may be read through any object of it"));
    }
    if scopes.resolve(syntax, name, text) != Some(scope) {
        return Err(format!("`{text}` belongs to a scope further out"));
    }
    if scope == 0 && shared(context, text) {
        return Err(format!("another file may read `{text}`"));
    }
    Ok(scope)
}

/// Whether another file may read a module-level name: it is exported, or some file imports this module or this name.
fn shared(context: &Context<'_, '_, '_>, name: &str) -> bool {
    let module = context.module.and_then(|module| module.rsplit('.').next()).unwrap_or("");
    context.facts.imports(name) || (!module.is_empty() && context.facts.imports(module)) || context.mentions("__all__")
}
