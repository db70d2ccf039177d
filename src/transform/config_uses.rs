//! Where the configuration object goes: the name or attribute that holds it, and what is done with it there. Looks;
//! edits nothing.

use super::alias::own_scope;
use crate::python::syntax::Id;
use crate::python::types::{Cls, Ty};
use crate::rule::matching::is_target;
use crate::scan::Context;

/// The uses of what an access is assigned to.
#[derive(Default)]
pub(super) struct Held {
    pub uses: Vec<Id>,
    /// Why not every use may be known.
    pub doubt: Option<String>,
    /// Whether a fix would leave readers behind that are certain to fail.
    pub blind: bool,
}

impl Held {
    fn lose(&mut self, doubt: String) {
        self.blind = true;
        self.doubt.get_or_insert(doubt);
    }
}

/// The uses of the name or attribute that an access is assigned to; `None` where it is not kept under one.
pub(super) fn held(context: &Context<'_, '_, '_>, access: Id) -> Option<Held> {
    let syntax = context.code.syntax;
    let assignment = syntax.parent(outermost(context, access)).filter(|&up| syntax.kind(up) == "assignment")?;
    let left = syntax.field(assignment, "left")?;
    let mut held = match syntax.kind(left) {
        "identifier" => in_name(context, access, left),
        "attribute" => in_attribute(context, left)?,
        _ => return None,
    };
    if syntax.parent(assignment).is_some_and(|up| syntax.kind(up) == "assignment") {
        held.lose("the object is stored under two names".to_owned());
    }
    Some(held)
}

fn in_name(context: &Context<'_, '_, '_>, access: Id, name: Id) -> Held {
    let (syntax, scopes) = (context.code.syntax, context.code.scopes);
    let text = syntax.str(name);
    let mut held = Held::default();
    let scope = scopes.of(name);
    if let Err(reason) = own_scope(context, name) {
        held.blind = !(scope == 0 && scopes.resolve(syntax, name, text) == Some(0));
        held.doubt = Some(reason);
    }
    let mut last = None;
    let uses = context.code.uses(scope, text);
    for meant in uses.get(&access).into_iter().flatten().filter(|meant| meant.used != name) {
        let used = meant.used;
        // Two bindings of one name to the same value, as in `c = c = …`.
        if last.replace(used) == Some(used) {
            continue;
        }
        let keyword = syntax.role(used) == Some("name") && syntax.kind(syntax.parent(used).unwrap_or(0)) == "keyword_argument";
        let bound = is_target(context.code, used) && matches!(syntax.role(used), Some("left") | None);
        if syntax.role(used) == Some("attribute") || keyword || bound {
            continue;
        }
        if meant.bindings > 1 {
            held.lose(format!("`{text}` may be another object on line {}", context.code.line(used)));
        }
        held.uses.push(used);
    }
    held
}

/// `self._cfg = O._config`: every read of that attribute in the file, if they can be told from those of other classes.
fn in_attribute(context: &Context<'_, '_, '_>, left: Id) -> Option<Held> {
    let syntax = context.code.syntax;
    let name = syntax.str(syntax.field(left, "attribute")?);
    let Ty::Instance(Cls::Local(class)) = context.code.of(syntax.field(left, "object")?).ty else {
        return None;
    };
    let mut held = Held { doubt: Some(format!("code elsewhere may read `{}`", syntax.str(left))), ..Held::default() };
    if context.code.scopes.attribute(class, name).len() != 1 {
        held.blind = true;
        held.doubt = Some(format!("`{}` is assigned in more than one place", syntax.str(left)));
    }
    let named = |&id: &Id| syntax.parent(id).filter(|&up| syntax.kind(up) == "attribute" && syntax.field(up, "attribute") == Some(id));
    let mut places: Vec<Id> = context.code.spelled(0, name).iter().filter_map(named).filter(|&id| id != left).collect();
    places.sort_unstable();
    for used in places {
        let owner = syntax.field(used, "object").map(|object| context.code.of(object).ty);
        match owner {
            Some(Ty::Instance(Cls::Local(other))) if other == class => held.uses.push(used),
            Some(Ty::Instance(Cls::Surface(_)) | Ty::Class(_)) => {}
            _ => held.lose(format!("line {} may read it too", context.code.line(used))),
        }
    }
    Some(held)
}

