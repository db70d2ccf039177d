//! A dict with `messages`, `context` and `stage` beside an orchestrator that keeps a state of its own. Reports only.

use super::beside::beside;
use crate::python::syntax::Id;
use crate::rule::Rule;
use crate::scan::{Context, Draft};

/// What makes a dict a state of a conversation, beside its stage.
const KEPT: [&str; 2] = ["messages", "context"];

/// Every dict literal that keeps a conversation's state where an orchestrator is in scope.
pub(crate) fn find(context: &Context<'_, '_, '_>, rule: &Rule) -> Vec<Draft> {
    let syntax = context.code.syntax;
    let dicts = syntax.of_kind("dictionary");
    dicts.filter_map(|dict| site(context, rule, dict)).collect()
}

fn site(context: &Context<'_, '_, '_>, rule: &Rule, dict: Id) -> Option<Draft> {
    let syntax = context.code.syntax;
    let kept = syntax.parent(dict).is_some_and(|up| syntax.kind(up) == "assignment" && syntax.role(dict) == Some("right"));
    let keys: Vec<&str> = syntax.named(dict).filter_map(|pair| syntax.literal(syntax.field(pair, "key")?)).collect();
    let state = kept && keys.contains(&"stage") && KEPT.iter().any(|key| keys.contains(key));
    if !state || beside(context, dict) == Ok(None) {
        return None;
    }
    let mut draft = context.draft(rule, syntax.span(dict), None);
    draft.owned.push(dict);
    draft.weight = 10;
    Some(draft)
}
