//! A test that replaces an internal for a while, `with patch.object(orch, "_config", fake):`, sees nothing of the fake once
//! the code around reads the coordinator. The patch is reported, and those reads wait for a person.

use std::ops::Range;

use super::internals::{arguments, is_internal, owner, replacement};
use crate::finding::{Kind, Level};
use crate::python::syntax::{Id, Syntax};
use crate::python::types::Typed;
use crate::rule::Rule;
use crate::scan::{Context, Draft};
use crate::surface;

/// Every patch of an internal.
pub(crate) fn find(context: &Context<'_, '_, '_>, rule: &Rule) -> Vec<Draft> {
    let calls = context.code.syntax.of_kind("call");
    calls.filter_map(|call| patch(context, rule, call)).collect()
}

/// An internal that is patched, and on which receiver where it is not named by a path.
struct Target<'t> {
    name: &'t str,
    receiver: Option<(Id, Typed)>,
}

fn patch(context: &Context<'_, '_, '_>, rule: &Rule, call: Id) -> Option<Draft> {
    let syntax = context.code.syntax;
    let callee = syntax.str(syntax.field(call, "function")?);
    let of_object = ["patch.object", ".setattr", ".delattr", ".spy", "object.__setattr__", "object.__delattr__"];
    let target = if of_object.iter().any(|end| callee.ends_with(end)) {
        let first = argument(context, call, 0, "target")?;
        match syntax.literal(first) {
            Some(path) => by_path(path)?,
            None => {
                let name = argument(context, call, 1, "attribute").or_else(|| argument(context, call, 1, "name"))?;
                Target { name: syntax.literal(name)?, receiver: Some((first, owner(context, first)?)) }
            }
        }
    } else if callee == "patch.multiple" || callee.ends_with(".patch.multiple") {
        let first = argument(context, call, 0, "target")?;
        let keyword = |&id: &Id| syntax.field(id, "name").filter(|_| syntax.kind(id) == "keyword_argument").map(|name| syntax.str(name));
        let name = arguments(context, call).iter().filter_map(keyword).find(|name| is_internal(name))?;
        match syntax.literal(first) {
            Some(path) if path.starts_with("victor.") && path.ends_with(surface::ORCHESTRATOR) => Target { name, receiver: None },
            Some(_) => return None,
            None => Target { name, receiver: Some((first, owner(context, first)?)) },
        }
    } else if callee == "patch" || callee.ends_with(".patch") {
        by_path(syntax.literal(argument(context, call, 0, "target")?)?)?
    } else {
        return None;
    };
    is_internal(target.name).then(|| draft(context, rule, call, &target))
}

/// `victor.agent.orchestrator.AgentOrchestrator._config.model`: the internal behind the class.
fn by_path(path: &str) -> Option<Target<'_>> {
    let mut parts = path.strip_prefix("victor.")?.split('.').skip_while(|&part| part != surface::ORCHESTRATOR);
    parts.next()?;
    Some(Target { name: parts.next()?, receiver: None })
}

fn argument(context: &Context<'_, '_, '_>, call: Id, place: usize, name: &str) -> Option<Id> {
    let syntax = context.code.syntax;
    let all = arguments(context, call);
    let is = |&id: &Id| syntax.kind(id) == "keyword_argument" && syntax.field(id, "name").is_some_and(|given| syntax.str(given) == name);
    let named = all.iter().copied().find(is).and_then(|id| syntax.field(id, "value"));
    named.or_else(|| all.get(place).copied().filter(|&id| syntax.kind(id) != "keyword_argument"))
}

fn draft(context: &Context<'_, '_, '_>, rule: &Rule, call: Id, target: &Target<'_>) -> Draft {
    let receiver = target.receiver.as_ref().map(|(id, typed)| (*id, typed));
    let mut draft = context.draft(rule, context.code.syntax.span(call), receiver);
    draft.finding.kind = Kind::Dynamic;
    draft.finding.message = format!("{}: `{}`", rule.page.title, target.name);
    draft.finding.next = replacement(context, target.name).or(draft.finding.next);
    draft.patches = Some(target.name.to_owned());
    draft.owned.push(call);
    draft.weight = 1;
    draft
}

/// Takes the fix from every access whose internal is patched in the same outermost function.
pub(crate) fn patched(context: &Context<'_, '_, '_>, mut drafts: Vec<Draft>) -> Vec<Draft> {
    let syntax = context.code.syntax;
    let reach = |draft: &Draft| {
        let name = draft.patches.clone()?;
        let call = *draft.owned.first()?;
        Some((name, reached(syntax, call), context.code.line(call)))
    };
    let patches: Vec<(String, Range<usize>, usize)> = drafts.iter().filter_map(reach).collect();
    for (name, reached, line) in &patches {
        for draft in drafts.iter_mut().filter(|draft| reached.contains(&draft.finding.span.start) && draft.finding.fix.is_some()) {
            let named = |&id: &Id| syntax.field(id, "attribute").is_some_and(|attribute| syntax.str(attribute) == *name);
            if draft.owned.iter().any(named) {
                draft.hold(Level::Review, &format!("line {line} patches `{name}`, which the new code does not read; change both together"));
            }
        }
    }
    drafts
}

/// The text in which a patch may hold: the outermost function around it with its decorators, else the file.
fn reached(syntax: &Syntax<'_>, call: Id) -> Range<usize> {
    let around = syntax.frames(call).filter(|&up| matches!(syntax.kind(up), "function_definition" | "decorated_definition")).last();
    around.map_or(0..syntax.text.len(), |around| syntax.span(around))
}
