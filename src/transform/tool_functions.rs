//! `read_file(p)` and `write_file(p, t)` of `victor.tools`: tools that run past the orchestrator beside them.

use super::beside::beside;
use crate::edit::template::{self, Filling};
use crate::finding::{Fix, Level};
use crate::python::syntax::Id;
use crate::python::types::Ty;
use crate::rule::Rule;
use crate::scan::{Context, Draft};
use crate::surface;

/// The tool behind each function.
const TOOLS: [(&str, &str); 2] = [("read_file", "read"), ("write_file", "write")];

/// Every call of one of the functions.
pub(crate) fn find(context: &Context<'_, '_, '_>, rule: &Rule) -> Vec<Draft> {
    let calls = context.code.syntax.of_kind("call");
    calls.filter_map(|call| site(context, rule, call)).collect()
}

fn site(context: &Context<'_, '_, '_>, rule: &Rule, call: Id) -> Option<Draft> {
    let syntax = context.code.syntax;
    let function = syntax.field(call, "function").filter(|&function| context.code.can_be_tool(function))?;
    let Ty::Foreign(module, name) = context.code.of(function).ty else { return None };
    let (_, tool) = TOOLS.iter().find(|(function, _)| *module == *"victor.tools" && **function == *name)?;
    let mut draft = context.draft(rule, syntax.span(call), None);
    draft.owned.push(call);
    draft.weight = 10;
    let owner = match beside(context, call) {
        Ok(Some(owner)) => owner,
        Ok(None) => {
            draft.hold(Level::Manual, "no orchestrator is in scope here; pass one in");
            return Some(draft);
        }
        Err(reason) => {
            draft.hold(Level::Manual, &reason);
            return Some(draft);
        }
    };
    match fix(context, call, &owner, &name, tool) {
        Ok(fix) => context.offer(&mut draft, call, None, true, fix),
        Err(reason) => draft.hold(Level::Manual, &reason),
    }
    Some(draft)
}

fn fix(context: &Context<'_, '_, '_>, call: Id, owner: &str, name: &str, tool: &str) -> Result<Fix, String> {
    let syntax = context.code.syntax;
    let mut template = format!("await $orch.tool_coordinator.execute_tool(\"{tool}\"");
    let arguments = bound(context, call, name)?;
    for (parameter, _) in &arguments {
        template.push_str(&format!(", {parameter}=${parameter}"));
    }
    template.push(')');
    if syntax.parent(call).is_none_or(|up| syntax.kind(up) != "expression_statement") {
        template = format!("({template}).data");
    }
    let fill = |wanted: &str| {
        let argument = arguments.iter().find(|(parameter, _)| *parameter == wanted).map(|(_, id)| Filling::Node(*id));
        argument.or_else(|| (wanted == "orch").then(|| Filling::Text(owner.to_owned())))
    };
    let rendered = template::render(syntax, call, syntax.span(call), &template, &fill, context.newline)?;
    Ok(Fix { level: Level::Review, edits: rendered.edits, reads: rendered.reads })
}

/// The arguments under the names of the parameters.
fn bound(context: &Context<'_, '_, '_>, call: Id, name: &str) -> Result<Vec<(&'static str, Id)>, String> {
    let syntax = context.code.syntax;
    let declared = surface::FUNCTIONS.iter().find(|(module, function, _)| **module == *"victor.tools" && **function == *name);
    let params = declared.map_or(&[][..], |(_, _, params)| params);
    let mut found = Vec::new();
    let list = syntax.field(call, "arguments").ok_or("its arguments are not a list")?;
    for (place, argument) in syntax.named(list).enumerate() {
        let (param, value) = match syntax.kind(argument) {
            "list_splat" | "dictionary_splat" => return Err("`*` or `**` hides an argument".to_owned()),
            "keyword_argument" => {
                let name = syntax.field(argument, "name").map_or("", |name| syntax.str(name));
                (params.iter().find(|param| param.name == name), syntax.field(argument, "value"))
            }
            _ => (params.get(place), Some(argument)),
        };
        let (Some(param), Some(value)) = (param, value) else { return Err(format!("`{name}` has no such parameter")) };
        found.push((param.name, value));
    }
    if found.len() == params.len() { Ok(found) } else { Err("an argument is missing".to_owned()) }
}
