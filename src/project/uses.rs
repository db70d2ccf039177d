//! Every place in a file where a function of the project is called, handed around or named, with what stands around it.

use std::collections::BTreeMap;
use std::ops::Range;

use rustc_hash::FxHashSet as HashSet;

use super::passed::{callee, is_value, placed};
use crate::finding::Strength;
use crate::python::modules::FileId;
use crate::python::outside::Place;
use crate::python::place::{self, Await, Tightness};
use crate::python::types::{Cls, Ty, Typed};
use crate::python::{Id, Inference};

/// What is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Means {
    /// This function.
    This(Place),
    /// Perhaps any method of that name: the receiver is not known.
    Named(String),
}

/// How it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// Called.
    Call(Site),
    /// Used as a value, so that somebody else may call it.
    Value,
    /// Named in a string.
    Text,
    /// Called or used, unless the name means something else there.
    Perhaps,
    /// Something else is put in its place.
    Replaced,
}

/// What stands around a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Site {
    /// The call.
    pub span: Range<usize>,
    /// Already awaited.
    pub awaited: bool,
    /// An `await` here needs parentheses.
    pub tight: bool,
    /// Where it stands.
    pub inside: Inside,
}

/// Where a call stands, as far as `await` is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Inside {
    /// In `async def`.
    Coroutine,
    /// At module level.
    Module,
    /// In a function that is not `async def`.
    Function(Place),
    /// Where no `await` can stand; why.
    Nowhere(String),
}

/// One use.
#[derive(Clone, Debug)]
pub(crate) struct Use {
    pub file: FileId,
    pub line: usize,
    pub means: Means,
    pub how: How,
}

/// The uses in one file. `names` are those of all functions of the project; other names mean none of them.
pub(crate) fn uses(code: &Inference<'_, '_>, names: &HashSet<&str>) -> Vec<Use> {
    let syntax = code.syntax;
    let mut found = Vec::new();
    let mut add = |id: Id, means: Means, how: How| found.push(Use { file: code.file, line: code.line(id), means, how });
    for id in 0..syntax.len() {
        match syntax.kind(id) {
            "call" => {
                let Some(function) = syntax.field(id, "function") else { continue };
                let several = one_of(code, function);
                if let (true, Some(means)) = (several.is_empty(), called(code, function, names)) {
                    add(id, means, How::Call(site(code, id)));
                }
                several.into_iter().chain(any_of(code, id)).for_each(|place| add(id, Means::This(place), How::Perhaps));
            }
            "identifier" | "attribute" if is_value(syntax, id) || is_decorator(code, id) => {
                if let Some(means) = meant(code, id, names) {
                    add(id, means, How::Value);
                }
                let given = handed_module(code, id);
                one_of(code, id).into_iter().chain(given).for_each(|place| add(id, Means::This(place), How::Perhaps));
            }
            "attribute" if syntax.role(id) == Some("left") => {
                if let Some(means) = meant(code, id, names) {
                    add(id, means, How::Replaced);
                }
            }
            "string" => {
                let text = syntax.literal(id).unwrap_or("");
                let last = text.rsplit('.').next().unwrap_or("");
                if names.contains(last) && (text.contains('.') || is_argument(code, id, &NAMING)) {
                    add(id, Means::Named(last.to_owned()), How::Text);
                } else if is_argument(code, id, &RUNNING) {
                    let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| names.contains(word));
                    words.for_each(|word| add(id, Means::Named(word.to_owned()), How::Text));
                }
            }
            _ => {}
        }
    }
    found
}

/// What starts an event loop, which cannot be done inside of one.
const LOOPS: [&str; 9] = [
    "asyncio.run",
    "asyncio.Runner",
    "anyio.run",
    "trio.run",
    "uvloop.run",
    "uvicorn.run",
    "async_to_sync",
    ".run_until_complete",
    ".run_forever",
];

/// The functions of a file that run an event loop themselves, each with a line where it does.
pub(crate) fn loops(code: &Inference<'_, '_>) -> Vec<(Place, usize)> {
    let syntax = code.syntax;
    let runs = |id: Id| {
        let callee = syntax.field(id, "function").filter(|_| syntax.kind(id) == "call")?;
        let text = syntax.str(callee);
        let imported = || match code.of(callee).ty {
            Ty::Foreign(module, name) => LOOPS.iter().any(|known| format!("{module}.{name}").ends_with(known)),
            _ => false,
        };
        if !LOOPS.iter().any(|known| text.ends_with(known)) && !imported() {
            return None;
        }
        match place::awaiting(syntax, id) {
            Await::Sync(function) => Some((code.place(function), code.line(id))),
            _ => None,
        }
    };
    (0..syntax.len()).filter_map(runs).collect()
}

/// The functions that a name may mean, where it may mean several, or something unknown besides.
fn one_of(code: &Inference<'_, '_>, name: Id) -> Vec<Place> {
    let typed = code.of(name);
    if typed.also.is_empty() && typed.strength == Strength::Proven {
        return Vec::new();
    }
    std::iter::once(&typed.ty).chain(&typed.also).filter_map(|ty| placed(code, ty)).collect()
}

