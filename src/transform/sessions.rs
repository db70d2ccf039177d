//! A history kept by hand around a call of the provider: append the question, ask, append the answer. `chat` does all three.

use super::compaction::{component_call, plain};
use crate::edit::statements;
use crate::finding::{Edit, Fix, Level};
use crate::python::syntax::Id;
use crate::rule::Rule;
use crate::scan::{Context, Draft};

/// What an empty history, or an empty dict of histories, is made by.
const EMPTY: [&str; 6] = ["[]", "list()", "{}", "dict()", "defaultdict(list)", "collections.defaultdict(list)"];

/// Every provider call between the two appends of a list that serves nothing else.
pub(crate) fn find(context: &Context<'_, '_, '_>, rule: &Rule) -> Vec<Draft> {
    let syntax = context.code.syntax;
    let calls = syntax.of_kind("call");
    calls.filter_map(|call| site(context, rule, call)).collect()
}

/// Where a history lives.
struct History {
    /// The key of the session, where there are several.
    session: Option<String>,
    /// The statement that names it, where nothing needs that name any more.
    named: Option<Id>,
}

fn site(context: &Context<'_, '_, '_>, rule: &Rule, call: Id) -> Option<Draft> {
    let syntax = context.code.syntax;
    let asked = |component| component_call(context, call, component, "chat");
    let (object, access, arguments) = asked("_provider").or_else(|| asked("provider"))?;
    let typed = context.code.orchestrator(object)?;
    let [list] = arguments[..] else { return None };
    let list = plain(context, list)?;
    let assignment = syntax.ancestors(call).find(|&up| syntax.kind(up) == "assignment")?;
    let answer = syntax.field(assignment, "left").filter(|&left| syntax.kind(left) == "identifier")?;
    let value = syntax.field(assignment, "right").filter(|&right| syntax.kind(right) == "await" && syntax.parent(call) == Some(right))?;
    let statement = syntax.statement(value);
    let (before, after) = around(context, statement)?;
    let question = appended(context, before, list, "user")?;
    let reply = appended(context, after, list, "assistant")?;
    if syntax.str(reply) != format!("{}.content", syntax.str(answer)) || !context.code.is_pure(object) {
        return None;
    }
    let history = history(context, list, before)?;
    let first = history.named.filter(|&named| syntax.function(named) == syntax.function(call) && named < before).unwrap_or(before);
    let mut draft = context.draft(rule, syntax.start(first)..syntax.end(after), Some((object, &typed)));
    draft.owned = vec![access, call];
    draft.weight = 1_000_000;
    let session = history.session.or_else(|| compared(context, call));
    if session.is_none() && has_another(context, call, object, list) {
        draft.hold(Level::Manual, "another history is kept by hand too, and without a session each they would become one");
        return Some(draft);
    }
    if (first..syntax.subtree(after).end).any(|id| syntax.kind(id) == "comment") {
        draft.hold(Level::Review, "a comment inside the old statements would be lost; move it first");
        return Some(draft);
    }
    let session = session.map_or_else(String::new, |session| format!(", session_id={session}"));
    let span = syntax.span(call);
    let text = format!("{}.chat({}{session})", syntax.str(object), syntax.str(question));
    let mut edits = vec![Edit { start: span.start, end: span.end, text }];
    let gone = [Some(before), Some(after), history.named];
    edits.extend(gone.into_iter().flatten().map(|id| statements::removal(context.text(), &syntax.span(id))));
    context.offer(&mut draft, call, Some(&typed), false, Fix { level: Level::Review, edits, reads: Vec::new() });
    Some(draft)
}

/// What `if session == "a": … elif session == "b": …` around a call compares, where every branch is a session; so is what is left for `else`.
fn compared(context: &Context<'_, '_, '_>, call: Id) -> Option<String> {
    let syntax = context.code.syntax;
    let function = syntax.function(call);
    let branch = syntax.frames(call).find(|&up| matches!(syntax.kind(up), "if_statement" | "elif_clause" | "else_clause"))?;
    let chain = if syntax.kind(branch) == "if_statement" { branch } else { syntax.parent(branch)? };
    if syntax.function(chain) != function {
        return None;
    }
    let key = |clause: Id| {
        let condition = syntax.field(clause, "condition").filter(|&id| syntax.kind(id) == "comparison_operator")?;
        let equal = syntax.children(condition).any(|part| !syntax.is_named(part) && syntax.str(part) == "==");
        let parts: Vec<Id> = syntax.named(condition).collect();
        let [left, right] = parts[..] else { return None };
        (equal && is_key(context, left) && syntax.literal(right).is_some()).then(|| syntax.str(left))
    };
    let first = key(chain)?;
    let others = syntax.children(chain).filter(|&id| syntax.kind(id) == "elif_clause");
    others.into_iter().all(|clause| key(clause) == Some(first)).then(|| first.to_owned())
}

/// Whether another list goes to the provider of the same orchestrator in this file.
fn has_another(context: &Context<'_, '_, '_>, call: Id, object: Id, list: Id) -> bool {
    let syntax = context.code.syntax;
    let asked = |other: Id| ["_provider", "provider"].iter().find_map(|component| component_call(context, other, component, "chat"));
    let calls = syntax.of_kind("call").filter(|&id| id != call);
    calls.filter_map(asked).any(|(owner, _, arguments)| {
        let same = syntax.str(owner) == syntax.str(object);
        let other = arguments.first().and_then(|&argument| plain(context, argument));
        same && other.is_some_and(|other| syntax.kind(other) != "subscript" && syntax.str(other) != syntax.str(list))
    })
}

