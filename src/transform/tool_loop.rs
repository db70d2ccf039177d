//! Parsing tool calls by hand and running them one by one: one call on the tool coordinator.

use super::alias::own_scope;
use super::compaction::{component_call, plain};
use super::early;
use crate::edit::statements;
use crate::finding::{Edit, Fix, Level};
use crate::python::flow;
use crate::python::syntax::Id;
use crate::rule::Rule;
use crate::scan::{Context, Draft};

/// Every `calls = O._tool_call_parser.parse(response)` whose calls are only run and collected.
pub(crate) fn find(context: &Context<'_, '_, '_>, rule: &Rule) -> Vec<Draft> {
    let syntax = context.code.syntax;
    let calls = syntax.of_kind("call");
    calls.filter_map(|call| site(context, rule, call)).collect()
}

/// The statements of one place, from the parsing to the collecting.
struct Collected {
    /// The name the results end up in.
    results: String,
    /// The executor's access.
    executor: Id,
    /// The statement that the new call replaces.
    last: Id,
    /// Statements that go away.
    removed: Vec<Id>,
    /// Whether the results start empty here.
    fresh: bool,
}

fn site(context: &Context<'_, '_, '_>, rule: &Rule, parse: Id) -> Option<Draft> {
    let syntax = context.code.syntax;
    let (object, access, arguments) = component_call(context, parse, "_tool_call_parser", "parse")?;
    let typed = context.code.orchestrator(object)?;
    let [response] = arguments[..] else {
        return None;
    };
    if !context.code.is_pure(object) {
        return None;
    }
    let response = plain(context, response)?;
    let collected = collected(context, parse, syntax.str(object))?;
    let first = collected.removed.first().copied().unwrap_or(collected.last);
    let start = syntax.start(first.min(collected.last));
    let mut draft = context.draft(rule, start..syntax.end(collected.last), Some((object, &typed)));
    draft.owned = vec![access, collected.executor];
    draft.weight = 1_000_000;
    if (first..syntax.subtree(collected.last).end).any(|id| syntax.kind(id) == "comment") {
        draft.hold(Level::Review, "a comment inside the old statements would be lost; move it first");
        return Some(draft);
    }
    let owner = syntax.str(object);
    let answer = syntax.str(response);
    let answer = if matches!(syntax.kind(response), "identifier" | "attribute" | "call" | "subscript") {
        answer.to_owned()
    } else {
        format!("({answer})")
    };
    let call = format!(
        "await {owner}._tool_coordinator.execute_tool_calls(tool_calls={answer}.tool_calls, context={owner}._context_coordinator.get_context())"
    );
    let text = if collected.fresh { format!("{} = {call}", collected.results) } else { format!("{}.extend({call})", collected.results) };
    let span = syntax.span(collected.last);
    let mut edits = vec![Edit { start: span.start, end: span.end, text }];
    edits.extend(collected.removed.iter().map(|&statement| statements::removal(context.text(), &syntax.span(statement))));
    let statements: Vec<Id> = collected.removed.iter().copied().chain([collected.last]).collect();
    let noticed = early::noticed(context, &collected.results, &statements, collected.fresh);
    let level = if noticed.is_some() { Level::Review } else { Level::Safe };
    context.offer(&mut draft, collected.last, Some(&typed), true, Fix { level, edits, reads: Vec::new() });
    if let Some(reason) = noticed {
        draft.explain(&reason);
    }
    Some(draft)
}

fn collected(context: &Context<'_, '_, '_>, parse: Id, owner: &str) -> Option<Collected> {
    let syntax = context.code.syntax;
    let statement = syntax.statement(parse);
    let up = syntax.parent(parse)?;
    if syntax.kind(up) == "for_statement" {
        let found = in_loop(context, up, owner)?;
        return Some(with_start(context, Collected { removed: Vec::new(), last: up, fresh: false, ..found }));
    }
    let name = syntax.field(up, "left").filter(|&left| syntax.kind(up) == "assignment" && syntax.kind(left) == "identifier")?;
    if occurrences(context, parse, syntax.str(name)) != 2 {
        return None;
    }
    let block = syntax.parent(statement)?;
    let mut after = syntax.named(block).skip_while(|&id| id != statement).skip(1);
    let mut next = after.next()?;
    let mut removed = vec![statement];
    let mut fresh = None;
    if let Some(list) = empty_list(context, next) {
        fresh = Some(list);
        removed.push(next);
        next = after.next()?;
    }
    if syntax.kind(next) == "for_statement" {
        if syntax.str(syntax.field(next, "right")?) != syntax.str(name) {
            return None;
        }
        let found = in_loop(context, next, owner)?;
        let fresh = match fresh {
            Some(list) if list == found.results => true,
            Some(_) => return None,
            None => false,
        };
        let first = Collected { removed, last: next, fresh, ..found };
        return Some(if fresh { first } else { with_start_before(context, first, statement) });
    }
    let assignment = syntax.named(next).next().filter(|&id| fresh.is_none() && syntax.kind(id) == "assignment")?;
    let list = syntax.field(assignment, "right").filter(|&list| syntax.kind(list) == "list_comprehension")?;
    let mut parts = syntax.named(list);
    let (body, clause) = (parts.next()?, parts.next()?);
    if parts.next().is_some() || syntax.str(syntax.field(clause, "right")?) != syntax.str(name) {
        return None;
    }
    let executor = execution(context, body, syntax.str(syntax.field(clause, "left")?), owner)?;
    let results = syntax.str(syntax.field(assignment, "left")?).to_owned();
    Some(Collected { results, executor, last: next, removed, fresh: true })
}