/// The expression with the parentheses that only hold it.
fn outermost(context: &Context<'_, '_, '_>, mut at: Id) -> Id {
    let syntax = context.code.syntax;
    while let Some(up) = syntax.parent(at).filter(|&up| syntax.kind(up) == "parenthesized_expression") {
        at = up;
    }
    at
}

const MUTATORS: [&str; 13] =
    ["append", "extend", "insert", "remove", "pop", "popitem", "clear", "update", "add", "discard", "setdefault", "sort", "reverse"];

/// Whether the object at a place, or something in it, is assigned, deleted or changed by a method.
pub(super) fn is_written(context: &Context<'_, '_, '_>, place: Id) -> bool {
    let syntax = context.code.syntax;
    let deleted_name = syntax.kind(place) == "identifier" && syntax.parent(place).is_some_and(|up| syntax.kind(up) == "delete_statement");
    if is_target(context.code, place) {
        return !deleted_name;
    }
    let mut at = place;
    let mut steps = 0;
    while let Some(up) = syntax
        .parent(at)
        .filter(|&up| matches!(syntax.kind(up), "attribute" | "subscript") && matches!(syntax.role(at), Some("object" | "value")))
    {
        at = up;
        steps += 1;
    }
    // `c.stop_words.append(x)`: two steps, the last one called.
    let called = steps > 1 && syntax.role(at) == Some("function");
    let method = syntax.field(at, "attribute").filter(|_| called).map_or("", |name| syntax.str(name));
    if (at != place && is_target(context.code, at)) || MUTATORS.contains(&method) {
        return true;
    }
    let call = syntax.parent(place).and_then(|list| syntax.parent(list)).filter(|&call| syntax.kind(call) == "call");
    let first = call.and_then(|call| syntax.field(call, "arguments")).and_then(|list| syntax.named(list).next());
    first == Some(place)
        && call.and_then(|call| syntax.field(call, "function")).is_some_and(|f| matches!(syntax.str(f), "setattr" | "delattr"))
}

