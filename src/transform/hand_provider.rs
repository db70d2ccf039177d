//! `p = AnthropicProvider(…)` beside an orchestrator, and `p.chat(…)`: answers that the orchestrator never hears of.

use std::collections::HashSet;

use super::beside::beside;
use crate::finding::{Edit, Fix, Level};
use crate::python::syntax::Id;
use crate::python::types::Ty;
use crate::rule::Rule;
use crate::scan::{Context, Draft};

/// Every provider that is made beside an orchestrator and asked directly.
pub(crate) fn find(context: &Context<'_, '_, '_>, rule: &Rule) -> Vec<Draft> {
    let syntax = context.code.syntax;
    let asked = syntax.of_kind("attribute").filter_map(|id| syntax.field(id, "object").filter(|&object| asks(context, object)));
    let asked: HashSet<&str> = asked.map(|object| syntax.str(object)).collect();
    let is_asked = |&id: &Id| syntax.field(id, "left").is_some_and(|left| asked.contains(syntax.str(left)));
    syntax.of_kind("assignment").filter(is_asked).filter_map(|id| site(context, rule, id)).collect()
}

fn site(context: &Context<'_, '_, '_>, rule: &Rule, assignment: Id) -> Option<Draft> {
    let syntax = context.code.syntax;
    let name = syntax.field(assignment, "left").filter(|&left| syntax.kind(left) == "identifier")?;
    let value = syntax.field(assignment, "right").filter(|&right| syntax.kind(right) == "call")?;
    let Ty::Foreign(module, class) = context.code.of(syntax.field(value, "function")?).ty else { return None };
    if !(module.starts_with("victor.providers") && class.ends_with("Provider")) {
        return None;
    }
    let scope = context.code.scopes.of(name);
    let uses: Vec<Id> = (syntax.subtree(scope))
        .filter(|&id| id != name && syntax.kind(id) == "identifier" && syntax.str(id) == syntax.str(name))
        .filter(|&id| syntax.role(id) != Some("attribute") && context.code.scopes.resolve(syntax, id, syntax.str(name)) == Some(scope))
        .collect();
    let asked = uses.iter().filter(|&&id| asks(context, id)).count();
    if asked == 0 {
        return None;
    }
    let owner = beside(context, assignment);
    if owner == Ok(None) {
        return None;
    }
    let mut draft = context.draft(rule, syntax.span(assignment), None);
    draft.owned.push(value);
    draft.weight = 10;
    let several = context.code.scopes.bindings(scope, syntax.str(name)).len() != 1;
    match owner {
        Err(reason) => draft.hold(Level::Manual, &reason),
        Ok(_) if several || asked < uses.len() => {
            draft.hold(Level::Manual, &format!("`{}` is used for something else too", syntax.str(name)));
        }
        Ok(owner) => {
            let text = format!("await {}.provider_coordinator.get_provider()", owner.unwrap_or_default());
            let edits = vec![Edit { start: syntax.start(value), end: syntax.end(value), text }];
            context.offer(&mut draft, value, None, true, Fix { level: Level::Review, edits, reads: Vec::new() });
        }
    }
    Some(draft)
}

/// `p.chat(…)`, `p.stream_chat(…)`.
fn asks(context: &Context<'_, '_, '_>, used: Id) -> bool {
    let syntax = context.code.syntax;
    let access = syntax.parent(used).filter(|&up| syntax.kind(up) == "attribute" && syntax.role(used) == Some("object"));
    let named = |access: Id| syntax.field(access, "attribute").is_some_and(|name| matches!(syntax.str(name), "chat" | "stream_chat"));
    let called = |access: Id| syntax.parent(access).is_some_and(|up| syntax.kind(up) == "call") && syntax.role(access) == Some("function");
    access.is_some_and(|access| named(access) && called(access))
}
