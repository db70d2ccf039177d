//! What one file says to the others, taken from its inference.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet as HashSet;

use crate::python::flow::settled;
use crate::python::outside::{Class, Function, Summary};
use crate::python::types::{Cls, Ty, Typed};
use crate::python::{Id, Inference};

/// Sums up a file; `path` names it in chains of evidence, `names` are those under which functions and classes can be met.
pub(super) fn summary(code: &Inference<'_, '_>, path: &str, names: &HashSet<&str>) -> Summary {
    let (syntax, scopes) = (code.syntax, code.scopes);
    let stars = scopes.stars.iter().map(|module| code.outside.modules.resolve(module, code.file)).collect();
    let mut summary = Summary { stars, all: all(code), ..Summary::default() };
    for name in scopes.names(0) {
        let bindings = settled(syntax, scopes.bindings(0, name));
        let typed = Typed::join(bindings.iter().map(|binding| code.meant(binding)).collect());
        if typed.ty != Ty::Unknown {
            summary.names.insert(name.to_owned(), code.globalised(typed, path));
        }
    }
    for (&definition, number) in scopes.definitions().iter().zip(0..) {
        if syntax.kind(definition) == "class_definition" {
            summary.classes.insert(number, class(code, definition, path));
        } else {
            summary.functions.insert(number, function(code, definition, path));
        }
    }
    super::passed::passed(code, path, names, &mut summary);
    summary
}

/// The strings of `__all__ = [...]`.
fn all(code: &Inference<'_, '_>) -> Option<BTreeSet<String>> {
    let syntax = code.syntax;
    let [binding] = code.scopes.bindings(0, "__all__") else { return None };
    let value = syntax.parent(binding.node).and_then(|up| syntax.field(up, "right"))?;
    let literals: Option<BTreeSet<String>> = syntax.named(value).map(|part| syntax.literal(part).map(str::to_owned)).collect();
    literals.filter(|_| matches!(syntax.kind(value), "list" | "tuple"))
}

fn class(code: &Inference<'_, '_>, id: Id, path: &str) -> Class {
    let name = code.syntax.field(id, "name").map_or("", |name| code.syntax.str(name));
    let mut class = Class { name: name.to_owned(), ..Class::default() };
    let list = code.syntax.field(id, "superclasses");
    for base in list.into_iter().flat_map(|list| code.syntax.named(list)) {
        match (code.syntax.kind(base), code.of(base).ty) {
            ("keyword_argument", _) => {}
            (_, Ty::Class(Cls::Local(id))) => class.bases.push(Cls::Elsewhere(code.place(id))),
            (_, Ty::Class(known)) => {
                class.bases.push(known);
                // Nobody here knows what it calls.
                class.foreign.extend(matches!(known, Cls::Named(_)).then(|| code.syntax.str(base).to_owned()));
            }
            _ => class.foreign.push(code.syntax.str(base).to_owned()),
        }
    }
    class.decorators = code.decorators(id).into_iter().filter(|decorator| !is_plain(code, id, decorator)).map(str::to_owned).collect();
    for attribute in code.scopes.attributes(id) {
        let typed = code.own_member(id, attribute, 0);
        class.members.insert(attribute.to_owned(), code.globalised(typed, path));
    }
    class.own = code.own_attributes(id, true).map(str::to_owned).collect();
    class
}

/// Whether a decorator keeps a class: a known one, or a function of the project, whose class is still itself.
fn is_plain(code: &Inference<'_, '_>, class: Id, decorator: &str) -> bool {
    const PLAIN: [&str; 8] = ["dataclass", "total_ordering", "final", "runtime_checkable", "define", "frozen", "attrs", "unique"];
    let last = decorator.rsplit('.').next().unwrap_or(decorator);
    PLAIN.contains(&last) || matches!(code.named(class, decorator).ty, Ty::Function(_) | Ty::Elsewhere(_))
}

/// `Desk.serve`.
fn dotted(code: &Inference<'_, '_>, id: Id) -> String {
    let named = |id: Id| code.syntax.field(id, "name").map_or("", |name| code.syntax.str(name));
    let around = code.syntax.frames(id).filter(|&up| matches!(code.syntax.kind(up), "class_definition" | "function_definition"));
    let mut names: Vec<&str> = std::iter::once(id).chain(around).map(named).collect();
    names.reverse();
    names.join(".")
}

fn function(code: &Inference<'_, '_>, id: Id, path: &str) -> Function {
    let syntax = code.syntax;
    let list = syntax.field(id, "parameters");
    let parameters = list.into_iter().flat_map(|list| syntax.named(list)).map(|parameter| {
        let name = syntax.subtree(parameter).find(|&id| syntax.kind(id) == "identifier").map_or("", |name| syntax.str(name));
        let stars = syntax.str(parameter).chars().take_while(|&c| c == '*').count();
        format!("{}{name}", &"**"[..stars.min(2)])
    });
    let decorators: Vec<String> = code.decorators(id).into_iter().map(str::to_owned).collect();
    Function {
        name: syntax.field(id, "name").map_or("", |name| syntax.str(name)).to_owned(),
        path: dotted(code, id),
        is_async: syntax.is_async(id),
        yields: code.yields(id),
        bound: syntax.class_of(id).is_some() && !decorators.iter().any(|name| name.ends_with("staticmethod")),
        decorators,
        parameters: parameters.collect(),
        answer: code.globalised(code.answer(id, 0), path),
    }
}
