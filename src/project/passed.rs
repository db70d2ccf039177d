//! What the calls of one file pass to functions of the project, and which functions it hands around uncalled.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::finding::Strength;
use crate::python::modules::FileId;
use crate::python::outside::{HANDED, Outside, Owner, Place, Summary};
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

/// The function that an expression in call position means.
pub(crate) fn callee(code: &Inference<'_, '_>, function: Id) -> Option<Callee> {
    let of_object = |object: Id| matches!(code.of(object).ty, Ty::Instance(_)) || code.syntax.str(object).starts_with("super(");
    let typed = code.of(function);
    // One of several functions is none that can be named.
    match typed.ty {
        _ if !typed.also.is_empty() => None,
        ty @ (Ty::Function(_) | Ty::Elsewhere(_)) => {
            let place = placed(code, &ty)?;
            let object = code.syntax.field(function, "object").filter(|_| code.syntax.kind(function) == "attribute");
            let class_method = || known(code, place, |of| of.has("classmethod")).unwrap_or(false);
            Some(Callee { place, bound: object.is_some_and(|object| of_object(object) || class_method()) })
        }
        Ty::Class(class) => Some(Callee { place: constructor(code, class, 0)?, bound: true }),
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
fn constructor(code: &Inference<'_, '_>, class: Cls, depth: usize) -> Option<Place> {
    let (own, bases) = match class {
        Cls::Local(id) => (code.own_member(id, "__init__", 0).ty, code.bases(id, 0)),
        Cls::Elsewhere(place) => {
            let class = code.class_at(place)?;
            (class.members.get("__init__").map_or(Ty::Unknown, |typed| typed.ty.clone()), class.bases.clone())
        }
        Cls::Surface(_) | Cls::Named(_) => return None,
    };
    placed(code, &own).or_else(|| bases.into_iter().filter(|_| depth < 16).find_map(|base| constructor(code, base, depth + 1)))
}

/// Something about a function, of this file or of another.
fn known<T>(code: &Inference<'_, '_>, place: Place, ask: impl Fn(&crate::python::outside::Function) -> T) -> Option<T> {
    code.function_at(place).map(ask)
}

/// Notes the arguments of every call, and every function used as a value.
pub(super) fn passed(code: &Inference<'_, '_>, path: &str, names: &HashSet<&str>, summary: &mut Summary) {
    let syntax = code.syntax;
    let known = |id: Id| {
        let last = if syntax.kind(id) == "attribute" { syntax.field(id, "attribute") } else { Some(id) };
        last.is_some_and(|last| names.contains(syntax.str(last)))
    };
    for id in 0..syntax.len() {
        match syntax.kind(id) {
            "call" if syntax.field(id, "function").is_some_and(|function| syntax.str(function).ends_with("setattr")) => {
                store_by_name(code, id, path, summary);
            }
            "call" if syntax.field(id, "function").is_some_and(known) => call(code, id, path, summary),
            "assignment" => store(code, id, path, summary),
            "identifier" | "attribute" if is_value(syntax, id) && known(id) => summary.handed.extend(handed(code, id)),
            _ => {}
        }
    }
}

/// `object.name = value`, where the object is not `self`.
fn store(code: &Inference<'_, '_>, assignment: Id, path: &str, summary: &mut Summary) {
    let syntax = code.syntax;
    let left = syntax.field(assignment, "left").filter(|&left| syntax.kind(left) == "attribute");
    let (Some(left), Some(value)) = (left, syntax.field(assignment, "right")) else { return };
    let (Some(object), Some(name)) = (syntax.field(left, "object"), syntax.field(left, "attribute")) else { return };
    let own = syntax.function(left).and_then(|function| crate::python::scope::self_name(syntax, function));
    if own != Some(syntax.str(object)) || syntax.function(left).and_then(|function| syntax.class_of(function)).is_none() {
        stored(code, object, syntax.str(name), code.of(value), path, summary);
    }
}

/// `setattr(object, "name", value)`, also pytest's.
fn store_by_name(code: &Inference<'_, '_>, call: Id, path: &str, summary: &mut Summary) {
    let syntax = code.syntax;
    let arguments: Vec<Id> = syntax.field(call, "arguments").into_iter().flat_map(|list| syntax.named(list)).collect();
    if let [object, name, value, ..] = arguments[..]
        && let Some(name) = syntax.literal(name)
    {
        stored(code, object, name, code.of(value), path, summary);
    }
}

fn stored(code: &Inference<'_, '_>, object: Id, name: &str, value: Typed, path: &str, summary: &mut Summary) {
    let owner = match code.of(object).ty {
        Ty::Instance(Cls::Local(id)) | Ty::Class(Cls::Local(id)) => Owner::Class(code.place(id)),
        Ty::Instance(Cls::Elsewhere(place)) | Ty::Class(Cls::Elsewhere(place)) => Owner::Class(place),
        Ty::Module(module) => match code.outside.modules.resolve(&module, code.file).last() {
            Some(&file) => Owner::Module(file),
            None => return,
        },
        _ => return,
    };
    summary.stored.entry((owner, name.to_owned())).or_default().push(code.globalised(value, path));
}

/// The function, or the constructor of the class, that an expression hands around.
fn handed(code: &Inference<'_, '_>, id: Id) -> Option<Place> {
    let ty = code.of(id).ty;
    match ty {
        Ty::Class(class) if !is_only_named(code.syntax, id) => constructor(code, class, 0),
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
    let callee = call.and_then(|call| syntax.field(call, "function")).map_or("", |function| syntax.str(function));
    let last = callee.rsplit('.').next().unwrap_or(callee);
    matches!(last, "isinstance" | "issubclass" | "cast" | "super" | "Mock" | "MagicMock" | "AsyncMock" | "create_autospec" | "TypeVar")
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
        Ty::Class(class) if !code.is_orchestrator(class, 0) => None,
        Ty::Class(Cls::Local(id)) => Some(code.place(id)),
        Ty::Class(Cls::Elsewhere(place)) => Some(place),
        _ => None,
    }
}

fn call(code: &Inference<'_, '_>, call: Id, path: &str, summary: &mut Summary) {
    let syntax = code.syntax;
    let (Some(function), Some(list)) = (syntax.field(call, "function"), syntax.field(call, "arguments")) else { return };
    if syntax.kind(list) != "argument_list" {
        return;
    }
    if let Some(class) = subclass(code, function) {
        summary.made.push((class, code.line(call), syntax.str(list).to_owned()));
    }
    let Some(callee) = callee(code, function) else { return };
    let own = summary.functions.get(&callee.place.at).filter(|_| callee.place.file == code.file);
    let Some(target) = own.or_else(|| code.function_at(callee.place)) else { return };
    let names: Vec<String> = target.parameters.iter().skip(usize::from(callee.bound)).cloned().collect();
    let (named, hidden) = arguments(syntax, list, &names);
    let story = beginning(syntax.str(call), 80);
    let passed = summary.passed.entry(callee.place).or_default();
    for name in hidden {
        passed.entry(name).or_default().push(Typed::unknown());
    }
    for (name, value) in named {
        let mut typed = code.of(value);
        if typed.ty.is_telling() {
            typed = typed.because(code.line(call), format!("passed as `{name}` by `{story}`"));
        }
        passed.entry(name).or_default().push(code.globalised(typed, path));
    }
}

/// The arguments of a call with the parameters they go to, and the parameters that `*` and `**` may fill with anything.
fn arguments(syntax: &Syntax<'_>, list: Id, names: &[String]) -> (Vec<(String, Id)>, Vec<String>) {
    let mut found: Vec<(String, Id)> = Vec::new();
    let (mut position, mut spread) = (Some(0), false);
    for argument in syntax.named(list) {
        match syntax.kind(argument) {
            "keyword_argument" => {
                if let (Some(name), Some(value)) = (syntax.field(argument, "name"), syntax.field(argument, "value")) {
                    found.push((syntax.str(name).to_owned(), value));
                }
            }
            "list_splat" | "dictionary_splat" => {
                position = None;
                spread = true;
            }
            _ => {
                if let Some(at) = position {
                    found.extend(names.get(at).filter(|name| !name.starts_with('*')).map(|name| (name.clone(), argument)));
                    position = Some(at + 1);
                }
            }
        }
    }
    let given: Vec<&String> = found.iter().map(|(name, _)| name).collect();
    let hidden = names.iter().filter(|name| spread && !name.starts_with('*') && !given.contains(name)).cloned().collect();
    (found, hidden)
}

/// What all calls together pass, file by file. A mock among them is a test's own business, and costs certainty; so does
/// a function that is handed around, because its other callers are not known. The files for whose functions something
/// changed.
pub(super) fn merged(outside: &mut Outside) -> BTreeSet<FileId> {
    let before = std::mem::take(&mut outside.passed);
    let mut all: BTreeMap<Place, BTreeMap<String, Vec<Typed>>> = BTreeMap::new();
    let mut handed = BTreeSet::new();
    let mut files: Vec<_> = outside.files.iter().collect();
    files.sort_by_key(|(file, _)| **file);
    let mut derived = HashMap::<u16, Vec<Place>>::new();
    let (mut stored, mut subclasses) = (BTreeMap::<(Owner, String), Vec<Typed>>::new(), HashMap::<Place, Vec<Place>>::new());
    for (&file, summary) in files {
        for (key, types) in &summary.stored {
            stored.entry(key.clone()).or_default().extend(types.iter().cloned());
        }
        for (&at, class) in &summary.classes {
            for base in &class.bases {
                match base {
                    Cls::Elsewhere(base) => subclasses.entry(*base).or_default().push(Place { file, at }),
                    Cls::Named(number) => derived.entry(*number).or_default().push(Place { file, at }),
                    Cls::Local(_) | Cls::Surface(_) => {}
                }
            }
        }
        handed.extend(summary.handed.iter().copied());
        for (&place, parameters) in &summary.passed {
            let together = all.entry(place).or_default();
            for (name, types) in parameters {
                together.entry(name.clone()).or_default().extend(types.iter().cloned());
            }
        }
    }
    outside.stored = stored.into_iter().map(|(key, types)| (key, together(types, false))).collect();
    (outside.subclasses, outside.derived) = (subclasses, derived);
    let mut changed = BTreeSet::new();
    for (place, parameters) in all {
        let unseen = handed.contains(&place).then(|| (HANDED.to_owned(), Typed::unknown()));
        let joined = parameters.into_iter().map(|(name, types)| (name, together(types, handed.contains(&place))));
        // Strings and numbers say nothing that anybody asks for.
        let now: BTreeMap<String, Typed> = joined.map(|(name, typed)| (name, quiet(typed))).chain(unseen).collect();
        // What is passed and unknown tells the function's file nothing that it would repeat to others.
        let told = |of: &BTreeMap<String, Typed>| -> Vec<(String, Typed)> {
            of.iter().filter(|(_, typed)| typed.ty != Ty::Unknown).map(|(name, typed)| (name.clone(), typed.clone())).collect()
        };
        let (old, new) = (before.get(&place).map(told).unwrap_or_default(), told(&now));
        if old.len() != new.len() || old.iter().zip(&new).any(|(one, other)| one.0 != other.0 || !one.1.same(&other.1)) {
            changed.insert(place.file);
        }
        outside.passed.insert(place, now);
    }
    changed.extend(before.keys().filter(|place| !outside.passed.contains_key(place)).map(|place| place.file));
    changed
}

/// The type, where it is one of the surface or of the project; else only that something is passed.
fn quiet(typed: Typed) -> Typed {
    if typed.ty.is_telling() || matches!(typed.ty, Ty::Elsewhere(_)) { typed } else { Typed::unknown() }
}

fn together(types: Vec<Typed>, handed: bool) -> Typed {
    let count = types.len();
    let real: Vec<Typed> = types.iter().filter(|typed| !matches!(typed.ty, Ty::Mock(_))).cloned().collect();
    let doubtful = handed || (real.len() < count && !real.is_empty());
    let mut typed = Typed::join(if real.is_empty() { types } else { real });
    if doubtful {
        typed.strength = typed.strength.max(Strength::Likely);
    }
    typed
}