/// `getattr(x, name)` with a computed name, `vars(x)`: every function of `x` may be meant.
fn any_of(code: &Inference<'_, '_>, call: Id) -> Vec<Place> {
    let syntax = code.syntax;
    let callee = syntax.field(call, "function").map_or("", |function| syntax.str(function));
    let arguments: Vec<Id> = syntax.field(call, "arguments").into_iter().flat_map(|list| syntax.named(list)).collect();
    let object = match (callee, &arguments[..]) {
        ("getattr", [object, name, ..]) if syntax.literal(*name).is_none() => *object,
        ("vars", [object]) => *object,
        _ => return Vec::new(),
    };
    match code.of(object).ty {
        Ty::Module(module) => of_module(code, &module),
        Ty::Instance(Cls::Local(id)) => code.outside.class(code.place(id)).map_or_else(Vec::new, |class| functions(code, &class.members)),
        Ty::Instance(Cls::Elsewhere(place)) => code.outside.class(place).map_or_else(Vec::new, |class| functions(code, &class.members)),
        _ => Vec::new(),
    }
}

fn functions(code: &Inference<'_, '_>, types: &BTreeMap<String, Typed>) -> Vec<Place> {
    types.values().filter_map(|typed| placed(code, &typed.ty)).collect()
}

/// The functions of a module of the project.
fn of_module(code: &Inference<'_, '_>, module: &str) -> Vec<Place> {
    let files = code.outside.modules.resolve(module, code.file);
    files.iter().filter_map(|file| code.outside.files.get(file)).flat_map(|summary| functions(code, &summary.names)).collect()
}

/// What looks at a module and calls nothing of it, or names what it does to it.
const LOOKING: [&str; 9] = ["setattr", "delattr", "getattr", "hasattr", "object", "reload", "vars", "dir", "print"];

/// A module of the project that is handed around, so that somebody else may call each of its functions.
fn handed_module(code: &Inference<'_, '_>, id: Id) -> Vec<Place> {
    let syntax = code.syntax;
    let call = syntax.parent(id).and_then(|list| syntax.parent(list)).filter(|&call| syntax.kind(call) == "call");
    let callee = call.and_then(|call| syntax.field(call, "function")).map_or("", |function| syntax.str(function));
    match code.of(id).ty {
        Ty::Module(module) if !LOOKING.iter().any(|name| callee.ends_with(name)) => of_module(code, &module),
        _ => Vec::new(),
    }
}

fn is_decorator(code: &Inference<'_, '_>, id: Id) -> bool {
    code.syntax.parent(id).is_some_and(|up| code.syntax.kind(up) == "decorator")
}

/// What takes the name of an attribute as a string; `object` is that of `patch.object`.
const NAMING: [&str; 7] = ["getattr", "setattr", "hasattr", "delattr", "object", "attrgetter", "methodcaller"];

/// What takes a program as a string.
const RUNNING: [&str; 2] = ["eval", "exec"];

/// Whether a string is an argument of one of these.
fn is_argument(code: &Inference<'_, '_>, string: Id, of: &[&str]) -> bool {
    let syntax = code.syntax;
    let call = syntax.parent(string).and_then(|list| syntax.parent(list)).filter(|&call| syntax.kind(call) == "call");
    let callee = call.and_then(|call| syntax.field(call, "function")).map_or("", |function| syntax.str(function));
    of.iter().any(|name| callee.ends_with(name))
}

fn called(code: &Inference<'_, '_>, function: Id, names: &HashSet<&str>) -> Option<Means> {
    callee(code, function).map(|callee| Means::This(callee.place)).or_else(|| unknown(code, function, names))
}

fn meant(code: &Inference<'_, '_>, id: Id, names: &HashSet<&str>) -> Option<Means> {
    placed(code, &code.of(id).ty).map(Means::This).or_else(|| unknown(code, id, names))
}

/// `x.name` where nothing is known of `x`, or where it is a mock that may stand for an object of the project.
fn unknown(code: &Inference<'_, '_>, attribute: Id, names: &HashSet<&str>) -> Option<Means> {
    let syntax = code.syntax;
    let object = syntax.field(attribute, "object").filter(|_| syntax.kind(attribute) == "attribute")?;
    let name = syntax.str(syntax.field(attribute, "attribute")?);
    let hidden = names.contains(name) && matches!(code.of(object).ty, Ty::Unknown | Ty::Nothing | Ty::Mock(_));
    hidden.then(|| Means::Named(name.to_owned()))
}

fn site(code: &Inference<'_, '_>, call: Id) -> Site {
    let syntax = code.syntax;
    let inside = match place::awaiting(syntax, call) {
        _ if place::shows_itself(syntax, call) => Inside::Nowhere("`{…=}` prints its own source text, which would change".to_owned()),
        Await::Here => Inside::Coroutine,
        Await::Module => Inside::Module,
        Await::Sync(function) => Inside::Function(code.place(function)),
        Await::No(reason) => Inside::Nowhere(reason),
    };
    Site {
        span: syntax.span(call),
        awaited: syntax.parent(call).is_some_and(|up| syntax.kind(up) == "await"),
        tight: place::required(syntax, call) == Tightness::Primary,
        inside,
    }
}
