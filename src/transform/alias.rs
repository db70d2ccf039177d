//! `tools = orch._tool_executor`: a name that holds a component. When every use of the name is fixed, the name goes too.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::edit::statements;
use crate::finding::{Edit, Fix, Level};
use crate::python::flow;
use crate::python::scope::Bound;
use crate::python::syntax::Id;
use crate::rule::Page;
use crate::scan::{Context, Draft};

/// Gives accesses that only fill a name the level, and the fix, of what is done with the name.
pub(crate) fn aliases(context: &Context<'_, '_, '_>, mut drafts: Vec<Draft>) -> Vec<Draft> {
    let owner_of: HashMap<Id, usize> =
        drafts.iter().enumerate().flat_map(|(at, draft)| draft.owned.iter().map(move |&id| (id, at))).collect();
    let mut names = Names::new();
    // The statements that go, with the drafts of theirs.
    let mut gone: BTreeMap<Id, usize> = BTreeMap::new();
    for at in 0..drafts.len() {
        let only = drafts[at].owned.first().copied().filter(|_| drafts[at].owned.len() == 1);
        let Some((statement, uses)) = only.and_then(|id| held(context, id, &mut names)) else { continue };
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
        gone.insert(statement, at);
    }
    keep_blocks(context, &gone, &mut drafts);
    drafts
}

/// A block all of whose statements go gets a `pass`, in place of the one that goes last.
fn keep_blocks(context: &Context<'_, '_, '_>, gone: &BTreeMap<Id, usize>, drafts: &mut [Draft]) {
    let syntax = context.code.syntax;
    let blocks: BTreeSet<Id> = gone.keys().filter_map(|&statement| syntax.parent(statement)).collect();
    for block in blocks.into_iter().filter(|&block| syntax.kind(block) == "block") {
        let statements: Vec<Id> = syntax.named(block).filter(|&id| syntax.kind(id) != "comment").collect();
        let drafted: Option<Vec<(Id, usize)>> = statements.iter().map(|id| Some((*id, *gone.get(id)?))).collect();
        let last = drafted.into_iter().flatten().max_by_key(|(_, draft)| drafts[*draft].finding.level);
        let Some((statement, draft)) = last else { continue };
        let span = syntax.span(statement);
        let removal = statements::removal(context.text(), &span);
        for edit in drafts[draft].finding.fix.iter_mut().flat_map(|fix| &mut fix.edits).filter(|edit| **edit == removal) {
            *edit = Edit { start: span.start, end: span.end, text: "pass".to_owned() };
        }
    }
}

/// For every access that some name holds: the places where the name may stand for it, and whether for nothing else.
type Held = HashMap<Id, Vec<(Id, bool)>>;

/// What the names of a file hold, by scope and name, where all uses are in sight: a name may be assigned a thousand times.
type Names<'t> = HashMap<(Id, &'t str), Option<Held>>;

/// The assignment of an access to a local name, and every use of that name; `None` where a use may be out of sight.
fn held<'t>(context: &Context<'_, '_, 't>, access: Id, names: &mut Names<'t>) -> Option<(Id, Vec<Id>)> {
    let syntax = context.code.syntax;
    let assignment = syntax.parent(access).filter(|&up| syntax.kind(up) == "assignment" && syntax.kind(access) == "attribute")?;
    let name = syntax.field(assignment, "left").filter(|&left| syntax.kind(left) == "identifier")?;
    let statement = syntax.parent(assignment).filter(|&up| syntax.kind(up) == "expression_statement")?;
    let text = syntax.str(name);
    let scope = context.code.scopes.of(name);
    let all = || own_scope(context, name).ok().map(|scope| uses(context, scope, text));
    let held = names.entry((scope, text)).or_insert_with(all).as_ref()?;
    let uses = || held.get(&access).into_iter().flatten().filter(|(used, _)| *used != name);
    let alone = uses().next().is_some() && uses().all(|(_, alone)| *alone);
    alone.then(|| (statement, uses().map(|(used, _)| *used).collect()))
}

/// What a name of a scope stands for, wherever it stands.
fn uses(context: &Context<'_, '_, '_>, scope: Id, text: &str) -> Held {
    let syntax = context.code.syntax;
    let is_keyword = |id: Id| syntax.role(id) == Some("name") && syntax.kind(syntax.parent(id).unwrap_or(0)) == "keyword_argument";
    let is_use = |id: &Id| syntax.role(*id) != Some("attribute") && !is_keyword(*id);
    let mut held = Held::new();
    for used in context.code.spelled(scope, text).iter().copied().filter(is_use) {
        let from = flow::reaching(syntax, context.code.scopes, used, text);
        for binding in &from {
            if let Bound::Value(access) = binding.bound {
                held.entry(access).or_default().push((used, from.len() == 1));
            }
        }
    }
    held
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
    if let Some(call) = reads_by_name(context, scope) {
        let (callee, line) = (syntax.str(call), context.code.line(call));
        return Err(format!("`{callee}` on line {line} may read `{text}` by its name"));
    }
    Ok(scope)
}

/// A call in a scope that may read any name of it: `locals()`, `eval(text)`.
fn reads_by_name(context: &Context<'_, '_, '_>, scope: Id) -> Option<Id> {
    let (syntax, code) = (context.code.syntax, context.code);
    let is_call = |&id: &Id| {
        let call = syntax.parent(id).filter(|&up| syntax.kind(up) == "call" && syntax.role(id) == Some("function"));
        let given = call.and_then(|call| syntax.field(call, "arguments")).map(|list| syntax.named(list).count());
        given.is_some_and(|given| given == 0 || matches!(syntax.str(id), "eval" | "exec"))
            && code.scopes.resolve(syntax, id, syntax.str(id)).is_none()
    };
    let names = ["locals", "vars", "eval", "exec"].into_iter().chain((scope == 0).then_some("globals"));
    names.flat_map(|name| code.spelled(scope, name)).copied().find(is_call)
}

/// Whether another file may read a module-level name: it is exported, or some file imports this module or this name.
fn shared(context: &Context<'_, '_, '_>, name: &str) -> bool {
    let module = context.module.and_then(|module| module.rsplit('.').next()).unwrap_or("");
    context.facts.imports(name) || (!module.is_empty() && context.facts.imports(module)) || context.mentions("__all__")
}
