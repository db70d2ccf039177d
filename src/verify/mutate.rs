//! Wrong rewrites, made from right ones: what a proof must notice to be worth its name.

use super::changed::Side;
use crate::edit;
use crate::edit::statements::removal;
use crate::finding::Edit;
use crate::python::Syntax;
use crate::python::syntax::Id;
use crate::source::Lines;
use crate::surface::{CLASSES, ORCHESTRATOR, Side as Of, class};

/// A rewrite with one mistake in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// What was done, such as ``without `await` ``.
    pub what: String,
    /// Line in the program, from 1.
    pub line: usize,
    /// The line with the mistake, or the removed one, without its indentation.
    pub shown: String,
    /// The program.
    pub text: String,
}

/// Every mistake that can be made in what a rewrite wrote; the text around it stays.
#[must_use]
pub fn mutants(after: &Side<'_>) -> Vec<Mutant> {
    let mut edits: Vec<(String, Vec<Edit>)> = Vec::new();
    for id in 0..after.syntax.len() {
        match after.syntax.kind(id) {
            "await" => edits.extend(without_await(after, id)),
            "argument_list" => edits.extend(arguments(after, id)),
            "identifier" if after.is_new(id) => edits.extend(other_coordinator(after, id).or_else(|| other_member(after, id))),
            "string" | "integer" | "float" | "true" | "false" | "none" if after.is_new(id) => edits.extend(other_value(after, id)),
            "expression_statement" | "return_statement" if after.is_new(id) => edits.push(without_statement(after, id)),
            _ => {}
        }
    }
    edits.into_iter().filter_map(|(what, edits)| mutant(after, what, edits)).collect()
}

fn mutant(after: &Side<'_>, what: String, mut edits: Vec<Edit>) -> Option<Mutant> {
    edits.sort();
    let old = after.syntax.text;
    let text = edit::apply(old, &edits);
    Syntax::parse(&text).filter(|syntax| !syntax.is_faulty() && text != old)?;
    let line = Lines::new(old).line_col(edits.first()?.start).0;
    let shown = text.lines().nth(line - 1).unwrap_or("").trim().to_owned();
    Some(Mutant { what, line, shown, text })
}

fn replace(after: &Side<'_>, id: Id, text: impl Into<String>) -> Vec<Edit> {
    vec![Edit { start: after.syntax.start(id), end: after.syntax.end(id), text: text.into() }]
}

fn without_await(after: &Side<'_>, id: Id) -> Option<(String, Vec<Edit>)> {
    let keyword = after.syntax.children(id).next().filter(|&word| after.is_new(word))?;
    let operand = after.syntax.named(id).next()?;
    let edit = Edit { start: after.syntax.start(keyword), end: after.syntax.start(operand), text: String::new() };
    Some(("without `await`".to_owned(), vec![edit]))
}

/// Each argument dropped, each two neighbours swapped, in calls that the rewrite wrote.
fn arguments(after: &Side<'_>, list: Id) -> Vec<(String, Vec<Edit>)> {
    let syntax = &after.syntax;
    let function = syntax.parent(list).and_then(|call| syntax.field(call, "function"));
    let written = function.is_some_and(|function| after.touches(function));
    let all: Vec<Id> = syntax.named(list).collect();
    let mut found = Vec::new();
    for (at, &argument) in all.iter().enumerate().filter(|(_, argument)| written || after.touches(**argument)) {
        let (start, end) = match (all.get(at + 1), at.checked_sub(1).map(|before| all[before])) {
            (Some(&next), _) => (syntax.start(argument), syntax.start(next)),
            (None, Some(before)) => (syntax.end(before), syntax.end(argument)),
            (None, None) => (syntax.start(argument), syntax.end(argument)),
        };
        found.push((format!("without the argument `{}`", syntax.str(argument)), vec![Edit { start, end, text: String::new() }]));
    }
    let positional = |id: Id| !matches!(syntax.kind(id), "keyword_argument" | "list_splat" | "dictionary_splat");
    for pair in all.windows(2).filter(|pair| written && positional(pair[0]) && positional(pair[1])) {
        let swapped = [replace(after, pair[0], syntax.str(pair[1])), replace(after, pair[1], syntax.str(pair[0]))].concat();
        found.push((format!("`{}` and `{}` swapped", syntax.str(pair[0]), syntax.str(pair[1])), swapped));
    }
    found
}