/// The statements directly before and after one.
fn around(context: &Context<'_, '_, '_>, statement: Id) -> Option<(Id, Id)> {
    let syntax = context.code.syntax;
    let block = syntax.parent(statement)?;
    let before = syntax.named(block).take_while(|&id| id != statement).last()?;
    let after = syntax.named(block).find(|&id| id > statement)?;
    Some((before, after))
}

/// `LIST.append({"role": ROLE, "content": TEXT})`: the text.
pub(super) fn appended(context: &Context<'_, '_, '_>, statement: Id, list: Id, role: &str) -> Option<Id> {
    let syntax = context.code.syntax;
    let call =
        syntax.named(statement).next().filter(|&id| syntax.kind(id) == "call" && syntax.kind(statement) == "expression_statement")?;
    if syntax.str(syntax.field(call, "function")?) != format!("{}.append", syntax.str(list)) {
        return None;
    }
    let only = |list: Id| {
        let mut inside = syntax.named(list);
        inside.next().filter(|_| inside.next().is_none())
    };
    let dict = only(syntax.field(call, "arguments")?).filter(|&id| syntax.kind(id) == "dictionary")?;
    let (mut found, mut content) = (false, None);
    for pair in syntax.named(dict) {
        let (key, value) = (syntax.field(pair, "key")?, syntax.field(pair, "value")?);
        match syntax.literal(key)? {
            "role" if syntax.literal(value) == Some(role) => found = true,
            "content" => content = Some(value),
            _ => return None,
        }
    }
    content.filter(|_| found)
}

/// Whose history a list is, when nothing but the three statements uses it.
fn history(context: &Context<'_, '_, '_>, list: Id, before: Id) -> Option<History> {
    let syntax = context.code.syntax;
    if syntax.kind(list) == "subscript" {
        let (all, key) = keyed(context, list)?;
        return sole(context, 0, all, 3).map(|_| History { session: Some(key), named: None });
    }
    if syntax.kind(list) == "attribute" {
        return sole(context, 0, list, 3).map(|_| History { session: None, named: None });
    }
    let function = syntax.function(list).filter(|_| syntax.kind(list) == "identifier")?;
    let inside = occurrences(context, function, syntax.str(list));
    if inside.len() == 3 {
        return sole(context, 0, list, 3).map(|_| History { session: None, named: None });
    }
    let binding =
        inside.first().and_then(|&name| syntax.parent(name)).filter(|&up| syntax.kind(up) == "assignment" && inside.len() == 4)?;
    let (statement, value) = (syntax.statement(binding), syntax.field(binding, "right")?);
    if EMPTY[..2].contains(&syntax.str(value)) {
        return Some(History { session: None, named: Some(statement) });
    }
    let (near, _) = around(context, before).filter(|(near, _)| *near == statement)?;
    let (all, key) = keyed(context, value).or_else(|| set_default(context, value))?;
    sole(context, 0, all, 1).map(|_| History { session: Some(key), named: Some(near) })
}

/// `HISTORIES[KEY]`.
fn keyed(context: &Context<'_, '_, '_>, value: Id) -> Option<(Id, String)> {
    let syntax = context.code.syntax;
    let key = syntax.field(value, "subscript").filter(|&key| syntax.kind(value) == "subscript" && is_key(context, key))?;
    Some((syntax.field(value, "value")?, syntax.str(key).to_owned()))
}

/// `HISTORIES.setdefault(KEY, [])`.
fn set_default(context: &Context<'_, '_, '_>, value: Id) -> Option<(Id, String)> {
    let syntax = context.code.syntax;
    let function = syntax.field(value, "function").filter(|&function| syntax.kind(function) == "attribute")?;
    let arguments: Vec<Id> = syntax.named(syntax.field(value, "arguments")?).collect();
    let [key, empty] = arguments[..] else { return None };
    let right = syntax.str(syntax.field(function, "attribute")?) == "setdefault" && syntax.str(empty) == "[]" && is_key(context, key);
    right.then(|| Some((syntax.field(function, "object")?, syntax.str(key).to_owned())))?
}

fn is_key(context: &Context<'_, '_, '_>, key: Id) -> bool {
    let syntax = context.code.syntax;
    matches!(syntax.kind(key), "identifier" | "attribute" | "string") && context.code.is_pure(key)
}

/// Whether a name or attribute is made empty once and used `uses` times beside that, in the whole file.
fn sole(context: &Context<'_, '_, '_>, scope: Id, name: Id, uses: usize) -> Option<()> {
    let syntax = context.code.syntax;
    let all = occurrences(context, scope, syntax.str(name));
    let made = |&id: &Id| {
        let up = syntax.parent(id).filter(|&up| syntax.kind(up) == "assignment" && syntax.field(up, "left") == Some(id))?;
        syntax.field(up, "right").filter(|&right| EMPTY.contains(&syntax.str(right)))
    };
    (all.len() == uses + 1 && all.iter().filter_map(made).count() == 1).then_some(())
}

/// The nodes of a text below a node, outermost only.
fn occurrences(context: &Context<'_, '_, '_>, scope: Id, text: &str) -> Vec<Id> {
    let syntax = context.code.syntax;
    let kind = if text.contains('.') { "attribute" } else { "identifier" };
    let own = |id: Id| !matches!(syntax.role(id), Some("attribute" | "name"));
    syntax.subtree(scope).filter(|&id| syntax.kind(id) == kind && own(id) && syntax.str(id) == text).collect()
}
