//! Uses of orchestrator members that a release does not have, or has in another form. Only where the target is a release;
//! the guide's own rules say what internals should become.

mod arguments;
mod uses;

use super::internals::owner;
use crate::finding::{Edit, Fix};
use crate::python::types::{Cls, Ty};
use crate::releases::{Change, Class, Kind, Member, compare, signature};
use crate::rule::Rule;
use crate::scan::{Context, Draft};
use crate::surface;
use crate::target::Target;
use uses::Use;

pub(crate) use uses::is_installed;

/// What a person hears about a use.
struct Said {
    rule: &'static str,
    reason: String,
    next: Option<String>,
}

/// The sites of the rule named on the page.
pub(crate) fn find(context: &Context<'_, '_, '_>, rule: &Rule) -> Vec<Draft> {
    let target = &context.options.target;
    let Some(class) = target.orchestrator() else { return Vec::new() };
    let uses = uses::uses(context);
    let said = uses.iter().filter_map(|one| Some((one, judge(context, target, class, one)?)));
    let mut drafts: Vec<Draft> =
        said.filter(|(_, said)| said.rule == rule.page.name).map(|(one, said)| draft(context, rule, one, said)).collect();
    match rule.page.name.as_str() {
        "release-public" if target.from.is_none() => {
            drafts.extend(uses.iter().filter_map(|one| public(context, rule, class, one)));
        }
        "release-parameters" => drafts.extend(constructions(context, rule, class)),
        _ => {}
    }
    drafts
}

/// What is wrong with a use in the target; nothing where it was so already in the release that the code was written for.
fn judge(context: &Context<'_, '_, '_>, target: &Target, class: &Class, one: &Use<'_>) -> Option<Said> {
    let member = class.member(one.name);
    let before = target.from.as_ref().and_then(|from| from.orchestrator());
    let changes = before.map(|before| compare(before.member(one.name), member));
    if changes.as_ref().is_some_and(|changes| changes.is_empty() || changes[..] == [Change::New]) {
        return None;
    }
    let Some(member) = member else { return missing(context, target, class, one) };
    let is_new = |change: fn(&Change) -> bool| changes.as_ref().is_none_or(|changes| changes.iter().any(change));
    let computed = one.stores && member.kind == Kind::Property && !member.writable;
    if computed && is_new(|change| matches!(change, Change::ReadOnly | Change::Kind(..))) {
        return Some(readonly(target, class, one.name));
    }
    if let Some(call) = one.call {
        let wrong = uses::awaited_wrongly(context, call, member).filter(|_| is_new(|change| matches!(change, Change::Kind(..))));
        if let Some(reason) = wrong {
            return Some(turned(target, one.name, member, reason));
        }
        let bound = if member.kind.is_value() || one.by_hand { Ok(()) } else { arguments::bind(context, call, &member.params) };
        if let Err(reason) = bound
            && is_new(|change| matches!(change, Change::Kind(..) | Change::Parameters(..)))
        {
            return Some(parameters(target, one.name, member, &reason));
        }
    }
    let advice = member.deprecated.as_ref().filter(|_| is_new(|change| matches!(change, Change::Deprecated(_))))?;
    let since = target.since(one.name, |member| member.deprecated.is_some()).map(|release| format!(" since {release}"));
    let reason = format!("{} deprecates `{}`{}: {advice}", target.name(), one.name, since.unwrap_or_default());
    Some(Said { rule: "release-deprecated", reason, next: None })
}

/// A member that is not there. Where a class answers any name, or a base was not seen, nobody can say so.
fn missing(context: &Context<'_, '_, '_>, target: &Target, class: &Class, one: &Use<'_>) -> Option<Said> {
    let of_guide = surface::is_current(one.name);
    // A subclass may answer any name.
    if let Ty::Instance(own) | Ty::Class(own) = one.typed.ty
        && ["__getattr__", "__getattribute__"].iter().any(|name| context.code.defines(own, name, false))
    {
        return None;
    }
    if class.getattr.is_some() || !class.unseen.is_empty() || (of_guide && context.facts.bridged) {
        return None;
    }
    let silent = if one.guarded { "; the default of `getattr`, or `hasattr`, hides that" } else { "" };
    let reason = format!("{} has no `{}`, {}{silent}", target.name(), one.name, target.went(one.name));
    let offers = offered(target, one.name);
    let bridge = of_guide.then(|| format!("the guide has it, and code that uses it {}", target.bridge()));
    let next = [offers, bridge].into_iter().flatten().collect::<Vec<_>>().join("; ");
    Some(Said { rule: "release-missing", reason, next: Some(next).filter(|next| !next.is_empty()) })
}

/// `victor-ai 0.9.5 offers `settings`, `model``.
fn offered(target: &Target, name: &str) -> Option<String> {
    let names: Vec<String> = target.offers(name).iter().map(|name| format!("`{name}`")).collect();
    (!names.is_empty()).then(|| format!("{} offers {}", target.name(), names.join(", ")))
}

