//! A test that replaces an internal for a while, `with patch.object(orch, "_config", fake):`, sees nothing of the fake once
//! the code around reads the coordinator. Those reads wait for a person.

use std::ops::Range;

use crate::finding::Level;
use crate::python::syntax::{Id, Syntax};
use crate::scan::{Context, Draft};

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
    let around = syntax.ancestors(call).filter(|&up| matches!(syntax.kind(up), "function_definition" | "decorated_definition")).last();
    around.map_or(0..syntax.text.len(), |around| syntax.span(around))
}
