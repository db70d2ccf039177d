//! Compacting the current messages and putting them back: one call on the context coordinator.

use super::alias::own_scope;
use super::fresh::is_told;
use crate::edit::statements;
use crate::finding::{Edit, Fix, Level};
use crate::python::flow;
use crate::python::scope::Bound;
use crate::python::syntax::Id;
use crate::python::types::Typed;
use crate::rule::Rule;
use crate::rule::matching::is_target;
use crate::scan::{Context, Draft};

/// Every `new = O._context_compactor.compact(msgs)` with its `O._context_manager.set_messages(new)`.
pub(crate) fn find(context: &Context<'_, '_, '_>, rule: &Rule) -> Vec<Draft> {
    let syntax = context.code.syntax;
    let calls = syntax.of_kind("call");
    calls.filter_map(|call| pair(context, rule, call)).collect()
}

/// `O.<component>.<method>(argument)`: the orchestrator, the access, the argument.
pub(super) fn component_call(context: &Context<'_, '_, '_>, call: Id, component: &str, method: &str) -> Option<(Id, Id, Vec<Id>)> {
    let syntax = context.code.syntax;
    let function = syntax.field(call, "function").filter(|&f| syntax.kind(f) == "attribute")?;
    if syntax.str(syntax.field(function, "attribute")?) != method {
        return None;
    }
    let access = syntax.field(function, "object").filter(|&a| syntax.kind(a) == "attribute")?;
    if syntax.str(syntax.field(access, "attribute")?) != component {
        return None;
    }
    let list = syntax.field(call, "arguments").filter(|&list| syntax.kind(list) == "argument_list")?;
    Some((syntax.field(access, "object")?, access, syntax.named(list).collect()))
}

/// The value of an argument, by position or keyword.
pub(super) fn plain(context: &Context<'_, '_, '_>, argument: Id) -> Option<Id> {
    let syntax = context.code.syntax;
    match syntax.kind(argument) {
        "keyword_argument" => syntax.field(argument, "value"),
        "list_splat" | "dictionary_splat" => None,
        _ => Some(argument),
    }
}

fn pair(context: &Context<'_, '_, '_>, rule: &Rule, compact: Id) -> Option<Draft> {
    let syntax = context.code.syntax;
    let (object, access, arguments) = component_call(context, compact, "_context_compactor", "compact")?;
    let typed = context.code.orchestrator(object)?;
    let [messages] = arguments[..] else {
        return None;
    };
    let owner = syntax.str(object);
    if !context.code.is_pure(object) {
        return None;
    }
    let mut owned = vec![access];
    owned.extend(current(context, plain(context, messages)?, owner)?);
    let statement = syntax.statement(compact);
    let up = syntax.parent(compact)?;
    let (name, set) = if syntax.kind(up) == "assignment" {
        let name = syntax.field(up, "left").filter(|&left| syntax.kind(left) == "identifier")?;
        let block = syntax.parent(statement)?;
        let next = syntax.named(block).find(|&other| other > statement)?;
        (Some(name), syntax.named(next).next().filter(|_| syntax.kind(next) == "expression_statement")?)
    } else {
        // The call is all that its statement does.
        let set = syntax.parent(up)?;
        (None, syntax.parent(set).filter(|&whole| whole == statement && syntax.kind(whole) == "expression_statement").map(|_| set)?)
    };
    let (owner_again, manager, passed) = component_call(context, set, "_context_manager", "set_messages")?;
    let [passed] = passed[..] else { return None };
    let passed = plain(context, passed)?;
    let same = name.map_or(passed == compact, |name| syntax.str(name) == syntax.str(passed));
    if syntax.str(owner_again) != owner || !same {
        return None;
    }
    owned.push(manager);
    let last = syntax.statement(set);
    let mut draft = context.draft(rule, syntax.start(statement)..syntax.end(last), Some((object, &typed)));
    draft.owned = owned;
    draft.weight = 1_000_000;
    offer(context, &mut draft, &Site { statement, last, name, typed, owner });
    Some(draft)
}