fn readonly(target: &Target, class: &Class, name: &str) -> Said {
    let reads = class.member(name).and_then(|member| member.reads.as_deref()).map(|reads| format!("; it hands out `{reads}`"));
    let since = target.since(name, |member| member.kind == Kind::Property && !member.writable);
    let since = since.map(|release| format!(" since {release}")).unwrap_or_default();
    let reason = format!("in {} `{name}` is a property without a setter{since}{}", target.name(), reads.unwrap_or_default());
    let setter = format!("set_{}", name.trim_start_matches('_'));
    let next = class.member(&setter).map(|member| format!("{} offers `{}`", target.name(), member.declaration(&setter)));
    Said { rule: "release-readonly", reason, next }
}

fn turned(target: &Target, name: &str, member: &Member, reason: String) -> Said {
    let kind = member.kind;
    let since = target.since(name, |member| member.kind == kind).map(|release| format!(" since {release}"));
    let reason = format!("in {} `{name}` is {}{}, {reason}", target.name(), kind.name(), since.unwrap_or_default());
    Said { rule: "release-async", reason, next: None }
}

fn parameters(target: &Target, name: &str, member: &Member, reason: &str) -> Said {
    let shape = signature(&member.params);
    let params = member.params.clone();
    let since = target.since(name, |member| member.params == params).map(|release| format!(" since {release}"));
    let reason = format!("{reason}; in {} it takes ({shape}){}", target.name(), since.unwrap_or_default());
    Said { rule: "release-parameters", reason, next: None }
}

fn draft(context: &Context<'_, '_, '_>, rule: &Rule, one: &Use<'_>, said: Said) -> Draft {
    let syntax = context.code.syntax;
    let whole = matches!(said.rule, "release-async" | "release-parameters");
    let span = syntax.span(one.call.filter(|_| whole).unwrap_or(one.id));
    let mut draft = context.draft(rule, span, Some((one.object, &one.typed)));
    draft.finding.message = format!("{}: `{}`", rule.page.title, one.name);
    draft.finding.next = said.next.or(draft.finding.next);
    draft.explain(&said.reason);
    draft.owned.push(one.id);
    draft.weight = uses::WEIGHT;
    draft
}

/// `orch._x` where a property of the release is `return self._x`.
fn public(context: &Context<'_, '_, '_>, rule: &Rule, class: &Class, one: &Use<'_>) -> Option<Draft> {
    let syntax = context.code.syntax;
    class.member(one.name).filter(|_| one.name.starts_with('_') && !one.stores && syntax.kind(one.id) == "attribute")?;
    let gives = |(_, member): &(&String, &Member)| member.kind == Kind::Property && member.reads.as_deref() == Some(one.name);
    let mut properties = class.members.iter().filter(gives).map(|(name, _)| name).filter(|name| !name.starts_with('_'));
    let plain = one.name.trim_start_matches('_');
    let property = properties.clone().find(|name| *name == plain).or_else(|| properties.next())?;
    let name = syntax.field(one.id, "attribute")?;
    let mut draft = context.draft(rule, syntax.span(one.id), Some((one.object, &one.typed)));
    draft.finding.message = format!("{}: `{}` is `{property}`", rule.page.title, one.name);
    draft.owned.push(one.id);
    draft.weight = uses::WEIGHT;
    let edit = Edit { start: syntax.start(name), end: syntax.end(name), text: property.clone() };
    let fix = Fix { level: rule.level(), edits: vec![edit], reads: Vec::new() };
    context.offer(&mut draft, one.id, Some(&one.typed), false, fix);
    Some(draft)
}

/// `AgentOrchestrator(…)` with arguments that the release does not take.
fn constructions(context: &Context<'_, '_, '_>, rule: &Rule, class: &Class) -> Vec<Draft> {
    let syntax = context.code.syntax;
    let Some(init) = &class.init else { return Vec::new() };
    let target = &context.options.target;
    let before = target.from.as_ref().and_then(|from| from.orchestrator()).and_then(|class| class.init.as_ref());
    if before.is_some_and(|before| signature(before) == signature(init)) {
        return Vec::new();
    }
    let calls = syntax.of_kind("call");
    let wrong = calls.filter_map(|call| {
        let callee = syntax.field(call, "function").filter(|&callee| matches!(syntax.kind(callee), "identifier" | "attribute"))?;
        let typed = context.code.of(callee);
        let is_it = matches!(typed.ty, Ty::Class(Cls::Surface(class)) if class.name == surface::ORCHESTRATOR) && typed.also.is_empty();
        let reason = arguments::bind(context, call, init).err().filter(|_| is_it)?;
        let mut draft = context.draft(rule, syntax.span(call), Some((callee, &typed)));
        draft.finding.message = format!("{}: `{}`", rule.page.title, surface::ORCHESTRATOR);
        draft.explain(&format!("{reason}; in {} it takes ({})", target.name(), signature(init)));
        draft.owned.push(call);
        draft.weight = uses::WEIGHT;
        Some(draft)
    });
    wrong.collect()
}
