//! Who can see a list while it is filled one by one, and would notice that everything comes at once: code that runs when one
//! step fails, functions that read the list in between, and others that have it too.

use super::fresh::is_only_read;
use crate::python::scope::Bound;
use crate::python::syntax::Id;
use crate::rule::matching::is_target;
use crate::scan::Context;

/// Why somebody may notice that `name` is filled at once by what replaces the statements; they begin with the list itself where
/// it is `fresh`.
pub(super) fn noticed(context: &Context<'_, '_, '_>, name: &str, statements: &[Id], fresh: bool) -> Option<String> {
    let (syntax, scopes) = (context.code.syntax, context.code.scopes);
    let last = *statements.last()?;
    let function = syntax.function(last);
    let scope = scopes.resolve(syntax, last, name).unwrap_or(0);
    if function != Some(scope) {
        return Some(format!("`{name}` can be read elsewhere while the tools run; now it is filled when all are done"));
    }
    if !fresh && scopes.bindings(scope, name).iter().any(|binding| matches!(binding.bound, Bound::Parameter(_))) {
        return Some(format!("who passes `{name}` may read it while the tools run; now it is filled when all are done"));
    }
    let is_old = |bound: &Bound| !matches!(bound, Bound::Value(value) if is_new(context, *value));
    if let Some(binding) = scopes.bindings(scope, name).iter().find(|binding| !fresh && is_old(&binding.bound)) {
        let line = context.code.line(binding.node);
        return Some(format!("`{name}` of line {line} may be known by another name too; now it is filled when all tools are done"));
    }
    let others = context.code.spelled(scope, name).iter().copied();
    let others: Vec<Id> = others.filter(|&id| !statements.iter().any(|&gone| syntax.contains(gone, id))).collect();
    let at = |id: Id| context.code.line(id);
    if let Some(&inner) = others.iter().find(|&&id| syntax.function(id) != function || in_lambda(context, id, last)) {
        return Some(format!("line {} may read `{name}` while the tools run; now it is filled when all are done", at(inner)));
    }
    let repeats = syntax.frames(last).any(|up| matches!(syntax.kind(up), "for_statement" | "while_statement"));
    let is_own = |id: Id| is_target(context.code, id) || is_call_of_its(context, id) || is_only_read(context, id, 0);
    if let Some(&given) = others.iter().find(|&&id| !fresh && (id < last || repeats) && !is_own(id)) {
        return Some(format!("`{name}` is also known by what line {} makes of it, and filled when all tools are done now", at(given)));
    }
    others
        .into_iter()
        .find(|&id| is_read_after_failing(context, id, last))
        .map(|id| format!("line {} reads `{name}` when a tool raises, and found the results of those before it; now they are lost", at(id)))
}

fn in_lambda(context: &Context<'_, '_, '_>, id: Id, last: Id) -> bool {
    let syntax = context.code.syntax;
    syntax.ancestors(id).take_while(|&up| !syntax.contains(up, last)).any(|up| syntax.kind(up) == "lambda")
}

/// `results.append(…)`: a statement that only fills it.
fn is_call_of_its(context: &Context<'_, '_, '_>, id: Id) -> bool {
    let syntax = context.code.syntax;
    let call = syntax.parent(id).filter(|&up| syntax.kind(up) == "attribute").and_then(|up| syntax.parent(up));
    call.is_some_and(|call| syntax.kind(call) == "call" && syntax.parent(call).is_some_and(|up| syntax.kind(up) == "expression_statement"))
}

/// Whether a name is read where the program goes on after an exception in a statement.
fn is_read_after_failing(context: &Context<'_, '_, '_>, id: Id, statement: Id) -> bool {
    let syntax = context.code.syntax;
    let mut below = statement;
    for up in syntax.frames(statement).take_while(|&up| !matches!(syntax.kind(up), "function_definition" | "lambda")) {
        let inside = std::mem::replace(&mut below, up);
        match syntax.kind(up) {
            "try_statement" if syntax.role(inside) == Some("body") => {
                let handlers: Vec<Id> = syntax.named(up).filter(|&clause| syntax.kind(clause).starts_with("except")).collect();
                let is_handling = |clause: Id| syntax.kind(clause) == "finally_clause" || handlers.contains(&clause);
                let goes_on = handlers.iter().any(|&clause| !ends(context, clause));
                if syntax.named(up).any(|clause| is_handling(clause) && syntax.contains(clause, id))
                    || goes_on && is_behind(context, id, up)
                {
                    return true;
                }
            }
            "with_statement" => {
                let suppresses = syntax.named(up).next().is_some_and(|clause| syntax.str(clause).contains("suppress"));
                if suppresses && is_behind(context, id, up) {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

/// Whether a node stands behind a statement, or in a loop around it, where it may be reached from there.
fn is_behind(context: &Context<'_, '_, '_>, id: Id, statement: Id) -> bool {
    let syntax = context.code.syntax;
    let looped = |up: Id| matches!(syntax.kind(up), "for_statement" | "while_statement") && syntax.contains(up, id);
    !syntax.contains(statement, id) && (id > statement || syntax.frames(statement).any(looped)) && !is_target(context.code, id)
}

/// Whether an expression makes a list that nobody else has.
fn is_new(context: &Context<'_, '_, '_>, value: Id) -> bool {
    let syntax = context.code.syntax;
    let callee = syntax.field(value, "function").filter(|_| syntax.kind(value) == "call").map(|function| syntax.str(function));
    matches!(syntax.kind(value), "list" | "list_comprehension") || callee == Some("list")
}

/// Whether a handler ends the function; one that goes on with a loop, or behind it, does not.
fn ends(context: &Context<'_, '_, '_>, clause: Id) -> bool {
    let syntax = context.code.syntax;
    let block = syntax.named(clause).filter(|&part| syntax.kind(part) == "block").last();
    let last = block.and_then(|block| syntax.named(block).last());
    last.is_some_and(|last| matches!(syntax.kind(last), "return_statement" | "raise_statement"))
}