struct Site<'s> {
    statement: Id,
    last: Id,
    name: Option<Id>,
    typed: Typed,
    owner: &'s str,
}

fn offer(context: &Context<'_, '_, '_>, draft: &mut Draft, site: &Site<'_>) {
    let syntax = context.code.syntax;
    if (site.statement..syntax.subtree(site.last).end).any(|id| syntax.kind(id) == "comment") {
        return draft.hold(Level::Review, "a comment inside the old statements would be lost; move it first");
    }
    let owner = site.owner;
    let call = format!("await {owner}._context_coordinator.compact_context({owner}._context_coordinator.get_context())");
    let span = syntax.span(site.statement);
    let mut edits = Vec::new();
    let mut level = Level::Safe;
    match site.name {
        None => edits.push(Edit { start: span.start, end: span.end, text: call }),
        Some(name) => {
            let fresh = context.free_name("ctx");
            edits.push(Edit { start: span.start, end: span.end, text: format!("{fresh} = {call}") });
            edits.push(statements::removal(context.text(), &syntax.span(site.last)));
            match later_uses(context, site, name) {
                Ok(uses) => {
                    let use_edit =
                        |used: &Id| Edit { start: syntax.start(*used), end: syntax.end(*used), text: format!("{fresh}.messages") };
                    level = if is_told(context, &uses, name) { Level::Review } else { Level::Safe };
                    edits.extend(uses.iter().map(use_edit));
                }
                Err(reason) => return draft.hold(Level::Review, &reason),
            }
        }
    }
    if level == Level::Review {
        draft.explain("the list may be changed later; `Context.messages` is a fresh list each time");
    }
    context.offer(draft, site.statement, Some(&site.typed), true, Fix { level, edits, reads: Vec::new() });
}

/// Whether an expression is the list of current messages; the access it spells out, if any.
fn current(context: &Context<'_, '_, '_>, value: Id, owner: &str) -> Option<Vec<Id>> {
    let syntax = context.code.syntax;
    if let Some((object, access, _)) = component_call(context, value, "_context_manager", "get_messages") {
        return (syntax.str(object) == owner).then(|| vec![access]);
    }
    if syntax.str(value) == format!("{owner}._context_coordinator.get_context().messages") {
        return Some(Vec::new());
    }
    if syntax.kind(value) != "identifier" {
        return None;
    }
    let from = flow::reaching(syntax, context.code.scopes, value, syntax.str(value));
    let [only] = from[..] else { return None };
    let Bound::Value(source) = only.bound else {
        return None;
    };
    if syntax.kind(source) == "identifier" {
        return None;
    }
    let (binding, user) = (syntax.statement(source), syntax.statement(value));
    let block = syntax.parent(user)?;
    let mut next = syntax.named(block).skip_while(|&id| id != binding).skip(1);
    (next.next() == Some(user)).then_some(())?;
    current(context, source, owner).map(|_| Vec::new())
}

/// The uses of the compacted list after it was put back.
fn later_uses(context: &Context<'_, '_, '_>, site: &Site<'_>, name: Id) -> Result<Vec<Id>, String> {
    let syntax = context.code.syntax;
    let text = syntax.str(name);
    let scope = own_scope(context, name)?;
    let mut uses = Vec::new();
    for used in syntax.subtree(scope).filter(|&id| syntax.kind(id) == "identifier" && syntax.str(id) == text && id != name) {
        if syntax.contains(site.last, used) || syntax.role(used) == Some("attribute") {
            continue;
        }
        let up = syntax.parent(used).map_or("", |up| syntax.kind(up));
        if matches!(up, "augmented_assignment" | "delete_statement") && is_target(context.code, used) {
            return Err(format!("`{text}` is changed on line {}", context.code.line(used)));
        }
        if is_target(context.code, used) {
            continue;
        }
        let from = flow::reaching(syntax, context.code.scopes, used, text);
        if from.iter().any(|binding| binding.node == name) {
            if from.len() > 1 {
                return Err(format!("`{text}` may be another list on line {}", context.code.line(used)));
            }
            uses.push(used);
        }
    }
    Ok(uses)
}
