//! Functions that are given to somebody together with what he is to call them with: threads, executors, event loops, `partial`.

use crate::python::Id;
use crate::python::syntax::Syntax;

/// Who calls what he is given, with the arguments behind it.
pub(super) const CALLING: [&str; 18] = [
    "Thread",
    "Timer",
    "Process",
    "to_thread",
    "run_in_executor",
    "submit",
    "call_soon",
    "call_soon_threadsafe",
    "call_later",
    "call_at",
    "partial",
    "partialmethod",
    "apply",
    "apply_async",
    "run_sync",
    "start_soon",
    "start_new_thread",
    "add_job",
];

/// What a function is given along: values in the order of its parameters, and by their names.
pub(super) struct Along<'t> {
    /// Where all that stands.
    pub call: Id,
    pub by_place: Vec<Id>,
    pub by_name: Vec<(&'t str, Id)>,
}

/// The short name of what is called.
pub(super) fn short<'t>(syntax: &Syntax<'t>, call: Id) -> &'t str {
    let callee = syntax.field(call, "function").map_or("", |function| syntax.str(function));
    callee.rsplit('.').next().unwrap_or(callee)
}

/// What stands beside a function in a call of somebody who will call it.
pub(super) fn along<'t>(syntax: &Syntax<'t>, function: Id) -> Option<Along<'t>> {
    let up = syntax.parent(function)?;
    let keyword = syntax.kind(up) == "keyword_argument";
    if keyword && syntax.field(up, "name").is_none_or(|name| !matches!(syntax.str(name), "target" | "function" | "func")) {
        return None;
    }
    let list = if keyword { syntax.parent(up)? } else { up };
    let call = syntax.parent(list).filter(|_| syntax.kind(list) == "argument_list")?;
    if !CALLING.contains(&short(syntax, call)) {
        return None;
    }
    let named = |id: Id| syntax.kind(id) == "keyword_argument";
    let mut along = Along { call, by_place: Vec::new(), by_name: Vec::new() };
    if !keyword {
        along.by_place = syntax.named(list).skip_while(|&id| id != function).skip(1).filter(|&id| !named(id)).collect();
    }
    for argument in syntax.named(list).filter(|&id| named(id)) {
        let (Some(name), Some(value)) = (syntax.field(argument, "name"), syntax.field(argument, "value")) else { continue };
        match (syntax.str(name), syntax.kind(value)) {
            ("args", "tuple" | "list") => along.by_place = syntax.named(value).collect(),
            ("kwargs", "dictionary") => along.by_name.extend(pairs(syntax, value)),
            (name, _) => along.by_name.push((name, value)),
        }
    }
    // `start_new_thread(poll, (bot, 5))`.
    if let [only] = along.by_place[..]
        && syntax.kind(only) == "tuple"
        && short(syntax, call) == "start_new_thread"
    {
        along.by_place = syntax.named(only).collect();
    }
    Some(along)
}

fn pairs<'t>(syntax: &Syntax<'t>, dictionary: Id) -> Vec<(&'t str, Id)> {
    let pair = |pair: Id| Some((syntax.literal(syntax.field(pair, "key")?)?, syntax.field(pair, "value")?));
    syntax.named(dictionary).filter_map(pair).collect()
}
