//! `from victor.agent.orchestrator import AgentOrchestrator` to the new spelling. Compatible as it is.

use crate::finding::{Edit, Fix, Level};
use crate::python::syntax::Id;
use crate::rule::Rule;
use crate::scan::{Context, Draft};
use crate::surface;

/// Every import of the orchestrator from its old module.
pub(crate) fn find(context: &Context<'_, '_, '_>, rule: &Rule) -> Vec<Draft> {
    let syntax = context.code.syntax;
    let imports = syntax.of_kind("import_from_statement");
    imports.filter_map(|id| import(context, rule, id)).collect()
}

fn import(context: &Context<'_, '_, '_>, rule: &Rule, id: Id) -> Option<Draft> {
    let syntax = context.code.syntax;
    let module = syntax.field(id, "module_name")?;
    if syntax.str(module) != surface::HOME {
        return None;
    }
    let names: Vec<Id> = syntax.children(id).filter(|&part| syntax.role(part) == Some("name")).collect();
    let imported = |&part: &Id| {
        syntax.field(part, "name").filter(|_| syntax.kind(part) == "aliased_import").map_or(syntax.str(part), |n| syntax.str(n))
    };
    if !names.iter().any(|part| imported(part) == surface::ORCHESTRATOR) {
        return None;
    }
    let mut draft = context.draft(rule, syntax.span(id), None);
    draft.owned.push(id);
    if !context.options.modernize {
        return Some(draft);
    }
    if names.len() > 1 {
        draft.explain("the statement imports other names that only the old module has");
        return Some(draft);
    }
    let edits = vec![Edit { start: syntax.start(module), end: syntax.end(module), text: "victor.agent".to_owned() }];
    draft.finding.fix = Some(Fix { level: Level::Safe, edits, reads: Vec::new() });
    Some(draft)
}
