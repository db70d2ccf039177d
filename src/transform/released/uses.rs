//! Where code touches members of an orchestrator, and how: read, stored, called, awaited, or by a name in a string.

use std::collections::HashSet;

use super::owner;
use crate::finding::Strength;
use crate::python::syntax::Id;
use crate::python::types::{Ty, Typed};
use crate::releases::{Kind, Member};
use crate::rule::matching::is_target;
use crate::scan::Context;
use crate::target::Target;

/// More than what stays as it is, less than what a pattern of the guide spells out.
pub(super) const WEIGHT: usize = 4;

/// One use of a member.
pub(super) struct Use<'t> {
    /// The access, or the call of `getattr` and its kind.
    pub id: Id,
    /// The orchestrator.
    pub object: Id,
    /// What is known of it.
    pub typed: Typed,
    /// The member.
    pub name: &'t str,
    /// It is assigned or deleted.
    pub stores: bool,
    /// That it may be missing is provided for.
    pub guarded: bool,
    /// The call of the member.
    pub call: Option<Id>,
    /// The call passes the object by hand, as `AgentOrchestrator._method(orch, …)` does, or may do so.
    pub by_hand: bool,
}

/// All uses in a file, those of mocks and of what subclasses define themselves left out.
pub(super) fn uses<'t>(context: &Context<'_, '_, 't>) -> Vec<Use<'t>> {
    let syntax = context.code.syntax;
    let found = (0..syntax.len()).filter_map(|id| match syntax.kind(id) {
        "attribute" => access(context, id),
        "call" => named(context, id),
        _ => None,
    });
    let mut found = asked_once(context, found.collect());
    let stored: HashSet<&str> = found.iter().filter(|one| one.stores && !Target::is_known(one.name)).map(|one| one.name).collect();
    found.retain(|one| counts(context, one) && !stored.contains(one.name));
    found
}

/// `hasattr(orch, "_x") and orch._x` is one use, which provides for its absence.
fn asked_once<'t>(context: &Context<'_, '_, 't>, mut found: Vec<Use<'t>>) -> Vec<Use<'t>> {
    let syntax = context.code.syntax;
    let is_question = |one: &Use<'_>| syntax.kind(one.id) == "call" && one.guarded && !one.stores;
    let questions: Vec<(Id, Id, &str, &str)> = found
        .iter()
        .filter(|one| is_question(one))
        .filter_map(|one| Some((one.id, depending(context, one.id)?, one.name, syntax.str(one.object))))
        .collect();
    let mut answered = HashSet::new();
    for one in found.iter_mut().filter(|one| syntax.kind(one.id) == "attribute" && !one.stores) {
        let object = syntax.str(one.object);
        for (id, whole, _, _) in questions.iter().filter(|(_, _, name, of)| *name == one.name && *of == object) {
            if syntax.contains(*whole, one.id) {
                answered.insert(*id);
                one.guarded = true;
            }
        }
    }
    found.retain(|one| !answered.contains(&one.id));
    found
}

/// What is evaluated only where a condition holds that a question is a part of.
fn depending(context: &Context<'_, '_, '_>, question: Id) -> Option<Id> {
    let syntax = context.code.syntax;
    let mut whole = None;
    let mut up = syntax.parent(question);
    while let Some(id) = up {
        match syntax.kind(id) {
            "boolean_operator" if syntax.field(id, "operator").is_some_and(|operator| syntax.str(operator) == "and") => whole = Some(id),
            "parenthesized_expression" => {}
            _ => break,
        }
        up = syntax.parent(id);
    }
    whole
}

fn access<'t>(context: &Context<'_, '_, 't>, id: Id) -> Option<Use<'t>> {
    let syntax = context.code.syntax;
    let (object, name) = (syntax.field(id, "object")?, syntax.str(syntax.field(id, "attribute")?));
    if name.starts_with("__") {
        return None;
    }
    let typed = owner(context, object)?;
    let call = syntax.parent(id).filter(|&up| syntax.kind(up) == "call" && syntax.role(id) == Some("function"));
    let by_hand = matches!(typed.ty, Ty::Class(_));
    Some(Use { id, object, typed, name, stores: is_target(context.code, id), guarded: false, call, by_hand })
}

