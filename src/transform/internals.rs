//! Accesses to internals that no other rule owns, and the ways to reach one without writing it: `getattr`, `vars`,
//! `__dict__`. Reports only.

use crate::finding::{Kind, Level, Strength};
use crate::python::syntax::Id;
use crate::python::types::{Ty, Typed};
use crate::rule::Rule;
use crate::scan::{Context, Draft};
use crate::surface;

/// The sites of the rule named on the page.
pub(crate) fn find(context: &Context<'_, '_, '_>, rule: &Rule) -> Vec<Draft> {
    let all = |kind: &str| context.code.syntax.of_kind(kind);
    match rule.page.name.as_str() {
        "internal-attribute" => {
            let accesses = all("attribute").filter_map(|id| attribute(context, rule, id));
            let patterns = all("dotted_name").chain(all("keyword_pattern")).filter_map(|id| in_pattern(context, rule, id));
            accesses.chain(patterns).collect()
        }
        "unresolved-receiver" => all("attribute").filter_map(|id| unresolved(context, rule, id)).collect(),
        "dynamic-attribute" => {
            let calls = all("call").filter_map(|id| reflection(context, rule, id, false));
            calls.chain(all("attribute").filter_map(|id| hidden_dict(context, rule, id))).collect()
        }
        "literal-attribute" => all("call").filter_map(|id| reflection(context, rule, id, true)).collect(),
        _ => Vec::new(),
    }
}

/// An orchestrator, or the class itself.
pub(super) fn owner(context: &Context<'_, '_, '_>, object: Id) -> Option<Typed> {
    let code = context.code;
    code.orchestrator(object).or_else(|| code.orchestrator_class(object)).or_else(|| reflected(context, object))
}

/// `super()` in a subclass, `type(O)`, `O.__class__`.
fn reflected(context: &Context<'_, '_, '_>, object: Id) -> Option<Typed> {
    let syntax = context.code.syntax;
    if syntax.kind(object) == "attribute" {
        let named = syntax.field(object, "attribute").is_some_and(|name| syntax.str(name) == "__class__");
        return context.code.orchestrator(syntax.field(object, "object").filter(|_| named)?);
    }
    let callee = syntax.field(object, "function").filter(|_| syntax.kind(object) == "call")?;
    match (syntax.str(callee), &arguments(context, object)[..]) {
        ("type", [of]) => context.code.orchestrator(*of),
        _ if context.code.is_super(object) => {
            let class = context.code.class_of_super(object, 0)?;
            context.code.is_orchestrator(class).then(|| Typed::plain(Ty::Class(class)))
        }
        _ => None,
    }
}

pub(super) fn is_internal(name: &str) -> bool {
    name.starts_with('_') && !name.starts_with("__") && !surface::is_current(name)
}

/// Attributes that a subclass defines itself are its own business, unless they bear the name of a legacy component.
fn is_own(context: &Context<'_, '_, '_>, typed: &Typed, name: &str) -> bool {
    match typed.ty {
        Ty::Instance(class) | Ty::Class(class) => !surface::is_legacy_internal(name) && context.code.defines(class, name, false),
        _ => false,
    }
}

fn attribute(context: &Context<'_, '_, '_>, rule: &Rule, id: Id) -> Option<Draft> {
    let syntax = context.code.syntax;
    let name = syntax.str(syntax.field(id, "attribute")?);
    if !is_internal(name) {
        return None;
    }
    let object = syntax.field(id, "object")?;
    let typed = owner(context, object)?;
    if is_own(context, &typed, name) {
        return None;
    }
    if typed.strength == Strength::Likely && !surface::is_legacy_internal(name) && typed.ty == Ty::Mock(false) {
        return None;
    }
    let mut draft = context.draft(rule, syntax.span(id), Some((object, &typed)));
    draft.finding.message = format!("{}: `{name}`", rule.page.title);
    draft.finding.next = replacement(context, name).or(draft.finding.next);
    draft.owned.push(id);
    if matches!(typed.ty, Ty::Mock(_)) {
        draft.hold(Level::Manual, "a mock stands in for the orchestrator; migrate it together with the code under test");
    }
    if let Some(other) = typed.doubt() {
        draft.hold(Level::Manual, &format!("the receiver is an orchestrator on one path and {other} on another"));
    }
    Some(draft)
}

/// `case orch._model:` and `case AgentOrchestrator(_model="small"):`.
fn in_pattern(context: &Context<'_, '_, '_>, rule: &Rule, id: Id) -> Option<Draft> {
    let syntax = context.code.syntax;
    let up = syntax.parent(id)?;
    let mut names = syntax.named(id);
    let (first, second) = (names.next()?, names.next());
    let (object, name) = match (syntax.kind(id), syntax.kind(up)) {
        ("dotted_name", "case_pattern") => (first, second?),
        ("keyword_pattern", _) => {
            let class = syntax.ancestors(id).find(|&up| syntax.kind(up) == "class_pattern")?;
            (syntax.subtree(class).find(|&part| syntax.kind(part) == "identifier")?, first)
        }
        _ => return None,
    };
    let typed = owner(context, object).filter(|_| is_internal(syntax.str(name)))?;
    let mut draft = context.draft(rule, syntax.span(id), Some((object, &typed)));
    draft.finding.message = format!("{}: `{}`", rule.page.title, syntax.str(name));
    draft.finding.next = replacement(context, syntax.str(name)).or(draft.finding.next);
    draft.explain("a pattern cannot hold a call; compare in a guard instead");
    draft.owned.push(id);
    Some(draft)
}