/// How one place uses the object.
pub(super) enum Use {
    /// One attribute of it; the whole expression and the name.
    Key(Id, String),
    /// `getattr` or `hasattr`; the call, its rewrite and its arguments.
    Call(Id, String, Vec<Id>),
    /// In a way that may work with a dict.
    Whole(&'static str),
    /// In a way that does not.
    Shape(&'static str),
}

/// What is done with the object at a place.
pub(super) fn use_at(context: &Context<'_, '_, '_>, place: Id) -> Use {
    let syntax = context.code.syntax;
    let place = outermost(context, place);
    let Some(up) = syntax.parent(place) else {
        return Use::Whole("used on its own");
    };
    match syntax.kind(up) {
        "attribute" if syntax.role(place) == Some("object") => {
            let name = syntax.field(up, "attribute").map_or("", |name| syntax.str(name));
            let called = syntax.parent(up).is_some_and(|call| syntax.kind(call) == "call" && syntax.role(up) == Some("function"));
            if called || name.starts_with("__") {
                return Use::Shape("inspected or asked for a method");
            }
            Use::Key(up, name.to_owned())
        }
        "argument_list" => argument(context, place, up),
        "return_statement" | "yield" => Use::Whole("returned"),
        "comparison_operator" => Use::Whole("compared"),
        "interpolation" => Use::Whole("printed"),
        "assignment" => match syntax.field(up, "left").map(|left| syntax.kind(left)) {
            Some("attribute" | "subscript") => Use::Whole("stored"),
            _ => Use::Shape("given another name"),
        },
        "named_expression" => Use::Shape("given another name"),
        "expression_list" | "tuple" if syntax.parent(up).is_some_and(|up| syntax.kind(up) == "assignment") => {
            Use::Shape("given another name")
        }
        _ => Use::Whole("used as a whole"),
    }
}

fn argument(context: &Context<'_, '_, '_>, place: Id, list: Id) -> Use {
    let syntax = context.code.syntax;
    let Some(call) = syntax.parent(list) else {
        return Use::Whole("passed on");
    };
    let callee = syntax.field(call, "function").map_or("", |f| syntax.str(f));
    let arguments: Vec<Id> = syntax.named(list).collect();
    let plain = arguments.first() == Some(&place) && arguments.iter().all(|&a| syntax.kind(a) != "keyword_argument");
    let of_every_object = arguments.get(1).and_then(|&key| syntax.literal(key)).is_some_and(|key| key.starts_with("__"));
    match (callee, arguments.len()) {
        ("getattr" | "hasattr", _) if of_every_object => Use::Shape("inspected or asked for a method"),
        ("getattr", 2) if plain => Use::Call(call, "$c[$key]".to_owned(), arguments),
        ("getattr", 3) if plain => Use::Call(call, "$c.get($key, $default)".to_owned(), arguments),
        ("hasattr", 2) if plain => Use::Call(call, "$key in $c".to_owned(), arguments),
        ("vars" | "asdict" | "dataclasses.asdict", _) => Use::Shape("inspected"),
        _ => Use::Whole("passed on"),
    }
}

/// Every access in the file that changes what the configuration says.
pub(super) fn changes(context: &Context<'_, '_, '_>) -> Vec<Id> {
    let syntax = context.code.syntax;
    let changes = |id: &Id| match syntax.field(*id, "attribute").map_or("", |name| syntax.str(name)) {
        "_provider" | "_model" => is_target(context.code, *id),
        "_config" => is_written(context, *id),
        "switch_provider" | "load_config" | "invalidate_cache" => true,
        _ => false,
    };
    syntax.of_kind("attribute").filter(changes).collect()
}

/// The first line that may change what the configuration says while a name holds a copy of it: what stands before the
/// access in the same function is over by then, unless both are in a loop; a stranger who is handed the orchestrator
/// between two uses may do anything.
pub(super) fn changing_line(context: &Context<'_, '_, '_>, access: Id, object: Id, uses: &[Id]) -> Option<usize> {
    let syntax = context.code.syntax;
    let function = syntax.function(access);
    let looped =
        |id: Id| syntax.frames(access).any(|up| matches!(syntax.kind(up), "for_statement" | "while_statement") && syntax.contains(up, id));
    let over = |id: Id| id < access && syntax.function(id) == function && !looped(id);
    let seen = context.changes.get_or_init(|| changes(context)).iter().find(|&&id| id != access && !over(id)).copied();
    let until = uses.iter().max().copied().unwrap_or(access);
    let owner = syntax.str(object);
    let root = syntax.subtree(object).find(|&id| syntax.kind(id) == "identifier").map_or("", |id| syntax.str(id));
    let handed = |&id: &Id| {
        let callee = syntax.parent(id).and_then(|call| syntax.field(call, "function")).map_or("", |f| syntax.str(f));
        let harmless = matches!(callee, "print" | "len" | "isinstance" | "getattr" | "hasattr" | "repr" | "str" | "type" | "id" | "bool");
        let passed = |argument: Id| syntax.str(argument) == owner || (root == "self" && syntax.str(argument) == "self");
        !harmless && syntax.named(id).any(|argument| passed(syntax.field(argument, "value").unwrap_or(argument)))
    };
    let stranger = (access..until).filter(|&id| syntax.kind(id) == "argument_list").find(handed);
    seen.or(stranger).map(|id| context.code.line(id))
}
