//! The configuration object as a value: kept in a name, passed on, printed, written to. Where every use of a name is
//! seen and is a read, the object becomes a dict in one edit; everything else is for a person to look at.

use super::alias::shared;
use crate::edit::template::{self, Filling};
use crate::finding::{Fix, Level};
use crate::python::flow;
use crate::python::place;
use crate::python::scope::Bound;
use crate::python::syntax::Id;
use crate::python::types::Typed;
use crate::rule::Rule;
use crate::rule::matching::is_target;
use crate::scan::{Context, Draft};

const DICT: &str = "$orch._config_coordinator.get_config()";

/// The sites of `config-value` or `config-write`, whichever the page is.
pub(crate) fn find(context: &Context<'_, '_, '_>, rule: &Rule) -> Vec<Draft> {
    let syntax = context.code.syntax;
    let writes = rule.page.name == "config-write";
    let mut drafts = Vec::new();
    for access in (0..syntax.len()).filter(|&id| syntax.kind(id) == "attribute") {
        let (Some(object), Some(name)) = (syntax.field(access, "object"), syntax.field(access, "attribute")) else {
            continue;
        };
        if syntax.str(name) != "_config" {
            continue;
        }
        let Some(typed) = context.code.orchestrator(object) else {
            continue;
        };
        let held = uses_of_name(context, access);
        let places: Vec<Id> = held.as_ref().map_or_else(|| vec![access], |held| held.uses.clone());
        let written: Vec<Id> = places.iter().copied().filter(|&place| is_written(context, place)).collect();
        let site = Site { access, object, typed };
        if writes && !written.is_empty() {
            drafts.push(write(context, rule, &site, &written));
        } else if !writes && written.is_empty() {
            drafts.extend(value(context, rule, &site, held));
        }
    }
    drafts
}

struct Site {
    access: Id,
    object: Id,
    typed: Typed,
}

struct Held {
    uses: Vec<Id>,
    doubt: Option<String>,
}

/// The uses of the name that an access is assigned to.
fn uses_of_name(context: &Context<'_, '_, '_>, access: Id) -> Option<Held> {
    let syntax = context.code.syntax;
    let assignment = syntax.parent(access).filter(|&up| syntax.kind(up) == "assignment" && syntax.field(up, "right") == Some(access))?;
    let name = syntax.field(assignment, "left").filter(|&left| syntax.kind(left) == "identifier")?;
    let text = syntax.str(name);
    let scope = syntax.function(access).unwrap_or(0);
    let mut held = Held { uses: Vec::new(), doubt: None };
    if scope == 0 && shared(context, text) {
        held.doubt = Some(format!("another file may read `{text}`"));
    }
    for used in syntax.subtree(scope).filter(|&id| id != name && syntax.kind(id) == "identifier" && syntax.str(id) == text) {
        if syntax.role(used) == Some("attribute")
            || (syntax.role(used) == Some("name") && syntax.kind(syntax.parent(used).unwrap_or(0)) == "keyword_argument")
        {
            continue;
        }
        let from = flow::reaching(syntax, context.code.scopes, used, text);
        if from.iter().any(|binding| is_value(binding, access)) && !is_binding(context, used) {
            if from.len() > 1 {
                held.doubt = Some(format!("`{text}` is bound again between its reads"));
            }
            held.uses.push(used);
        }
    }
    Some(held)
}

fn is_value(binding: &crate::python::scope::Binding, access: Id) -> bool {
    match binding.bound {
        Bound::Value(value) => value == access,
        Bound::Annotated(_, value) => value == Some(access),
        _ => false,
    }
}

fn is_binding(context: &Context<'_, '_, '_>, used: Id) -> bool {
    is_target(context.code, used) && context.code.syntax.role(used) == Some("left")
}

