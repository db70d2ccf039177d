//! `if …: orch._provider = p` here and `orch._model = m` on another branch: two halves of a switch that no single call
//! replaces. Halves in one block are matched by patterns. Reports only.

use std::collections::HashMap;

use crate::python::syntax::Id;
use crate::rule::Rule;
use crate::scan::{Context, Draft};

const HALVES: [&str; 2] = ["_provider", "_model"];

struct Half {
    access: Id,
    object: Id,
    name: &'static str,
    block: Id,
}

/// Every half whose other half is assigned elsewhere in the same function, and not beside it.
pub(crate) fn find(context: &Context<'_, '_, '_>, rule: &Rule) -> Vec<Draft> {
    let syntax = context.code.syntax;
    let mut by_place: HashMap<(Option<Id>, &str), Vec<Half>> = HashMap::new();
    for id in syntax.of_kind("attribute") {
        if let Some(half) = half(context, id) {
            by_place.entry((syntax.function(id), syntax.str(half.object))).or_default().push(half);
        }
    }
    let mut drafts = Vec::new();
    for halves in by_place.values() {
        let paired = |half: &Half| halves.iter().any(|other| other.name != half.name && other.block == half.block);
        let alone: Vec<&Half> = halves.iter().filter(|half| !paired(half)).collect();
        for half in &alone {
            let Some(other) = alone.iter().find(|other| other.name != half.name) else { continue };
            let typed = context.code.orchestrator(half.object);
            let mut draft = context.draft(rule, syntax.span(half.access), typed.as_ref().map(|typed| (half.object, typed)));
            draft.explain(&format!("`{}` is assigned on another branch, line {}", other.name, context.code.line(other.access)));
            draft.owned.push(half.access);
            // Above the rule for one of the two alone, below the one for adjacent ones.
            draft.weight = 90_000;
            drafts.push(draft);
        }
    }
    drafts
}

fn half(context: &Context<'_, '_, '_>, access: Id) -> Option<Half> {
    let syntax = context.code.syntax;
    let spelled = syntax.str(syntax.field(access, "attribute")?);
    let name = *HALVES.iter().find(|name| **name == spelled)?;
    let assignment = syntax.parent(access).filter(|&up| syntax.kind(up) == "assignment" && syntax.role(access) == Some("left"))?;
    let statement = syntax.parent(assignment).filter(|&up| syntax.kind(up) == "expression_statement")?;
    let object = syntax.field(access, "object")?;
    context.code.orchestrator(object)?;
    Some(Half { access, object, name, block: syntax.parent(statement)? })
}
