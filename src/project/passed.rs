//! What the calls of one file pass to functions of the project, and which functions it hands around uncalled.

use super::handed::{along, short};
use super::summary::parameters;
use super::wide::Wide;
use crate::finding::Strength;
use crate::python::asked::Item;
use crate::python::carriers::{Spelling, spelled, spelling_of};
use crate::python::left::{is_somebody, leaving};
use crate::python::outside::{Owner, Place, Summary};
use crate::python::syntax::Syntax;
use crate::python::types::{Cls, Ty, Typed};
use crate::python::{Id, Inference};
use crate::source::beginning;

/// A function of the project as a call means it.
pub(crate) struct Callee {
    /// Which.
    pub place: Place,
    /// The call gives its first parameter without an argument.
    pub bound: bool,
}

/// The function that an expression in call position means; one of several is none that can be named.
pub(crate) fn callee(code: &Inference<'_, '_>, function: Id) -> Option<Callee> {
    let typed = code.of(function);
    typed.also.is_empty().then(|| one_callee(code, function, &typed.ty)).flatten()
}

/// A function of that type where an expression stands that is called.
fn one_callee(code: &Inference<'_, '_>, function: Id, ty: &Ty) -> Option<Callee> {
    match *ty {
        Ty::Function(_) | Ty::Elsewhere(_) => {
            let place = placed(code, ty)?;
            let object = code.syntax.field(function, "object").filter(|_| code.syntax.kind(function) == "attribute");
            let bound = object.is_some_and(|object| is_bound(code, object, place));
            Some(Callee { place, bound })
        }
        Ty::Class(class) => Some(Callee { place: constructor(code, class)?, bound: true }),
        _ => None,
    }
}

pub(crate) fn placed(code: &Inference<'_, '_>, ty: &Ty) -> Option<Place> {
    match ty {
        Ty::Function(id) => Some(code.place(*id)),
        Ty::Elsewhere(place) => Some(*place),
        _ => None,
    }
}

/// The `__init__` that runs when a class is called.
fn constructor(code: &Inference<'_, '_>, class: Cls) -> Option<Place> {
    let own = |class: Cls| match class {
        Cls::Local(id) => placed(code, &code.own_member(id, "__init__", 0).ty),
        Cls::Elsewhere(place) => code.class_at(place).and_then(|_| placed(code, &code.member_at(place, "__init__")?.ty)),
        Cls::Surface(_) | Cls::Named(_) => None,
    };
    own(class).or_else(|| code.lineage(class, 0).into_iter().skip(1).find_map(own))
}

/// Whether `object.function(…)` gives the function its first parameter without an argument.
fn is_bound(code: &Inference<'_, '_>, object: Id, function: Place) -> bool {
    let own = own(code, function);
    // Nobody has to be asked about a function of this file.
    let known = if own.is_none() { code.function_at(function) } else { None };
    let has = |decorator: &str| match own {
        Some(id) => code.decorators(id).iter().any(|name| name.ends_with(decorator)),
        None => known.is_some_and(|known| known.has(decorator)),
    };
    let name = own.and_then(|id| code.syntax.field(id, "name")).map(|name| code.syntax.str(name));
    match name.or(known.map(|known| known.name.as_str())) {
        // It gets its class as an argument, whoever calls it.
        Some("__new__") => false,
        _ if has("staticmethod") => false,
        _ if has("classmethod") => true,
        _ if code.is_super(object) => code.is_super_of_object(object),
        _ => matches!(code.of(object).ty, Ty::Instance(_)),
    }
}

/// A function of this file.
fn own(code: &Inference<'_, '_>, place: Place) -> Option<Id> {
    code.scopes.definition(place.at).filter(|_| place.file == code.file)
}

/// The parameters of a function of the project, with their stars.
fn parameters_of(code: &Inference<'_, '_>, function: Place) -> Option<Vec<String>> {
    let own = own(code, function).map(|id| parameters(code, id));
    own.or_else(|| Some(code.function_at(function)?.parameters.clone()))
}