/// `for call in …: results.append(await O._tool_executor.execute_tool(call.name, call.arguments))`, in one or two steps.
fn in_loop(context: &Context<'_, '_, '_>, statement: Id, owner: &str) -> Option<Collected> {
    let syntax = context.code.syntax;
    if syntax.field(statement, "alternative").is_some() {
        return None;
    }
    let left = syntax.field(statement, "left").filter(|&left| syntax.kind(left) == "identifier")?;
    let variable = syntax.str(left);
    if outlives(context, statement, left) {
        return None;
    }
    let body: Vec<Id> = syntax.named(syntax.field(statement, "body")?).collect();
    let (step, append) = match body[..] {
        [append] => (None, append),
        [step, append] => (Some(step), append),
        _ => return None,
    };
    let call = syntax.named(append).next().filter(|&id| syntax.kind(id) == "call")?;
    let function = syntax.field(call, "function").filter(|&f| syntax.kind(f) == "attribute")?;
    if syntax.str(syntax.field(function, "attribute")?) != "append" {
        return None;
    }
    let results = syntax.field(function, "object").filter(|&o| syntax.kind(o) == "identifier")?;
    let mut arguments = syntax.named(syntax.field(call, "arguments")?);
    let (value, None) = (arguments.next()?, arguments.next()) else {
        return None;
    };
    let run = match step {
        None => value,
        Some(step) => {
            let assignment = syntax.named(step).next().filter(|&id| syntax.kind(id) == "assignment")?;
            let left = syntax.field(assignment, "left")?;
            if syntax.str(left) != syntax.str(value) || occurrences(context, step, syntax.str(left)) != 2 {
                return None;
            }
            syntax.field(assignment, "right")?
        }
    };
    let executor = execution(context, run, variable, owner)?;
    Some(Collected { results: syntax.str(results).to_owned(), executor, last: statement, removed: Vec::new(), fresh: false })
}

/// `await O._tool_executor.execute_tool(call.name, call.arguments)`: the executor's access.
fn execution(context: &Context<'_, '_, '_>, value: Id, variable: &str, owner: &str) -> Option<Id> {
    let syntax = context.code.syntax;
    let call = syntax.named(value).next().filter(|_| syntax.kind(value) == "await")?;
    let (object, access, arguments) = component_call(context, call, "_tool_executor", "execute_tool")?;
    let mut given: [Option<&str>; 2] = [None, None];
    for (place, &argument) in arguments.iter().enumerate() {
        let slot = match syntax.field(argument, "name").filter(|_| syntax.kind(argument) == "keyword_argument").map(|n| syntax.str(n)) {
            Some("tool_name") => 0,
            Some("parameters") => 1,
            Some(_) => return None,
            None => place,
        };
        *given.get_mut(slot)? = Some(syntax.str(plain(context, argument)?));
    }
    let wanted = [format!("{variable}.name"), format!("{variable}.arguments")];
    let right = given[0] == Some(wanted[0].as_str()) && given[1] == Some(wanted[1].as_str());
    (right && syntax.str(object) == owner).then_some(access)
}

fn empty_list(context: &Context<'_, '_, '_>, statement: Id) -> Option<String> {
    let syntax = context.code.syntax;
    let assignment = syntax.named(statement).next().filter(|&id| syntax.kind(id) == "assignment")?;
    let right = syntax.field(assignment, "right")?;
    let left = syntax.field(assignment, "left").filter(|&left| syntax.kind(left) == "identifier")?;
    (syntax.str(right) == "[]").then(|| syntax.str(left).to_owned())
}

fn with_start(context: &Context<'_, '_, '_>, collected: Collected) -> Collected {
    let statement = collected.last;
    with_start_before(context, collected, statement)
}

/// Takes in `results = []` where it stands directly before.
fn with_start_before(context: &Context<'_, '_, '_>, mut collected: Collected, statement: Id) -> Collected {
    let syntax = context.code.syntax;
    let Some(block) = syntax.parent(statement) else {
        return collected;
    };
    let before = syntax.named(block).take_while(|&id| id != statement).last();
    if let Some(before) = before
        && empty_list(context, before).as_deref() == Some(collected.results.as_str())
    {
        collected.removed.insert(0, before);
        collected.fresh = true;
    }
    collected
}

/// Whether the loop's variable is read behind the loop.
fn outlives(context: &Context<'_, '_, '_>, statement: Id, left: Id) -> bool {
    let syntax = context.code.syntax;
    let Ok(scope) = own_scope(context, left) else { return true };
    let text = syntax.str(left);
    let mut outside = syntax.subtree(scope).filter(|&id| !syntax.contains(statement, id) && syntax.kind(id) == "identifier");
    outside.any(|id| {
        syntax.str(id) == text
            && flow::reaching(syntax, context.code.scopes, id, text).iter().any(|from| syntax.contains(statement, from.node))
    })
}

/// How often a name stands in the function (or module) around a node.
fn occurrences(context: &Context<'_, '_, '_>, near: Id, name: &str) -> usize {
    let syntax = context.code.syntax;
    let scope = syntax.function(near).unwrap_or(0);
    syntax.subtree(scope).filter(|&id| syntax.kind(id) == "identifier" && syntax.str(id) == name).count()
}
