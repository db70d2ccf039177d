//! Uses of what stays: the public API of the orchestrator and its coordinators. They are counted as ready.

use super::internals::owner;
use crate::finding::{Kind, Strength};
use crate::python::syntax::Id;
use crate::python::types::Ty;
use crate::rule::Rule;
use crate::scan::{Context, Draft};
use crate::surface;

/// Every access to a member that the coordinator architecture has too.
pub(crate) fn find(context: &Context<'_, '_, '_>, rule: &Rule) -> Vec<Draft> {
    let syntax = context.code.syntax;
    let accesses = syntax.of_kind("attribute");
    accesses.filter_map(|id| access(context, rule, id)).collect()
}

fn access(context: &Context<'_, '_, '_>, rule: &Rule, id: Id) -> Option<Draft> {
    let syntax = context.code.syntax;
    let name = syntax.str(syntax.field(id, "attribute")?);
    let known = surface::is_current(name);
    if !known && name.starts_with('_') {
        return None;
    }
    let object = syntax.field(id, "object")?;
    let typed = owner(context, object)?;
    let own = matches!(typed.ty, Ty::Instance(class) | Ty::Class(class) if context.code.defines(class, name, true));
    let stands_in = matches!(typed.ty, Ty::Mock(_));
    if own || stands_in || (!known && typed.strength != Strength::Proven) {
        return None;
    }
    let mut draft = context.draft(rule, syntax.span(id), Some((object, &typed)));
    draft.finding.kind = Kind::Use;
    draft.finding.example = example(name);
    let what = if name.ends_with("_coordinator") { "Coordinator" } else { "Public API" };
    draft.finding.message = format!("{what}: `{name}`");
    draft.owned.push(id);
    Some(draft)
}

/// The Example that a member belongs to.
fn example(name: &str) -> u8 {
    match name.trim_start_matches('_') {
        "chat" | "from_settings" | "chat_coordinator" => 1,
        "settings" | "config_coordinator" => 2,
        "context_coordinator" => 3,
        "analytics_coordinator" => 4,
        "tool_coordinator" => 5,
        "switch_provider" | "provider" | "model" | "provider_coordinator" => 6,
        "stream_chat" => 7,
        "metrics_coordinator" => 8,
        "session_id" | "session_coordinator" => 9,
        "prompt_coordinator" => 10,
        "state_coordinator" | "middleware_coordinator" | "tool_selection_coordinator" => 11,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::example;
    use crate::surface::{self, Side};

    #[test]
    fn every_coordinator_has_its_example() {
        let class = surface::class(surface::ORCHESTRATOR).expect("the class");
        let coordinators = class.members.iter().filter(|member| member.side == Side::Coordinator);
        let missing: Vec<&str> = coordinators.map(|member| member.name).filter(|name| example(name) == 0).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