/// Notes the arguments of calls, and functions used as values, as far as somebody asks for them.
pub(super) fn passed(code: &Inference<'_, '_>, path: &str, wide: &Wide, summary: &mut Summary) {
    let syntax = code.syntax;
    let spelling = Spelling { syntax, scopes: code.scopes, file: code.file };
    let known = |id: Id| match syntax.kind(id) {
        "identifier" => wide.calls(code.file, spelled(syntax.str(id))),
        "attribute" => syntax.field(id, "attribute").is_some_and(|name| wide.calls(code.file, spelled(syntax.str(name)))),
        // `HANDLERS[name]`.
        _ => {
            let mut words = Vec::new();
            spelling.value(id, 0, &mut words);
            words.into_iter().filter_map(spelling_of).any(|name| wide.calls(code.file, name))
        }
    };
    if wide.is_nothing() {
        return;
    }
    for id in 0..syntax.len() {
        match syntax.kind(id) {
            "call" if syntax.field(id, "function").is_some_and(|function| syntax.str(function).ends_with("setattr")) => {
                store_by_name(code, id, (path, wide), summary);
            }
            "call" => {
                if let Some((object, name, value)) = leaving(syntax, id) {
                    left(code, (object, name, value), (path, wide), summary);
                }
                if syntax.field(id, "function").is_some_and(known) {
                    call(code, id, (path, wide), summary);
                }
            }
            "assignment" => store(code, id, (path, wide), summary),
            "identifier" | "attribute" if is_value(syntax, id) && known(id) => {
                summary.handed.extend(handed(code, id).filter(|&place| wide.is_called(place)));
                given_along(code, id, (path, wide), summary);
            }
            _ => {}
        }
    }
}

/// `object.name = value`, where the object is not `self`.
fn store(code: &Inference<'_, '_>, assignment: Id, asked: (&str, &Wide), summary: &mut Summary) {
    let syntax = code.syntax;
    if let Some(leaving) = leaving(syntax, assignment) {
        return left(code, leaving, asked, summary);
    }
    let left = syntax.field(assignment, "left").filter(|&left| syntax.kind(left) == "attribute");
    let (Some(left), Some(value)) = (left, syntax.field(assignment, "right")) else { return };
    let (Some(object), Some(name)) = (syntax.field(left, "object"), syntax.field(left, "attribute")) else { return };
    let own = syntax.function(left).and_then(|function| crate::python::scope::self_name(syntax, function));
    if own != Some(syntax.str(object)) || syntax.function(left).and_then(|function| syntax.class_of(function)).is_none() {
        stored(code, (object, syntax.str(name), value), asked, summary);
    }
}

/// `setattr(object, "name", value)`, also pytest's.
fn store_by_name(code: &Inference<'_, '_>, call: Id, asked: (&str, &Wide), summary: &mut Summary) {
    let syntax = code.syntax;
    let arguments: Vec<Id> = syntax.field(call, "arguments").into_iter().flat_map(|list| syntax.named(list)).collect();
    if let [object, name, value, ..] = arguments[..]
        && let Some(name) = syntax.literal(name)
    {
        stored(code, (object, name, value), asked, summary);
    }
}

fn stored(code: &Inference<'_, '_>, (object, name, value): (Id, &str, Id), (path, wide): (&str, &Wide), summary: &mut Summary) {
    if !wide.stores(name) {
        return;
    }
    let owner = match code.of(object).ty {
        Ty::Instance(Cls::Local(id)) | Ty::Class(Cls::Local(id)) => Owner::Class(code.place(id)),
        Ty::Instance(Cls::Elsewhere(place)) | Ty::Class(Cls::Elsewhere(place)) => Owner::Class(place),
        Ty::Module(module) => match code.outside.modules.resolve(&module, code.file).last() {
            Some(&file) => Owner::Module(file),
            None => return,
        },
        ty if is_somebody(&ty) => Owner::Somebody,
        _ => return,
    };
    note(code, (owner, name, value), path, summary);
}

/// `object["name"] = value`, where nobody knows the object's class.
fn left(code: &Inference<'_, '_>, (object, name, value): (Id, &str, Id), (path, wide): (&str, &Wide), summary: &mut Summary) {
    if wide.stores(name) && is_somebody(&code.of(object).ty) {
        note(code, (Owner::Somebody, name, value), path, summary);
    }
}

