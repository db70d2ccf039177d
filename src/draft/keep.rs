//! A program that looks like the one before and must stay: the same code with an object of another class, or of no known
//! one, in the place of the receiver, or with a function of its own.

use std::collections::BTreeSet;

use super::anchor::Anchor;
use super::change::Change;
use crate::python::{Id, Inference};

/// The program for a change.
pub(super) fn program(code: &Inference<'_, '_>, change: &Change, tie: &Anchor) -> String {
    let syntax = code.syntax;
    let nodes: Vec<Id> = change.before.iter().map(|&id| called(code, id)).collect();
    let names = names(code, &nodes, tie.node());
    let with = |receiver: &str| lines(code, &nodes, tie.node(), receiver);
    let is_async = nodes.iter().flat_map(|&id| syntax.subtree(id)).any(|id| syntax.kind(id) == "await" && syntax.is_named(id));
    let def = if is_async { "async def" } else { "def" };
    let parameters = |first: Option<&str>| first.into_iter().chain(names.iter().copied()).collect::<Vec<_>>().join(", ");
    match tie {
        Anchor::Receiver { node, member, .. } => {
            let call = syntax
                .parent(*node)
                .and_then(|up| syntax.parent(up).filter(|&call| syntax.role(up) == Some("function") && syntax.kind(call) == "call"));
            let own = match call {
                Some(_) => format!("{def} {member}(self, *args, **kwargs):\n        return self"),
                None => format!("{member} = None"),
            };
            format!(
                "class Other:\n    {own}\n\n\n{def} of_another_class({}):\n    other = Other()\n{}\n\n\n{def} of_an_unknown_class({}):\n{}\n",
                parameters(None),
                with("other"),
                parameters(Some("unknown")),
                with("unknown"),
            )
        }
        Anchor::Path { path, .. } => {
            let name = path.rsplit('.').next().unwrap_or(path);
            format!("def {name}(*args, **kwargs):\n    return args\n\n\n{def} of_the_same_name({}):\n{}\n", parameters(None), with(name))
        }
    }
}

/// The call whose callee a node is, so that the program shows a use.
fn called(code: &Inference<'_, '_>, id: Id) -> Id {
    let up = code.syntax.parent(id).filter(|_| matches!(code.syntax.role(id), Some("function" | "object")));
    up.map_or(id, |up| called(code, up))
}

/// The nodes as lines of a function, with another receiver.
fn lines(code: &Inference<'_, '_>, nodes: &[Id], tie: Id, receiver: &str) -> String {
    let syntax = code.syntax;
    let line = |&id: &Id| {
        let span = syntax.span(id);
        let text = syntax.text.get(span.clone()).unwrap_or("");
        let text = match syntax.contains(id, tie) {
            true => {
                let (start, end) = (syntax.start(tie) - span.start, syntax.end(tie) - span.start);
                format!("{}{receiver}{}", text.get(..start).unwrap_or(""), text.get(end..).unwrap_or(""))
            }
            false => text.to_owned(),
        };
        let indent = crate::edit::template::indentation(syntax.text, syntax.start(syntax.statement(id)));
        format!("    {}", text.replace("\r\n", "\n").replace(&format!("\n{indent}"), "\n    "))
    };
    nodes.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The names that the nodes read from around them, builtins left out.
fn names<'t>(code: &Inference<'_, 't>, nodes: &[Id], tie: Id) -> BTreeSet<&'t str> {
    let syntax = code.syntax;
    let all = nodes.iter().flat_map(|&id| syntax.subtree(id)).filter(|&id| syntax.kind(id) == "identifier" && !syntax.contains(tie, id));
    let read = all.filter(|&id| crate::rule::matching::is_read(syntax, id));
    let outer = read.filter(|&id| {
        let scope = code.scopes.resolve(syntax, id, syntax.str(id));
        scope.is_some_and(|scope| scope == 0 || !nodes.iter().any(|&node| syntax.contains(node, scope)))
    });
    outer.map(|id| syntax.str(id)).collect()
}
