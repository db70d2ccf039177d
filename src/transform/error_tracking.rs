//! Errors of `chat` counted by hand in an `except`: the metrics coordinator counts them by itself.

use std::collections::BTreeSet;

use super::compaction::{component_call, plain};
use crate::edit::statements;
use crate::finding::{Edit, Fix, Level};
use crate::python::syntax::Id;
use crate::rule::Rule;
use crate::scan::{Context, Draft};

/// What the coordinator tells errors apart by.
const KINDS: [&str; 3] = ["tool", "provider", "unknown"];

/// Every `O._metrics_collector.track_error(kind, error)`.
pub(crate) fn find(context: &Context<'_, '_, '_>, rule: &Rule) -> Vec<Draft> {
    let syntax = context.code.syntax;
    let calls = syntax.of_kind("call");
    calls.filter_map(|call| site(context, rule, call)).collect()
}

fn site(context: &Context<'_, '_, '_>, rule: &Rule, call: Id) -> Option<Draft> {
    let syntax = context.code.syntax;
    let (object, access, arguments) = component_call(context, call, "_metrics_collector", "track_error")?;
    let typed = context.code.orchestrator(object)?;
    let mut draft = context.draft(rule, syntax.span(call), Some((object, &typed)));
    draft.owned = vec![access];
    match removal(context, call, syntax.str(object), &arguments) {
        Ok(edits) => context.offer(&mut draft, call, Some(&typed), false, Fix { level: Level::Review, edits, reads: Vec::new() }),
        Err(reason) => draft.hold(Level::Manual, &reason),
    }
    Some(draft)
}

/// The edits that take the call away, with the ladder that did nothing but choose its kind; or why it has to stay.
fn removal(context: &Context<'_, '_, '_>, call: Id, owner: &str, arguments: &[Id]) -> Result<Vec<Edit>, String> {
    let syntax = context.code.syntax;
    let statement = syntax.statement(call);
    if syntax.kind(statement) != "expression_statement" || syntax.parent(call) != Some(statement) {
        return Err("its answer is used".to_owned());
    }
    let handler = handler(context, call).ok_or("it stands in no `except`")?;
    only_chats(context, handler, owner)?;
    if !context.code.is_pure(object_of(context, call)) || arguments.iter().any(|&argument| !context.code.is_pure(argument)) {
        return Err("its arguments do something".to_owned());
    }
    let (kind, _) = given(context, arguments).ok_or("its arguments are not a kind and an error")?;
    let choosing = match syntax.kind(kind) {
        "string" => {
            known(syntax.literal(kind).unwrap_or(""))?;
            None
        }
        "identifier" => Some(ladder(context, statement, kind)?),
        _ => return Err("its kind is computed".to_owned()),
    };
    let gone: Vec<Id> = match choosing {
        Some(ladder) => vec![ladder, statement],
        None => vec![whole_ladder(context, statement, handler, owner)],
    };
    if gone.iter().any(|&id| syntax.subtree(id).any(|node| syntax.kind(node) == "comment")) {
        return Err("a comment inside it would be lost; move it first".to_owned());
    }
    Ok(taken_out(context, &gone))
}

/// Removes statements; a block that would be empty gets `pass`.
fn taken_out(context: &Context<'_, '_, '_>, gone: &[Id]) -> Vec<Edit> {
    let syntax = context.code.syntax;
    let last = gone.last().copied().unwrap_or(0);
    let alone = syntax.parent(last).is_some_and(|block| syntax.named(block).all(|id| gone.contains(&id)));
    let edit = |&id: &Id| {
        let span = syntax.span(id);
        if alone && id == last {
            return Edit { start: span.start, end: span.end, text: "pass".to_owned() };
        }
        statements::removal(context.text(), &span)
    };
    gone.iter().map(edit).collect()
}

/// The `except` around a node, within its function.
fn handler(context: &Context<'_, '_, '_>, node: Id) -> Option<Id> {
    let syntax = context.code.syntax;
    let function = syntax.function(node);
    let handler = syntax.frames(node).find(|&up| syntax.kind(up) == "except_clause")?;
    (syntax.function(handler) == function).then_some(handler)
}

/// Whether the `try` of a handler asks the orchestrator for nothing but `chat` and `stream_chat`.
fn only_chats(context: &Context<'_, '_, '_>, handler: Id, owner: &str) -> Result<(), String> {
    let syntax = context.code.syntax;
    let body = syntax.parent(handler).and_then(|up| syntax.field(up, "body")).ok_or("its `try` has no body")?;
    let mut chats = 0;
    for id in syntax.subtree(body) {
        if matches!(syntax.kind(id), "try_statement" | "function_definition" | "lambda") {
            return Err("its `try` holds another `try` or a function".to_owned());
        }
        let expression = matches!(syntax.kind(id), "identifier" | "attribute" | "call" | "subscript");
        if !expression || syntax.role(id) == Some("attribute") || context.code.orchestrator(id).is_none() {
            continue;
        }
        if syntax.str(id) != owner {
            return Err(format!("its `try` uses `{}` too", syntax.str(id)));
        }
        let access = syntax.parent(id).filter(|&up| syntax.kind(up) == "attribute" && syntax.role(id) == Some("object"));
        let name = access.and_then(|up| syntax.field(up, "attribute")).map(|name| syntax.str(name));
        let called = access.and_then(|up| syntax.parent(up)).is_some_and(|up| syntax.kind(up) == "call");
        match name {
            Some("chat" | "stream_chat") if called => chats += 1,
            _ => return Err("its `try` uses the orchestrator for something else than `chat`".to_owned()),
        }
    }
    if chats == 0 { Err("nothing in its `try` chats".to_owned()) } else { Ok(()) }
}

