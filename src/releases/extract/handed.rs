//! Attributes that other objects store into the orchestrator which made them: `Runtime(self)` keeps it as `self._runtime`,
//! and its methods say `self._runtime._x = …`. The adapter of later releases counts as the orchestrator.

use super::class::Found;
use super::code::Code;
use super::elsewhere::is_target;
use super::function;
use crate::python::scope::Bound;
use crate::python::{Id, Parsed};
use crate::releases::manifest::{Class, Kind, Member, Seen};

/// What an orchestrator hands out instead of itself: what is stored into it goes to the orchestrator.
const ADAPTER: &str = "self.protocol_adapter";

/// Adds what the classes store that get the orchestrator when they are made.
pub(super) fn complete(code: &Code<'_>, home: &Found, class: &mut Class) {
    let Some(parsed) = code.parsed(&home.module) else { return };
    let syntax = &parsed.syntax;
    for call in syntax.subtree(home.id).filter(|&id| syntax.kind(id) == "call") {
        let Some(made) = made(code, home, &parsed, call) else { continue };
        let Some(theirs) = code.parsed(&made.module) else { continue };
        for name in parameters(&parsed, &theirs, call, &made).iter().flat_map(|parameter| held(&theirs, &made, parameter)) {
            for stored in stored(&theirs, &made, &name) {
                let member = Member { seen: Seen::Stored(made.module.clone()), ..Member::new(Kind::Attribute) };
                class.members.entry(stored).or_insert(member);
            }
        }
    }
}

/// The class of the package that a call makes an object of, where it passes `self`.
fn made(code: &Code<'_>, home: &Found, parsed: &Parsed<'_>, call: Id) -> Option<Found> {
    let syntax = &parsed.syntax;
    let (callee, list) = (syntax.field(call, "function")?, syntax.field(call, "arguments")?);
    if syntax.kind(callee) != "identifier" || !syntax.named(list).any(|argument| passes(parsed, argument)) {
        return None;
    }
    let name = syntax.str(callee);
    let scope = parsed.scopes.resolve(syntax, callee, name)?;
    match &parsed.scopes.bindings(scope, name).last()?.bound {
        Bound::Import(module, Some(name)) => code.class(module, name),
        Bound::Definition(_) => code.class(&home.module, name),
        _ => None,
    }
}

/// Whether an argument is the orchestrator.
fn passes(parsed: &Parsed<'_>, argument: Id) -> bool {
    let syntax = &parsed.syntax;
    let value = if syntax.kind(argument) == "keyword_argument" { syntax.field(argument, "value") } else { Some(argument) };
    value.is_some_and(|value| matches!(syntax.str(value), "self" | ADAPTER))
}

/// The parameters of `__init__` that get it.
fn parameters(parsed: &Parsed<'_>, theirs: &Parsed<'_>, call: Id, made: &Found) -> Vec<String> {
    let syntax = &parsed.syntax;
    let init = theirs.scopes.attribute(made.id, "__init__").iter().rev().find_map(|binding| match binding.bound {
        Bound::Definition(id) => Some(id),
        _ => None,
    });
    let Some(init) = init else { return Vec::new() };
    let all = function::parameters(theirs, init, true);
    let list = syntax.field(call, "arguments").into_iter().flat_map(|list| syntax.named(list)).enumerate();
    let passed = list.filter_map(|(place, argument)| match syntax.kind(argument) {
        _ if !passes(parsed, argument) => None,
        "keyword_argument" => syntax.field(argument, "name").map(|name| syntax.str(name).to_owned()),
        _ => all.get(place).map(|parameter| parameter.name.clone()),
    });
    passed.collect()
}

/// The attributes in which a class keeps a parameter.
fn held(theirs: &Parsed<'_>, made: &Found, parameter: &str) -> Vec<String> {
    let syntax = &theirs.syntax;
    let keeps = |name: &&str| {
        theirs.scopes.attribute(made.id, name).iter().any(|binding| match binding.bound {
            Bound::Value(value) | Bound::Annotated(_, Some(value)) => syntax.str(value) == parameter,
            _ => false,
        })
    };
    theirs.scopes.attributes(made.id).filter(keeps).map(|name| format!("self.{name}")).collect()
}

/// What the methods of a class store into an object that they reach by this expression, or by a local name for it.
fn stored(theirs: &Parsed<'_>, made: &Found, expression: &str) -> Vec<String> {
    let syntax = &theirs.syntax;
    let means = |object: Id| {
        let name = syntax.str(object);
        let bindings = theirs.scopes.bindings(theirs.scopes.of(object), name);
        let is_alias = || bindings.iter().any(|one| matches!(one.bound, Bound::Value(value) if syntax.str(value) == expression));
        name == expression || (syntax.kind(object) == "identifier" && is_alias())
    };
    let targets = syntax.subtree(made.id).filter(|&id| syntax.kind(id) == "attribute" && is_target(theirs, id));
    targets
        .filter(|&id| syntax.field(id, "object").is_some_and(means))
        .filter_map(|id| syntax.field(id, "attribute").map(|name| syntax.str(name).to_owned()))
        .collect()
}
