//! A rewrite that raises another exception than the old code: the handlers around it must still catch it.

use super::guarded::{escape, from_lambda, other_source};
use super::site::Context;
use crate::finding::Edit;
use crate::python::scope::Bound;
use crate::python::syntax::Id;

/// Edits that let the handlers around a site catch `new` where they caught `old`, and a reason to review.
///
/// # Errors
/// Why no edit can keep the behaviour.
pub(crate) fn widen(context: &Context<'_, '_, '_>, site: Id, old: &str, new: &str) -> Result<(Vec<Edit>, Option<String>), String> {
    let syntax = context.code.syntax;
    let mut edits = Vec::new();
    let mut reason = None;
    let mut below = site;
    for up in syntax.frames(site) {
        match syntax.kind(up) {
            "function_definition" => {
                decorated(context, up, old, new)?;
                escape(context, up, old, new)?;
                break;
            }
            "lambda" => {
                from_lambda(context, old, new)?;
                break;
            }
            "class_definition" => break,
            "try_statement" if syntax.role(below) == Some("body") => {
                if let Some(caught) = handler(context, up, site, (old, new), &mut edits)? {
                    reason = reason.or(caught.reason);
                    if !caught.goes_on {
                        break;
                    }
                }
            }
            "with_statement" => {
                let clause = syntax.named(up).next().map_or("", |clause| syntax.str(clause));
                if clause.contains(old) || clause.contains(new) {
                    return Err(format!("`{clause}` is about {old} or {new}; the new code raises {new} where it was {old}"));
                }
                let items = syntax.named(up).next().into_iter().flat_map(|clause| syntax.subtree(clause));
                for call in items.filter(|&part| syntax.kind(part) == "call") {
                    wrapped(context, ("with ", syntax.field(call, "function").map_or("", |callee| syntax.str(callee))), old, new)?;
                }
            }
            _ => {}
        }
        below = up;
    }
    Ok((edits, reason))
}

/// Whether a decorator of a function is given one of the exceptions, or handles it.
fn decorated(context: &Context<'_, '_, '_>, function: Id, old: &str, new: &str) -> Result<(), String> {
    let syntax = context.code.syntax;
    let holder = syntax.parent(function).filter(|&up| syntax.kind(up) == "decorated_definition");
    let decorators = holder.into_iter().flat_map(|holder| syntax.named(holder)).filter(|&child| syntax.kind(child) == "decorator");
    let names = |id: Id| syntax.kind(id) == "identifier" && [old, new].contains(&syntax.str(id));
    if let Some(decorator) = decorators.into_iter().find(|&decorator| syntax.subtree(decorator).any(names)) {
        let line = context.code.lines.line_col(syntax.start(decorator)).0;
        return Err(format!(
            "the decorator in line {line} is about {old} or {new}, and the new code raises the latter where it was the former"
        ));
    }
    context.code.decorators(function).into_iter().try_for_each(|decorator| wrapped(context, ("@", decorator), old, new))
}

/// Whether a decorator, or a context, of the project handles one of the exceptions.
fn wrapped(context: &Context<'_, '_, '_>, (word, wrapper): (&str, &str), old: &str, new: &str) -> Result<(), String> {
    let name = wrapper.rsplit('.').next().unwrap_or(wrapper);
    let found = [old, new].into_iter().find_map(|exception| Some((exception, context.catching.wrapper(exception, name)?)));
    match found {
        Some((exception, (path, line))) => {
            let place = path.display();
            Err(format!("`{word}{wrapper}` handles {exception} ({place}:{line}), and the new code raises {new} where it was {old}"))
        }
        None => Ok(()),
    }
}

struct Caught {
    reason: Option<String>,
    /// The handler raises it again, for those further out.
    goes_on: bool,
}

