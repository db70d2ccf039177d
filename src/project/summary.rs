//! What one file says to the others, taken from its inference: what was asked for, and no more.

use std::collections::BTreeSet;

use super::wide::Wide;
use crate::python::asked::Item;
use crate::python::bindings::fixture_name;
use crate::python::carriers::Spelling;
use crate::python::effects::is_steady;
use crate::python::flow::settled;
use crate::python::outside::{Class, Function, Place, Summary};
use crate::python::types::{Cls, Ty, Typed};
use crate::python::{Id, Inference, Syntax};

/// Sums up a file; `path` names it in chains of evidence, `wide` is what all files are asked for.
pub(super) fn summary(code: &Inference<'_, '_>, path: &str, wide: &Wide) -> Summary {
    let (syntax, scopes, wanted) = (code.syntax, code.scopes, &code.outside.wanted);
    let stars = scopes.stars.iter().map(|module| code.outside.modules.resolve(module, code.file)).collect();
    let mut summary = Summary { stars, all: all(code), ..Summary::default() };
    for name in scopes.names(0).filter(|name| wanted.has(Item::Name(code.file, name))) {
        let bindings = settled(syntax, scopes.bindings(0, name));
        let typed = Typed::join(bindings.iter().map(|binding| code.meant(binding)).collect());
        if typed.ty != Ty::Unknown {
            summary.names.insert(name.to_owned(), code.globalised(typed, path));
        }
    }
    for (&definition, number) in scopes.definitions().iter().zip(0..) {
        let place = Place { file: code.file, at: number };
        if let Some(name) = fixture_name(syntax, definition).filter(|name| wanted.has(Item::Name(code.file, name))) {
            summary.names.entry(name.to_owned()).or_insert_with(|| Typed::plain(Ty::Elsewhere(place)));
        }
        if syntax.kind(definition) == "class_definition" {
            if wanted.has(Item::Class(place)) || code.written_bases(definition).any(|base| wide.inherits(base_name(syntax, base))) {
                summary.classes.insert(number, class(code, definition, path));
            }
        } else if wanted.has(Item::Function(place)) || wanted.has(Item::Answer(place)) {
            summary.functions.insert(number, function(code, definition, path));
        }
    }
    super::passed::passed(code, path, wide, &mut summary);
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

/// `Desk` of `shop.Desk[int]`; `None` for what is no name.
pub(super) fn base_name<'t>(syntax: &Syntax<'t>, base: Id) -> Option<&'t str> {
    match syntax.kind(base) {
        "identifier" => Some(syntax.str(base)),
        "attribute" => syntax.field(base, "attribute").map(|name| syntax.str(name)),
        "subscript" => base_name(syntax, syntax.field(base, "value")?),
        _ => None,
    }
}

fn spelling<'c, 't>(code: &'c Inference<'_, 't>) -> Spelling<'c, 't> {
    Spelling { syntax: code.syntax, scopes: code.scopes, file: code.file }
}

fn class(code: &Inference<'_, '_>, id: Id, path: &str) -> Class {
    let name = code.syntax.field(id, "name").map_or("", |name| code.syntax.str(name));
    let word = spelling(code).definition(id).unwrap_or_default();
    let mut class = Class { name: name.to_owned(), word, ..Class::default() };
    for base in code.written_bases(id) {
        match code.of(base).ty {
            Ty::Class(Cls::Local(id)) => class.bases.push(Cls::Elsewhere(code.place(id))),
            Ty::Class(known) => {
                class.bases.push(known);
                // Nobody here knows what it calls.
                class.foreign.extend(matches!(known, Cls::Named(_)).then(|| code.syntax.str(base).to_owned()));
            }
            _ => class.foreign.push(code.syntax.str(base).to_owned()),
        }
    }
    class.decorators = code.decorators(id).into_iter().filter(|decorator| !is_plain(code, id, decorator)).map(str::to_owned).collect();
    for attribute in code.scopes.attributes(id) {
        let wanted = code.outside.wanted.has(Item::Member(code.place(id), attribute));
        let typed = if wanted { code.own_member(id, attribute, 0) } else { Typed::unknown() };
        class.members.insert(attribute.to_owned(), code.globalised(typed, path));
    }
    class.own = code.own_attributes(id, true).map(str::to_owned).collect();
    class.fields = code.own_fields(id);
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

/// The parameters of a function, with their stars.
pub(super) fn parameters(code: &Inference<'_, '_>, function: Id) -> Vec<String> {
    let syntax = code.syntax;
    let list = syntax.field(function, "parameters");
    let written = list.into_iter().flat_map(|list| syntax.named(list)).map(|parameter| {
        let name = syntax.subtree(parameter).find(|&id| syntax.kind(id) == "identifier").map_or("", |name| syntax.str(name));
        let stars = syntax.str(parameter).chars().take_while(|&c| c == '*').count();
        format!("{}{name}", &"**"[..stars.min(2)])
    });
    written.collect()
}

fn function(code: &Inference<'_, '_>, id: Id, path: &str) -> Function {
    let syntax = code.syntax;
    let answer = if code.outside.wanted.has(Item::Answer(code.place(id))) { code.answer(id, 0) } else { Typed::unknown() };
    let decorators: Vec<String> = code.decorators(id).into_iter().map(str::to_owned).collect();
    Function {
        name: syntax.field(id, "name").map_or("", |name| syntax.str(name)).to_owned(),
        path: dotted(code, id),
        is_async: syntax.is_async(id),
        yields: code.yields(id),
        steady: is_steady(syntax, id),
        word: spelling(code).definition(id).unwrap_or_default(),
        class: syntax.class_of(id).and_then(|class| spelling(code).definition(class)),
        bound: syntax.class_of(id).is_some() && !decorators.iter().any(|name| name.ends_with("staticmethod")),
        decorators,
        parameters: parameters(code, id),
        answer: code.globalised(answer, path),
    }
}