fn object_of(context: &Context<'_, '_, '_>, call: Id) -> Id {
    context.code.syntax.field(call, "function").unwrap_or(call)
}

/// The kind and the error of a call.
fn given(context: &Context<'_, '_, '_>, arguments: &[Id]) -> Option<(Id, Id)> {
    let syntax = context.code.syntax;
    let mut slots = [None, None];
    for (place, &argument) in arguments.iter().enumerate() {
        let slot = match syntax.field(argument, "name").filter(|_| syntax.kind(argument) == "keyword_argument").map(|n| syntax.str(n)) {
            Some("kind") => 0,
            Some("error") => 1,
            Some(_) => return None,
            None => place,
        };
        *slots.get_mut(slot)? = Some(plain(context, argument)?);
    }
    Some((slots[0]?, slots[1]?))
}

/// Whether the coordinator knows a kind, `provider_error` for `provider` included.
fn known(kind: &str) -> Result<(), String> {
    let lowered = kind.to_lowercase();
    let short = ["_error", "_errors", "_failure", "_exception"].into_iter().find_map(|end| lowered.strip_suffix(end)).unwrap_or(&lowered);
    match KINDS.contains(&short) {
        true => Ok(()),
        false => Err(format!("`{kind}` is a kind of your own; the coordinator counts tool, provider and unknown")),
    }
}

/// The `if` or assignment directly before the call that does nothing but choose its kind, which nothing else reads.
fn ladder(context: &Context<'_, '_, '_>, statement: Id, kind: Id) -> Result<Id, String> {
    let syntax = context.code.syntax;
    let unseen = || "where its kind comes from is not seen".to_owned();
    let block = syntax.parent(statement).ok_or_else(unseen)?;
    let before = syntax.named(block).take_while(|&id| id != statement).last().ok_or_else(unseen)?;
    let name = syntax.str(kind);
    let mut chosen = 0;
    for part in branches(context, before).ok_or_else(unseen)? {
        let assignment = syntax.named(part).next().filter(|&id| syntax.kind(id) == "assignment").ok_or_else(unseen)?;
        let (left, right) = (syntax.field(assignment, "left"), syntax.field(assignment, "right"));
        let (Some(left), Some(right)) = (left, right) else { return Err(unseen()) };
        if syntax.str(left) != name || syntax.kind(right) != "string" {
            return Err(unseen());
        }
        known(syntax.literal(right).unwrap_or(""))?;
        chosen += 1;
    }
    let scope = syntax.function(kind).unwrap_or(0);
    let uses = syntax.subtree(scope).filter(|&id| syntax.kind(id) == "identifier" && syntax.str(id) == name).count();
    if uses == chosen + 1 { Ok(before) } else { Err(format!("`{name}` is used for something else too")) }
}

/// The outermost `if` around a statement in which every branch only counts an error; else the statement.
fn whole_ladder(context: &Context<'_, '_, '_>, statement: Id, handler: Id, owner: &str) -> Id {
    let syntax = context.code.syntax;
    let inside = |id: &Id| *id != handler && syntax.contains(handler, *id);
    let counts = |part: Id| {
        let call = syntax.named(part).next().and_then(|call| component_call(context, call, "_metrics_collector", "track_error"));
        call.is_some_and(|(object, _, arguments)| {
            let kind = given(context, &arguments).and_then(|(kind, _)| syntax.literal(kind));
            syntax.str(object) == owner && kind.is_some_and(|kind| known(kind).is_ok())
        })
    };
    let around = syntax.frames(statement).take_while(inside).filter(|&id| syntax.kind(id) == "if_statement");
    let only = |&id: &Id| branches(context, id).is_some_and(|parts| parts.into_iter().all(counts));
    around.filter(only).last().unwrap_or(statement)
}

/// The statements of an `if` whose branches have one statement each and whose conditions do nothing; or the statement itself.
fn branches(context: &Context<'_, '_, '_>, statement: Id) -> Option<BTreeSet<Id>> {
    let syntax = context.code.syntax;
    if syntax.kind(statement) != "if_statement" {
        return Some([statement].into());
    }
    let mut found = BTreeSet::new();
    for part in syntax.subtree(statement).filter(|&id| syntax.kind(id) == "block") {
        let mut inside = syntax.named(part);
        let (one, None) = (inside.next()?, inside.next()) else { return None };
        match syntax.kind(one) {
            "if_statement" => {}
            "expression_statement" => drop(found.insert(one)),
            _ => return None,
        }
    }
    let conditions = syntax.subtree(statement).filter(|&id| syntax.role(id) == Some("condition"));
    conditions.into_iter().all(|id| asks_only(context, id)).then_some(found)
}

/// `isinstance(e, X)` and comparisons: nothing that a person would miss.
fn asks_only(context: &Context<'_, '_, '_>, condition: Id) -> bool {
    let syntax = context.code.syntax;
    syntax.subtree(condition).all(|id| match syntax.kind(id) {
        "call" => syntax.field(id, "function").is_some_and(|function| syntax.str(function) == "isinstance"),
        "named_expression" | "await" | "yield" => false,
        _ => true,
    })
}