fn note(code: &Inference<'_, '_>, (owner, name, value): (Owner, &str, Id), path: &str, summary: &mut Summary) {
    if code.outside.wanted.has(Item::Stored(owner, name)) {
        summary.stored.entry((owner, name.to_owned())).or_default().push(code.globalised(code.of(value), path));
    }
}

/// The function, or the constructor of the class, that an expression hands around.
fn handed(code: &Inference<'_, '_>, id: Id) -> Option<Place> {
    let ty = code.of(id).ty;
    match ty {
        Ty::Class(class) if !is_only_named(code.syntax, id) => constructor(code, class),
        _ => placed(code, &ty),
    }
}

/// Whether a class stands where nobody makes an instance of it: as a base, in `isinstance`, `except`, `cast`, `spec=`.
fn is_only_named(syntax: &Syntax<'_>, id: Id) -> bool {
    let mut around = syntax.ancestors(id).skip_while(|&up| matches!(syntax.kind(up), "tuple" | "binary_operator" | "keyword_argument"));
    let Some(up) = around.next() else { return false };
    if syntax.kind(up) == "except_clause" || syntax.kind(up) == "as_pattern" || syntax.role(up) == Some("superclasses") {
        return true;
    }
    let call = syntax.parent(up).filter(|&call| syntax.kind(up) == "argument_list" && syntax.kind(call) == "call");
    matches!(
        call.map_or("", |call| short(syntax, call)),
        "isinstance" | "issubclass" | "cast" | "super" | "Mock" | "MagicMock" | "AsyncMock" | "create_autospec" | "TypeVar"
    )
}

/// Whether a name stands for its value: not called, not bound, not a part of something longer.
pub(crate) fn is_value(syntax: &Syntax<'_>, id: Id) -> bool {
    let Some(up) = syntax.parent(id) else { return false };
    !matches!(
        (syntax.kind(up), syntax.role(id)),
        ("call", Some("function"))
            | ("attribute", _)
            | (_, Some("name"))
            | ("decorator" | "dotted_name" | "aliased_import" | "import_statement" | "import_from_statement", _)
            | ("assignment" | "for_statement" | "for_in_clause", Some("left"))
            | ("parameters" | "lambda_parameters" | "type", _)
    )
}

/// The subclass of the orchestrator that a call makes an instance of.
fn subclass(code: &Inference<'_, '_>, function: Id) -> Option<Place> {
    match code.of(function).ty {
        Ty::Class(class) if !code.is_orchestrator(class) => None,
        Ty::Class(Cls::Local(id)) => Some(code.place(id)),
        Ty::Class(Cls::Elsewhere(place)) => Some(place),
        _ => None,
    }
}

fn call(code: &Inference<'_, '_>, call: Id, (path, wide): (&str, &Wide), summary: &mut Summary) {
    let syntax = code.syntax;
    let (Some(function), Some(list)) = (syntax.field(call, "function"), syntax.field(call, "arguments")) else { return };
    if syntax.kind(list) != "argument_list" {
        return;
    }
    if let Some(class) = subclass(code, function).filter(|&class| wide.is_made(class)) {
        summary.made.push((class, code.line(call), syntax.str(list).to_owned()));
    }
    let typed = code.of(function);
    for ty in std::iter::once(&typed.ty).chain(&typed.also) {
        match one_callee(code, function, ty) {
            Some(callee) if wide.is_called(callee.place) => given_to(code, (call, list), &callee, path, summary),
            Some(_) => {}
            None => into_fields(code, (call, list), ty, (path, wide), summary),
        }
    }
}

/// What a call gives to a function.
fn given_to(code: &Inference<'_, '_>, (call, list): (Id, Id), callee: &Callee, path: &str, summary: &mut Summary) {
    let Some(all) = parameters_of(code, callee.place) else { return };
    let names: Vec<&str> = all.iter().skip(usize::from(callee.bound)).map(String::as_str).collect();
    let passed = summary.passed.entry(callee.place).or_default();
    for (name, typed) in given(code, (call, list), &names, path) {
        passed.entry(name).or_default().push(typed);
    }
}