/// What the rules say that a legacy name becomes.
pub(super) fn replacement(context: &Context<'_, '_, '_>, name: &str) -> Option<String> {
    let rules = context.rules.rules().iter();
    let known = rules
        .filter(|rule| rule.page.example != 0)
        .find(|rule| rule.page.replaces.iter().any(|old| old.split('.').nth(1).is_some_and(|part| part.split('(').next() == Some(name))))?;
    let rewrite = known.pairs.iter().find_map(|pair| pair.rewrite.as_ref());
    let becomes =
        rewrite.map_or_else(|| known.page.title.clone(), |rewrite| format!("`{}`", rewrite.text.replace('$', "").replace('\n', " ")));
    Some(format!("`{name}` is handled by rule {}: {becomes}", known.page.name))
}

fn unresolved(context: &Context<'_, '_, '_>, rule: &Rule, id: Id) -> Option<Draft> {
    let syntax = context.code.syntax;
    let name = syntax.str(syntax.field(id, "attribute")?);
    if !context.facts.imports_victor || !surface::DISTINCTIVE.contains(&name) {
        return None;
    }
    let object = syntax.field(id, "object")?;
    if owner(context, object).is_some() {
        return None;
    }
    let reason = match context.code.of(object).ty {
        Ty::Unknown | Ty::Foreign(..) => "is not known".to_owned(),
        Ty::Nothing => "is not known beyond `None`".to_owned(),
        Ty::Instance(class) if context.code.lacks(class, name) => {
            format!(
                "is `{}` here, which has no `{name}`: it must be another in the end",
                context.code.class_name(class).unwrap_or_default()
            )
        }
        _ => return None,
    };
    let mut draft = context.draft(rule, syntax.span(id), None);
    draft.finding.receiver = syntax.str(object).chars().take(60).collect();
    draft.finding.strength = Strength::Unknown;
    draft.finding.kind = Kind::Unresolved;
    draft.finding.message = format!("{}: `{name}`", rule.page.title);
    draft.explain(&format!("the type of `{}` {reason}", draft.finding.receiver.clone()));
    draft.owned.push(id);
    Some(draft)
}

pub(super) fn arguments(context: &Context<'_, '_, '_>, call: Id) -> Vec<Id> {
    let list = context.code.syntax.field(call, "arguments");
    list.map_or_else(Vec::new, |list| context.code.syntax.named(list).collect())
}

/// `getattr(O, …)` and friends, with a literal name or with any other; `vars(O)`.
fn reflection(context: &Context<'_, '_, '_>, rule: &Rule, call: Id, literal: bool) -> Option<Draft> {
    let syntax = context.code.syntax;
    let function = syntax.field(call, "function")?;
    let callee = syntax.str(function);
    let arguments = arguments(context, call);
    let part = |name: &str| syntax.field(function, name);
    let is_one = || part("object").is_some_and(|object| context.code.orchestrator(object).is_some());
    let (object, name) = match part("attribute").map_or(callee, |name| syntax.str(name)) {
        // `O.__getattribute__("_model")`, `object.__getattribute__(O, "_model")`.
        "__getattribute__" | "__getattr__" | "__setattr__" | "__delattr__" if is_one() => (part("object")?, arguments.first().copied()),
        "__getattribute__" | "getattr_static" => (*arguments.first()?, arguments.get(1).copied()),
        _ if context.code.scopes.resolve(syntax, call, callee).is_some() => return None,
        _ => match callee {
            "getattr" | "setattr" | "hasattr" | "delattr" => (*arguments.first()?, arguments.get(1).copied()),
            "vars" => (*arguments.first()?, None),
            _ => return None,
        },
    };
    let text = name.and_then(|name| syntax.literal(name));
    if text.is_some() != literal || text.is_some_and(|text| !is_internal(text)) || (callee != "vars" && name.is_none()) {
        return None;
    }
    let typed = owner(context, object)?;
    if text.is_some_and(|text| is_own(context, &typed, text)) {
        return None;
    }
    let mut draft = context.draft(rule, syntax.span(call), Some((object, &typed)));
    draft.finding.kind = if literal { Kind::Use } else { Kind::Dynamic };
    if let Some(text) = text {
        draft.finding.message = format!("{}: `{text}`", rule.page.title);
        draft.finding.next = replacement(context, text).or(draft.finding.next);
    } else if let Some(name) = name {
        draft.explain(&format!("the name is computed: `{}`", syntax.str(name)));
    }
    draft.owned.push(call);
    draft.weight = 1;
    Some(draft)
}

fn hidden_dict(context: &Context<'_, '_, '_>, rule: &Rule, id: Id) -> Option<Draft> {
    let syntax = context.code.syntax;
    if syntax.str(syntax.field(id, "attribute")?) != "__dict__" {
        return None;
    }
    let object = syntax.field(id, "object")?;
    let typed = context.code.orchestrator(object)?;
    let mut draft = context.draft(rule, syntax.span(id), Some((object, &typed)));
    draft.finding.kind = Kind::Dynamic;
    draft.owned.push(id);
    Some(draft)
}