/// Whether the object at a place, or something in it, is assigned or deleted.
fn is_written(context: &Context<'_, '_, '_>, place: Id) -> bool {
    let syntax = context.code.syntax;
    if is_target(context.code, place) {
        return true;
    }
    let mut at = place;
    while let Some(up) = syntax
        .parent(at)
        .filter(|&up| matches!(syntax.kind(up), "attribute" | "subscript") && matches!(syntax.role(at), Some("object" | "value")))
    {
        at = up;
    }
    if at != place && is_target(context.code, at) {
        return true;
    }
    let call = syntax.parent(place).and_then(|list| syntax.parent(list)).filter(|&call| syntax.kind(call) == "call");
    let first = call.and_then(|call| syntax.field(call, "arguments")).and_then(|list| syntax.named(list).next());
    first == Some(place)
        && call.and_then(|call| syntax.field(call, "function")).is_some_and(|f| matches!(syntax.str(f), "setattr" | "delattr"))
}

fn write(context: &Context<'_, '_, '_>, rule: &Rule, site: &Site, written: &[Id]) -> Draft {
    let syntax = context.code.syntax;
    let place = written.first().copied().unwrap_or(site.access);
    let mut draft = context.draft(rule, syntax.span(site.access), Some((site.object, &site.typed)));
    if place != site.access {
        draft.explain(&format!("the object is written to on line {}", context.code.line(place)));
    }
    draft.owned = vec![site.access];
    draft.owned.extend(uses_of_name(context, site.access).map(|held| held.uses).unwrap_or_default());
    draft.weight = 2_000_000;
    draft
}