/// What a function is given along to be called with.
fn given_along(code: &Inference<'_, '_>, function: Id, (path, wide): (&str, &Wide), summary: &mut Summary) {
    let Some(along) = along(code.syntax, function) else { return };
    let typed = code.of(function);
    let types = std::iter::once(&typed.ty).chain(&typed.also);
    for callee in types.filter_map(|ty| one_callee(code, function, ty)).filter(|callee| wide.is_called(callee.place)) {
        let Some(all) = parameters_of(code, callee.place) else { continue };
        let names = all.iter().skip(usize::from(callee.bound)).map(String::as_str);
        let by_place = names.filter(|name| !name.starts_with('*')).zip(along.by_place.iter().copied());
        let given: Vec<(&str, Id)> =
            by_place.chain(along.by_name.iter().copied().filter(|(name, _)| all.iter().any(|of| of == name))).collect();
        for (name, value) in given {
            let mut typed = said(code, along.call, (name, value), path);
            typed.strength = typed.strength.max(Strength::Likely);
            summary.passed.entry(callee.place).or_default().entry(name.to_owned()).or_default().push(typed);
        }
    }
}

/// What a call of a class without an `__init__` gives to its fields.
fn into_fields(code: &Inference<'_, '_>, (call, list): (Id, Id), ty: &Ty, (path, wide): (&str, &Wide), summary: &mut Summary) {
    let Ty::Class(class) = *ty else { return };
    let fields = code.fields(class);
    if !fields.iter().any(|field| wide.is_called(field.class)) {
        return;
    }
    let names: Vec<&str> = fields.iter().take_while(|field| field.by_place).map(|field| field.name.as_str()).collect();
    for (name, typed) in given(code, (call, list), &names, path) {
        if let Some(field) = fields.iter().find(|field| field.name == name) {
            summary.passed.entry(field.class).or_default().entry(name).or_default().push(typed);
        }
    }
}

/// What a call gives to parameters of these names.
fn given(code: &Inference<'_, '_>, (call, list): (Id, Id), names: &[&str], path: &str) -> Vec<(String, Typed)> {
    let syntax = code.syntax;
    let (given, hidden) = arguments(syntax, list, names);
    let of = |(name, value): (&str, Id)| (name.to_owned(), said(code, call, (name, value), path));
    let hidden = hidden.into_iter().map(|name| (name.to_owned(), Typed::unknown()));
    hidden.chain(given.into_iter().map(of)).collect()
}

/// What a value is that a call gives to a parameter of that name.
fn said(code: &Inference<'_, '_>, call: Id, (name, value): (&str, Id), path: &str) -> Typed {
    let mut typed = code.of(value);
    if typed.ty.is_telling() {
        let story = beginning(code.syntax.str(call), 80);
        typed = typed.because(code.line(call), format!("passed as `{name}` by `{story}`"));
    }
    code.globalised(typed, path)
}

/// The arguments of a call with the parameters they go to, and the parameters that `*` and `**` may fill with anything.
fn arguments<'n>(syntax: &Syntax<'n>, list: Id, names: &[&'n str]) -> (Vec<(&'n str, Id)>, Vec<&'n str>) {
    let mut found: Vec<(&str, Id)> = Vec::new();
    let (mut position, mut spread) = (Some(0), false);
    for argument in syntax.named(list) {
        match syntax.kind(argument) {
            "keyword_argument" => {
                if let (Some(name), Some(value)) = (syntax.field(argument, "name"), syntax.field(argument, "value")) {
                    found.push((syntax.str(name), value));
                }
            }
            "list_splat" | "dictionary_splat" => {
                position = None;
                spread = true;
            }
            _ => {
                if let Some(at) = position {
                    found.extend(names.get(at).filter(|name| !name.starts_with('*')).map(|name| (*name, argument)));
                    position = Some(at + 1);
                }
            }
        }
    }
    let is_given = |wanted: &str| found.iter().any(|(name, _)| *name == wanted);
    let hidden = names.iter().copied().filter(|name| spread && !name.starts_with('*') && !is_given(name)).collect();
    (found, hidden)
}
