//! Other programs with the same meaning: every legal shape of the calls that a rewrite touches, and callers that are
//! coroutines. A rule that is right must be right for them too.

use super::changed::Side;
use crate::edit;
use crate::finding::Edit;
use crate::python::Syntax;
use crate::python::syntax::Id;
use crate::surface::{CLASSES, Member, MemberKind, ORCHESTRATOR, Param, Side as Of, class};

/// What is done to the arguments of a call; `None` where that is not legal or changes nothing.
type Shape = fn(&[Bound<'_>]) -> Option<Vec<String>>;

/// The shapes, as a report calls them.
const SHAPES: [(&str, Shape); 4] =
    [("by keyword", by_keyword), ("keywords reversed", reversed), ("by position", by_position), ("defaults left out", shortest)];

/// One argument and the parameter it binds to.
struct Bound<'s> {
    param: &'static Param,
    /// Its place among the parameters.
    at: usize,
    text: &'s str,
    keyword: bool,
}

/// The variants of a program: name and text, each different from the program.
#[must_use]
pub fn variants(before: &Side<'_>) -> Vec<(&'static str, String)> {
    let syntax = &before.syntax;
    let calls: Vec<(Id, Vec<Bound<'_>>)> = (0..syntax.len())
        .filter(|&id| syntax.kind(id) == "call" && before.touches(id))
        .filter_map(|id| Some((syntax.field(id, "arguments")?, bound(syntax, id)?)))
        .collect();
    let shaped = SHAPES.iter().map(|(name, shape)| {
        let edits = calls.iter().filter_map(|(list, bound)| {
            let text = format!("({})", shape(bound)?.join(", "));
            Some(Edit { start: syntax.start(*list), end: syntax.end(*list), text })
        });
        (*name, edits.collect::<Vec<_>>())
    });
    let all = shaped.chain([("in a coroutine", coroutines(before))]);
    let text = |mut edits: Vec<Edit>| {
        edits.sort();
        // A call within the arguments of another one keeps its shape.
        edits.dedup_by(|inner, outer| inner.start < outer.end);
        edit::apply(syntax.text, &edits)
    };
    let mut found: Vec<(&'static str, String)> = Vec::new();
    for (name, edits) in all {
        let text = text(edits);
        if text != syntax.text && found.iter().all(|(_, other)| *other != text) {
            found.push((name, text));
        }
    }
    found
}

/// The arguments of a call of the old API with their parameters; `None` for any other call and for `*` and `**`.
fn bound<'s>(syntax: &'s Syntax<'_>, call: Id) -> Option<Vec<Bound<'s>>> {
    let params = member(syntax, syntax.field(call, "function")?)?.params;
    let mut positional = params.iter().filter(|param| !param.keyword_only);
    let mut bound = Vec::new();
    for argument in syntax.named(syntax.field(call, "arguments")?) {
        let (param, text, keyword): (&'static Param, _, _) = match syntax.kind(argument) {
            "keyword_argument" => {
                let name = syntax.str(syntax.field(argument, "name")?);
                let param = params.iter().find(|param| param.name == name || (!param.also.is_empty() && param.also == name))?;
                (param, syntax.str(syntax.field(argument, "value")?), true)
            }
            "list_splat" | "dictionary_splat" | "generator_expression" => return None,
            _ => (positional.next()?, syntax.str(argument), false),
        };
        let at = params.iter().position(|other| other == param)?;
        bound.push(Bound { param, at, text, keyword });
    }
    (!bound.is_empty()).then_some(bound)
}

/// The method that is called: by the internal it is called on, else by a name that only one class has.
fn member(syntax: &Syntax<'_>, function: Id) -> Option<&'static Member> {
    let name = syntax.str(syntax.field(function, "attribute")?);
    let receiver = syntax.str(syntax.field(function, "object")?);
    let called = |member: &&'static Member| {
        member.name == name && member.side != Of::Coordinator && matches!(member.kind, MemberKind::Method | MemberKind::AsyncMethod)
    };
    let component = receiver.rsplit('.').next().and_then(|part| class(ORCHESTRATOR)?.member(part)).and_then(|part| class(part.returns));
    if let Some(component) = component {
        return component.members.iter().find(called);
    }
    let mut found = CLASSES.iter().filter(|class| class.side != Of::Coordinator).flat_map(|class| class.members.iter().filter(called));
    found.next().filter(|_| found.next().is_none())
}

fn keyword(bound: &Bound<'_>) -> String {
    format!("{}={}", bound.param.name, bound.text)
}

fn by_keyword(bound: &[Bound<'_>]) -> Option<Vec<String>> {
    bound.iter().any(|one| !one.keyword).then(|| bound.iter().map(keyword).collect())
}

fn reversed(bound: &[Bound<'_>]) -> Option<Vec<String>> {
    (bound.len() > 1).then(|| bound.iter().rev().map(keyword).collect())
}

fn by_position(bound: &[Bound<'_>]) -> Option<Vec<String>> {
    let mut sorted: Vec<&Bound<'_>> = bound.iter().collect();
    sorted.sort_by_key(|one| one.at);
    let fits = sorted.iter().enumerate().all(|(at, one)| one.at == at && !one.param.keyword_only);
    (fits && bound.iter().any(|one| one.keyword)).then(|| sorted.iter().map(|one| one.text.to_owned()).collect())
}

fn shortest(bound: &[Bound<'_>]) -> Option<Vec<String>> {
    let needed: Vec<&Bound<'_>> = bound.iter().filter(|one| one.param.default.is_none()).collect();
    let write = |one: &&Bound<'_>| if one.keyword { keyword(one) } else { one.text.to_owned() };
    (needed.len() < bound.len() && !needed.is_empty()).then(|| needed.iter().map(write).collect())
}

/// `async` before every plain function that holds a change and that nothing else in the program names.
fn coroutines(before: &Side<'_>) -> Vec<Edit> {
    let syntax = &before.syntax;
    let plain = |id: &Id| {
        let name = syntax.field(*id, "name").map_or("", |name| syntax.str(name));
        let inside = |kind: &str| syntax.subtree(*id).any(|node| syntax.kind(node) == kind);
        let decorated = syntax.parent(*id).is_some_and(|up| syntax.kind(up) == "decorated_definition");
        let nested = syntax.function(*id).is_some();
        before.touches(*id)
            && !(decorated || nested || name.starts_with("__") || syntax.is_async(*id) || inside("yield"))
            && (0..syntax.len()).filter(|&node| syntax.kind(node) == "identifier" && syntax.str(node) == name).count() == 1
    };
    let functions = (0..syntax.len()).filter(|&id| syntax.kind(id) == "function_definition").filter(plain);
    functions.map(|id| Edit { start: syntax.start(id), end: syntax.start(id), text: "async ".to_owned() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::changed::sides;

    #[test]
    fn a_call_is_written_in_every_legal_shape() {
        let before = "def f(o):\n    o._usage_analytics.track_event('ask', data={'n': 1})\n";
        let [before, _] = sides(before, "def f(o):\n    pass\n").expect("parses");
        let shown: Vec<(&str, String)> =
            variants(&before).into_iter().map(|(name, text)| (name, text.lines().nth(1).unwrap_or("").trim().to_owned())).collect();
        let call = |arguments: &str| format!("o._usage_analytics.track_event({arguments})");
        assert_eq!(
            shown,
            [
                ("by keyword", call("event_type='ask', data={'n': 1}")),
                ("keywords reversed", call("data={'n': 1}, event_type='ask'")),
                ("by position", call("'ask', {'n': 1}")),
                ("defaults left out", call("'ask'")),
                ("in a coroutine", call("'ask', data={'n': 1}")),
            ]
        );
    }
}