/// The first handler that catches the old exception; `None` when none does.
fn handler(
    context: &Context<'_, '_, '_>,
    statement: Id,
    site: Id,
    (old, new): (&str, &str),
    edits: &mut Vec<Edit>,
) -> Result<Option<Caught>, String> {
    let syntax = context.code.syntax;
    let mut catches_new = false;
    for clause in syntax.named(statement).filter(|&clause| syntax.kind(clause) == "except_clause") {
        let head: Vec<Id> = syntax.named(clause).filter(|&part| syntax.kind(part) != "block").collect();
        let Some(&caught) = head.first() else {
            return if catches_new { Err(swapped(new)) } else { Ok(Some(Caught { reason: None, goes_on: raises(context, clause) })) };
        };
        if head.len() > 1 {
            // `except A, B:` is Python 3.14's, and was something else before.
            return Err("the handler around it names several exceptions without parentheses; put them in parentheses".to_owned());
        }
        let types = if syntax.kind(caught) == "as_pattern" { syntax.named(caught).next().unwrap_or(caught) } else { caught };
        let names: Vec<&str> = match syntax.kind(types) {
            "tuple" => syntax.named(types).map(|part| syntax.str(part)).collect(),
            _ => vec![syntax.str(types)],
        };
        let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
        let has = |wanted: &[&str]| names.iter().any(|name| wanted.contains(&last(name).as_str()));
        if has(&["Exception", "BaseException"]) {
            let tells = tells_apart(context, clause, caught, old).then(|| format!("the handler tells {old} from others; it is now {new}"));
            return if catches_new { Err(swapped(new)) } else { Ok(Some(Caught { reason: tells, goes_on: raises(context, clause) })) };
        }
        let (catches_old, also_new) = (has(&[old]), has(&[new, "LookupError"]));
        if !catches_old {
            let alias = |name: &str| {
                let scope = context.code.scopes.resolve(syntax, caught, name);
                let is_other = |bound: &Bound| match bound {
                    Bound::Value(_) => true,
                    Bound::Import(module, Some(imported)) => module == "builtins" && imported != name,
                    _ => false,
                };
                scope.is_some_and(|scope| context.code.scopes.bindings(scope, name).iter().any(|b| is_other(&b.bound)))
            };
            if names.iter().any(|name| name.contains(['(', '[']) || !last(name).starts_with(char::is_uppercase) || alias(name)) {
                return Err("what the handler around it catches is not spelled out".to_owned());
            }
            catches_new |= also_new;
            continue;
        }
        if catches_new {
            return Err(swapped(new));
        }
        if !also_new {
            let span = syntax.span(types);
            edits.push(match syntax.kind(types) {
                "tuple" => {
                    let last = syntax.named(types).last().unwrap_or(types);
                    Edit { start: syntax.end(last), end: syntax.end(last), text: format!(", {new}") }
                }
                _ => Edit { start: span.start, end: span.end, text: format!("({}, {new})", syntax.str(types)) },
            });
        }
        let named = caught != types;
        let read = named && reads_exception(context, clause, caught);
        let other = (!also_new).then(|| other_source(context, statement, site)).flatten();
        let reason = match (read, other) {
            (true, _) => Some(format!("the handler reads the exception, which is now {new}")),
            (_, Some(other)) => Some(format!("`{other}` in the same `try` may raise {new} itself, which the handler would now catch")),
            _ => None,
        };
        return Ok(Some(Caught { reason, goes_on: raises(context, clause) }));
    }
    if catches_new { Err(format!("a handler for {new} around it would now catch what went past it before")) } else { Ok(None) }
}

/// Whether a handler raises something on.
fn raises(context: &Context<'_, '_, '_>, clause: Id) -> bool {
    let syntax = context.code.syntax;
    syntax
        .subtree(clause)
        .any(|id| syntax.kind(id) == "raise_statement" && syntax.named(id).next().is_none_or(|what| syntax.kind(what) == "identifier"))
}

fn swapped(new: &str) -> String {
    format!("an earlier handler catches {new}, so another branch would run")
}

/// Whether a handler that catches everything asks what it caught: it names the old exception, or takes the type of what it has.
fn tells_apart(context: &Context<'_, '_, '_>, clause: Id, caught: Id, old: &str) -> bool {
    let syntax = context.code.syntax;
    let name = syntax.field(caught, "alias").map(|alias| syntax.str(alias));
    let body = syntax.named(clause).filter(|&part| syntax.kind(part) == "block").last();
    let asks = |id: Id| {
        let is_caught = name.is_some_and(|name| syntax.str(id) == name);
        let up = syntax.parent(id);
        let callee = up.and_then(|list| syntax.parent(list)).and_then(|call| syntax.field(call, "function"));
        let typed = || callee.is_some_and(|callee| matches!(syntax.str(callee), "type" | "isinstance"));
        let class = || up.and_then(|up| syntax.field(up, "attribute")).is_some_and(|part| syntax.str(part) == "__class__");
        let matched = || up.is_some_and(|up| syntax.kind(up) == "match_statement");
        syntax.str(id) == old || is_caught && (typed() || class() || matched())
    };
    body.is_some_and(|body| syntax.subtree(body).filter(|&id| syntax.kind(id) == "identifier").any(asks))
}

fn reads_exception(context: &Context<'_, '_, '_>, clause: Id, caught: Id) -> bool {
    let syntax = context.code.syntax;
    let Some(name) = syntax.field(caught, "alias").map(|alias| syntax.str(alias)) else {
        return false;
    };
    let body = syntax.named(clause).filter(|&part| syntax.kind(part) == "block").last();
    body.is_some_and(|body| syntax.subtree(body).any(|id| syntax.kind(id) == "identifier" && syntax.str(id) == name))
}