/// `getattr(orch, "name")`, `hasattr`, `setattr`, `delattr`.
fn named<'t>(context: &Context<'_, '_, 't>, call: Id) -> Option<Use<'t>> {
    let syntax = context.code.syntax;
    let callee = syntax.str(syntax.field(call, "function")?);
    let arguments: Vec<Id> = syntax.field(call, "arguments").into_iter().flat_map(|list| syntax.named(list)).collect();
    let (object, name) = (*arguments.first()?, syntax.literal(*arguments.get(1)?)?);
    let (stores, guarded) = match callee {
        "getattr" => (false, arguments.len() > 2),
        "hasattr" => (false, true),
        "setattr" | "delattr" => (true, false),
        _ => return None,
    };
    if name.starts_with("__") || context.code.scopes.resolve(syntax, call, callee).is_some() {
        return None;
    }
    Some(Use { id: call, object, typed: owner(context, object)?, name, stores, guarded, call: None, by_hand: false })
}

/// A guess counts only for a name that some release has; an attribute that is assigned may be the user's own.
fn counts(context: &Context<'_, '_, '_>, one: &Use<'_>) -> bool {
    let own = match one.typed.ty {
        Ty::Instance(class) | Ty::Class(class) => context.code.defines(class, one.name, false),
        Ty::Mock(_) => true,
        _ => false,
    };
    let telling = one.typed.strength == Strength::Proven && !one.stores && !one.guarded;
    !own && !is_installed(context, one.object) && one.typed.also.is_empty() && (telling || Target::is_known(one.name))
}

/// `self` of a function outside a class: it is installed on the orchestrator, as a part of its implementation.
pub(crate) fn is_installed(context: &Context<'_, '_, '_>, object: Id) -> bool {
    let syntax = context.code.syntax;
    syntax.str(object) == "self" && syntax.function(object).is_some_and(|function| syntax.class_of(function).is_none())
}

/// Whether a call of the member is awaited where it must not be, or is not where it must; why, for a person.
pub(super) fn awaited_wrongly(context: &Context<'_, '_, '_>, call: Id, member: &Member) -> Option<String> {
    let syntax = context.code.syntax;
    let up = syntax.parent(call)?;
    let awaited = syntax.kind(up) == "await";
    match member.kind {
        Kind::Async if !awaited && is_dropped(context, call) => Some("but its answer is used without `await`".to_owned()),
        // Without an annotation it may answer something that can be awaited.
        Kind::Method if awaited && member.annotation.is_some() => Some("but its answer is awaited".to_owned()),
        Kind::AsyncGenerator if awaited => Some("but it is awaited, instead of `async for`".to_owned()),
        _ => None,
    }
}

/// Whether the answer of a call is used as a value, or by nobody; handed on, somebody else may await it.
fn is_dropped(context: &Context<'_, '_, '_>, call: Id) -> bool {
    let syntax = context.code.syntax;
    let Some(up) = syntax.parent(call) else { return false };
    match (syntax.kind(up), syntax.role(call)) {
        ("expression_statement" | "comparison_operator" | "not_operator" | "binary_operator" | "interpolation", _) => true,
        ("attribute", Some("object")) | ("subscript", Some("value")) => true,
        ("if_statement" | "while_statement", Some("condition")) => true,
        ("assignment", Some("right")) => is_never_awaited(context, up),
        _ => false,
    }
}

/// `answer = orch.chat(…)`, and then `answer` is only looked into.
fn is_never_awaited(context: &Context<'_, '_, '_>, assignment: Id) -> bool {
    let syntax = context.code.syntax;
    let Some(left) = syntax.field(assignment, "left").filter(|&left| syntax.kind(left) == "identifier") else { return false };
    let name = syntax.str(left);
    let scope = context.code.scopes.of(assignment);
    let others = syntax.subtree(scope).filter(|&id| id != left && syntax.kind(id) == "identifier" && syntax.str(id) == name);
    let mut others = others.peekable();
    let looked_into = |id: Id| {
        let up = syntax.parent(id).unwrap_or(0);
        matches!((syntax.kind(up), syntax.role(id)), ("attribute", Some("object")) | ("subscript", Some("value")) | ("interpolation", _))
    };
    others.peek().is_some() && others.all(looked_into)
}
