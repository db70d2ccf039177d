//! Who else would notice that a rewrite raises another exception: code around it in the same `try`, and callers that catch
//! the old one. Looks; edits nothing.

use std::collections::HashMap;

use super::site::Context;
use crate::python::syntax::{Id, Syntax};
use crate::python::types::Cls;
use crate::rule::matching::is_target;

/// An expression in the body of a `try`, beside the site, that may raise anything: a subscript, or a call of something unknown.
pub(super) fn other_source<'t>(context: &Context<'_, '_, 't>, statement: Id, site: Id) -> Option<&'t str> {
    let syntax = context.code.syntax;
    let body = syntax.field(statement, "body")?;
    let mut beside = syntax.subtree(body).filter(|&id| !syntax.contains(site, id));
    let found = beside.find(|&id| match syntax.kind(id) {
        "subscript" => !is_target(context.code, id),
        "call" => !syntax.field(id, "function").is_some_and(|f| HARMLESS.contains(&syntax.str(f))),
        _ => false,
    })?;
    syntax.str(found).lines().next()
}

const HARMLESS: [&str; 22] = [
    "print",
    "len",
    "int",
    "float",
    "str",
    "repr",
    "bool",
    "isinstance",
    "getattr",
    "hasattr",
    "min",
    "max",
    "sum",
    "round",
    "abs",
    "sorted",
    "list",
    "tuple",
    "set",
    "range",
    "type",
    "format",
];

/// Nothing in the function catches `old`; does something that asks the function?
pub(super) fn escape(context: &Context<'_, '_, '_>, function: Id, old: &str, new: &str) -> Result<(), String> {
    let syntax = context.code.syntax;
    let name = syntax.field(function, "name").map_or("", |name| syntax.str(name));
    if matches!(name, "__getattr__" | "__getattribute__") && old == "AttributeError" {
        return Err(format!("`{name}` says by {old} that there is no such attribute; the new code raises {new}"));
    }
    let guarded = context.guarded.get_or_init(|| guarded(syntax, &|start| context.code.lines.line_col(start).0));
    // What runs when a class is called goes by its name.
    let class = syntax.class_of(function).filter(|_| matches!(name, "__init__" | "__post_init__" | "__new__"));
    let class = class.and_then(|class| syntax.field(class, "name")).map(|name| syntax.str(name));
    let names: Vec<&str> = class.into_iter().chain([name]).collect();
    let asked = |by: &str| guarded.get(by).and_then(|known| names.iter().find_map(|name| known.get(*name)));
    let property = old == "AttributeError" && context.code.decorators(function).iter().any(|name| name.contains("property"));
    if let Some(class) =
        syntax.class_of(function).filter(|&class| property && context.code.defines(Cls::Local(class), "__getattr__", false))
    {
        let class = syntax.field(class, "name").map_or("", |name| syntax.str(name));
        return Err(format!("`{class}.__getattr__` answers where the property `{name}` raises {old}; the new code raises {new}"));
    }
    match asked(old).or_else(|| asked(PROBES).filter(|_| property)) {
        Some(line) => Err(format!("line {line} catches {old} from `{}`; the new code raises {new}", names.first().unwrap_or(&name))),
        None => elsewhere(context, &names, (old, new), property),
    }
}

/// The same in other files of the project.
fn elsewhere(context: &Context<'_, '_, '_>, names: &[&str], (old, new): (&str, &str), property: bool) -> Result<(), String> {
    let asked =
        |by: &str| names.iter().filter(|name| **name != "__init__").find_map(|name| context.catching.place(by, name, context.source));
    match asked(old).or_else(|| asked(PROBES).filter(|_| property)) {
        Some((path, line)) => {
            let name = names.first().copied().unwrap_or_default();
            Err(format!("{}:{line} catches {old} around a `{name}`, which may be this; the new code raises {new}", path.display()))
        }
        None => Ok(()),
    }
}

/// A lambda that somebody may call where the old exception is caught.
pub(super) fn from_lambda(context: &Context<'_, '_, '_>, old: &str, new: &str) -> Result<(), String> {
    let guarded = context.guarded.get_or_init(|| guarded(context.code.syntax, &|start| context.code.lines.line_col(start).0));
    match guarded.get(old).and_then(|names| names.values().min()) {
        Some(line) => Err(format!("line {line} catches {old}, perhaps of what calls the lambda; the new code raises {new}")),
        None => Ok(()),
    }
}

/// The key under which [`guarded`] keeps what `hasattr` and `getattr` with a default ask for.
pub(super) const PROBES: &str = "hasattr";

/// `getattr(thing, "region", "eu")` and `hasattr(thing, "region")`: the name.
fn probed<'t>(syntax: &Syntax<'t>, call: Id) -> Option<&'t str> {
    let callee = syntax.str(syntax.field(call, "function")?);
    let arguments: Vec<Id> = syntax.named(syntax.field(call, "arguments")?).collect();
    let asks = matches!((callee, arguments.len()), ("getattr", 3) | ("hasattr", 2));
    syntax.literal(*arguments.get(1).filter(|_| asks)?)
}

/// What is called or read where an exception is caught, with the line: by the exception, then by the name.
fn guarded(syntax: &Syntax<'_>, line: &dyn Fn(usize) -> usize) -> HashMap<String, HashMap<String, usize>> {
    let line = |id: Id| line(syntax.start(id));
    let mut all: HashMap<String, HashMap<String, usize>> = HashMap::new();
    for id in 0..syntax.len() {
        let (body, caught) = match syntax.kind(id) {
            "try_statement" => {
                let clauses = syntax.named(id).filter(|&clause| syntax.kind(clause).starts_with("except"));
                let heads = clauses.flat_map(|clause| syntax.named(clause)).filter(|&part| syntax.kind(part) != "block");
                (syntax.field(id, "body"), heads.collect::<Vec<_>>())
            }
            "with_statement" => {
                let clause = syntax
                    .named(id)
                    .next()
                    .filter(|&clause| syntax.str(clause).contains("suppress") || syntax.str(clause).contains("aises"));
                (syntax.field(id, "body"), clause.into_iter().collect())
            }
            "call" => {
                if let Some(name) = probed(syntax, id) {
                    all.entry(PROBES.to_owned()).or_default().insert(name.to_owned(), line(id));
                }
                continue;
            }
            _ => continue,
        };
        let types = caught.iter().flat_map(|&head| syntax.subtree(head)).filter(|&id| syntax.kind(id) == "identifier");
        for exception in types.map(|id| syntax.str(id).to_owned()) {
            let names = all.entry(exception).or_default();
            let inside = body.into_iter().flat_map(|body| syntax.subtree(body)).filter(|&id| syntax.kind(id) == "identifier");
            names.extend(inside.map(|id| (syntax.str(id).to_owned(), line(id))));
        }
    }
    all
}