fn other_coordinator(after: &Side<'_>, id: Id) -> Option<(String, Vec<Edit>)> {
    let name = after.syntax.str(id);
    let members = class(ORCHESTRATOR)?.members;
    let all = members.iter().filter(|member| member.side == Of::Coordinator && member.name.ends_with("_coordinator"));
    let all: Vec<&str> = all.map(|member| member.name).collect();
    let at = all.iter().position(|other| *other == name)?;
    let other = all.iter().cycle().skip(at + 1).find(|other| other.trim_start_matches('_') != name.trim_start_matches('_'))?;
    Some((format!("`{other}` for `{name}`"), replace(after, id, *other)))
}

/// The next public member of the class that has this one.
fn other_member(after: &Side<'_>, id: Id) -> Option<(String, Vec<Edit>)> {
    let name = (after.syntax.role(id) == Some("attribute")).then(|| after.syntax.str(id))?;
    let class = CLASSES.iter().find(|class| class.side != Of::Legacy && class.member(name).is_some())?;
    let members: Vec<&str> = class.members.iter().filter(|member| member.side != Of::Legacy).map(|member| member.name).collect();
    let at = members.iter().position(|other| *other == name)?;
    let other = members.iter().cycle().skip(at + 1).take(members.len() - 1).find(|other| !other.starts_with('_'))?;
    Some((format!("`{other}` for `{name}`"), replace(after, id, *other)))
}

fn other_value(after: &Side<'_>, id: Id) -> Option<(String, Vec<Edit>)> {
    let old = after.syntax.str(id);
    let new = match after.syntax.kind(id) {
        "string" => {
            let quote = old.chars().last()?;
            format!("{}_{quote}", old.strip_suffix(quote)?)
        }
        "integer" => format!("{old}1"),
        "float" => format!("1{old}"),
        "true" => "False".to_owned(),
        "false" => "True".to_owned(),
        _ => "0".to_owned(),
    };
    Some((format!("`{new}` for `{old}`"), replace(after, id, new)))
}

/// The statement becomes `pass` where it is alone in its block.
fn without_statement(after: &Side<'_>, id: Id) -> (String, Vec<Edit>) {
    let syntax = &after.syntax;
    let alone = syntax.parent(id).is_some_and(|block| syntax.kind(block) == "block" && syntax.named(block).count() == 1);
    let edits = if alone { replace(after, id, "pass") } else { vec![removal(syntax.text, &syntax.span(id))] };
    (format!("without `{}`", syntax.str(id).lines().next().unwrap_or("")), edits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::changed::sides;

    #[test]
    fn mistakes_are_made_only_in_what_the_rewrite_wrote() {
        let before = "async def f(o):\n    o._usage_analytics.track_event('a', {'n': 1})\n    print(3)\n";
        let after = "async def f(o):\n    await o._analytics_coordinator.track_event(o.session_id, AnalyticsEvent(type='a', data={'n': 1}))\n    print(3)\n";
        let [_, after] = sides(before, after).expect("parses");
        let what: Vec<String> = mutants(&after).into_iter().map(|mutant| mutant.what).collect();
        assert!(what.contains(&"without `await`".to_owned()), "{what:?}");
        assert!(what.iter().any(|what| what.ends_with("for `_analytics_coordinator`")), "{what:?}");
        assert!(what.contains(&"without the argument `type='a'`".to_owned()), "{what:?}");
        assert!(what.contains(&"`o.session_id` and `AnalyticsEvent(type='a', data={'n': 1})` swapped".to_owned()), "{what:?}");
        assert!(!what.iter().any(|what| what.contains("31")), "{what:?}");
    }
}