/// How one place uses the object.
enum Use {
    Key(Id, String),
    Call(Id, String, Vec<Id>),
    Other(&'static str),
}

fn use_at(context: &Context<'_, '_, '_>, place: Id) -> Use {
    let syntax = context.code.syntax;
    let Some(up) = syntax.parent(place) else {
        return Use::Other("used on its own");
    };
    if syntax.kind(up) == "attribute" && syntax.role(place) == Some("object") {
        let name = syntax.field(up, "attribute").map_or("", |name| syntax.str(name));
        let called = syntax.parent(up).is_some_and(|call| syntax.kind(call) == "call" && syntax.role(up) == Some("function"));
        if called || name.starts_with("__") {
            return Use::Other("inspected or asked for a method");
        }
        return Use::Key(up, name.to_owned());
    }
    if syntax.kind(up) == "argument_list"
        && let Some(call) = syntax.parent(up)
    {
        let callee = syntax.field(call, "function").map_or("", |f| syntax.str(f));
        let arguments: Vec<Id> = syntax.named(up).collect();
        if arguments.first() == Some(&place) && arguments.iter().all(|&a| syntax.kind(a) != "keyword_argument") {
            match (callee, arguments.len()) {
                ("getattr", 2) => return Use::Call(call, "$c[$key]".to_owned(), arguments),
                ("getattr", 3) => {
                    return Use::Call(call, "$c.get($key, $default)".to_owned(), arguments);
                }
                ("hasattr", 2) => return Use::Call(call, "$key in $c".to_owned(), arguments),
                _ => {}
            }
        }
        return Use::Other("passed on");
    }
    match syntax.kind(up) {
        "return_statement" | "yield" => Use::Other("returned"),
        "comparison_operator" => Use::Other("compared"),
        "interpolation" => Use::Other("printed"),
        "assignment" => Use::Other("stored"),
        _ => Use::Other("used as a whole"),
    }
}

fn value(context: &Context<'_, '_, '_>, rule: &Rule, site: &Site, held: Option<Held>) -> Option<Draft> {
    let syntax = context.code.syntax;
    let direct = held.is_none();
    if direct && !matches!(use_at(context, site.access), Use::Other(_)) {
        return None;
    }
    let mut draft = context.draft(rule, syntax.span(site.access), Some((site.object, &site.typed)));
    draft.owned.push(site.access);
    draft.weight = 1_000_000;
    draft.finding.level = Level::Safe;
    let mut fix = match one(context, site.access, site.access, DICT, &[("orch", site.object)]) {
        Ok(fix) => fix,
        Err(reason) => {
            draft.hold(Level::Review, &reason);
            return Some(draft);
        }
    };
    match held {
        None => {
            if let Use::Other(how) = use_at(context, site.access) {
                draft.hold(Level::Review, &format!("the value is {how}; it becomes a plain dict"));
            }
        }
        Some(held) => {
            if let Some(doubt) = &held.doubt {
                draft.hold(Level::Review, doubt);
            }
            draft.owned.extend(&held.uses);
            for &place in &held.uses {
                if let Err(reason) = rewrite_use(context, place, &mut fix, &mut draft) {
                    draft.hold(Level::Review, &reason);
                    return Some(draft);
                }
            }
            if let Some(line) = changes_configuration(context, site.access) {
                draft.hold(Level::Review, &format!("the configuration changes on line {line}, and the dict is a copy"));
            }
        }
    }
    context.offer(&mut draft, site.access, Some(&site.typed), false, fix);
    Some(draft)
}

fn rewrite_use(context: &Context<'_, '_, '_>, place: Id, fix: &mut Fix, draft: &mut Draft) -> Result<(), String> {
    let more = match use_at(context, place) {
        Use::Key(node, name) => one(context, node, place, &format!("$c[\"{name}\"]"), &[("c", place)])?,
        Use::Call(call, text, arguments) => {
            let names = ["c", "key", "default"];
            let bound: Vec<(&str, Id)> = names.iter().copied().zip(arguments).collect();
            one(context, call, place, &text, &bound)?
        }
        Use::Other(how) => {
            let line = context.code.line(place);
            draft.hold(Level::Review, &format!("the value is {how} on line {line}, where it becomes a plain dict"));
            return Ok(());
        }
    };
    if place::shows_itself(context.code.syntax, place) {
        draft.hold(Level::Review, "`{…=}` prints its own source text, which changes");
    }
    fix.edits.extend(more.edits);
    fix.reads.extend(more.reads);
    match crate::scan::widen(context, place, "AttributeError", "KeyError") {
        Ok((edits, reason)) => {
            fix.edits.extend(edits);
            if let Some(reason) = reason {
                draft.hold(Level::Review, &reason);
            }
        }
        Err(reason) => draft.hold(Level::Review, &reason),
    }
    Ok(())
}

/// The edits of one rewritten expression.
fn one(context: &Context<'_, '_, '_>, node: Id, site: Id, text: &str, bound: &[(&str, Id)]) -> Result<Fix, String> {
    let syntax = context.code.syntax;
    let loose = text.contains(" in ") && place::Tightness::Comparison < place::required(syntax, node);
    let text = if loose { format!("({text})") } else { text.to_owned() };
    let fill = |name: &str| bound.iter().find(|(known, _)| *known == name).map(|(_, id)| Filling::Node(*id));
    let rendered = template::render(syntax, site, syntax.span(node), &text, &fill, context.newline)?;
    Ok(Fix { level: Level::Safe, edits: rendered.edits, reads: rendered.reads })
}

/// The first line that changes what the configuration says while a name holds a copy of it: what stands before the
/// access in the same function is over by then, unless both are in a loop.
fn changes_configuration(context: &Context<'_, '_, '_>, access: Id) -> Option<usize> {
    let syntax = context.code.syntax;
    let changes = |id: &Id| {
        let name = syntax.field(*id, "attribute").map_or("", |name| syntax.str(name));
        match name {
            "_provider" | "_model" => is_target(context.code, *id),
            "_config" => *id != access && is_written(context, *id),
            "switch_provider" | "load_config" | "invalidate_cache" => true,
            _ => false,
        }
    };
    let function = syntax.function(access);
    let looped = |id: Id| {
        syntax.ancestors(access).any(|up| matches!(syntax.kind(up), "for_statement" | "while_statement") && syntax.contains(up, id))
    };
    let over = |id: Id| id < access && syntax.function(id) == function && !looped(id);
    (0..syntax.len()).filter(|&id| syntax.kind(id) == "attribute" && !over(id)).find(changes).map(|id| context.code.line(id))
}
