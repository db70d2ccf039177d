//! `messages.append({"role": "user", "content": T})` and then `O._provider.stream_chat(messages)`: the new text is `T`.

use super::compaction::{component_call, plain};
use super::sessions::appended;
use crate::edit::template::{self, Filling};
use crate::finding::{Fix, Level};
use crate::python::syntax::Id;
use crate::rule::Rule;
use crate::scan::{Context, Draft};

/// Every loop over a provider's stream whose text is appended in the statement before.
pub(crate) fn find(context: &Context<'_, '_, '_>, rule: &Rule) -> Vec<Draft> {
    let syntax = context.code.syntax;
    let loops = syntax.of_kind("for_statement");
    loops.filter_map(|id| site(context, rule, id)).collect()
}

fn site(context: &Context<'_, '_, '_>, rule: &Rule, over: Id) -> Option<Draft> {
    let syntax = context.code.syntax;
    let call = syntax.field(over, "right").filter(|&right| syntax.kind(right) == "call")?;
    let asked = |component| component_call(context, call, component, "stream_chat");
    let (object, access, arguments) = asked("_provider").or_else(|| asked("provider"))?;
    let typed = context.code.orchestrator(object)?;
    let [list] = arguments[..] else { return None };
    let list = plain(context, list)?;
    let block = syntax.parent(over)?;
    let before = syntax.named(block).take_while(|&id| id != over).last()?;
    let text = appended(context, before, list, "user")?;
    let mut draft = context.draft(rule, syntax.span(call), Some((object, &typed)));
    draft.owned = vec![access, call];
    draft.weight = 600_000;
    // The append stays, because others may read the list; so the text is written a second time.
    if !context.code.is_pure(text) {
        draft.hold(Level::Manual, "the text that is appended would be computed twice; give it a name first");
        return Some(draft);
    }
    let fill = |name: &str| match name {
        "orch" => Some(Filling::Node(object)),
        "text" => Some(Filling::Node(text)),
        _ => None,
    };
    match template::render(syntax, call, syntax.span(call), "$orch.stream_chat($text)", &fill, context.newline) {
        Ok(rendered) => {
            let fix = Fix { level: Level::Review, edits: rendered.edits, reads: rendered.reads };
            context.offer(&mut draft, call, Some(&typed), false, fix);
        }
        Err(reason) => draft.hold(Level::Manual, &reason),
    }
    Some(draft)
}
