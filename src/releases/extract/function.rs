//! A function as a member: its kind, its parameters, what it answers.

use super::deprecation;
use crate::python::{Id, Parsed};
use crate::releases::manifest::{Binding, Kind, Member};
use crate::releases::parameters::{How, Parameter};

/// The decorators of a definition, without `@`.
pub(super) fn decorators<'t>(parsed: &Parsed<'t>, definition: Id) -> Vec<&'t str> {
    let syntax = &parsed.syntax;
    let up = syntax.parent(definition).filter(|&up| syntax.kind(up) == "decorated_definition");
    let all = up.into_iter().flat_map(|up| syntax.named(up)).filter(|&part| syntax.kind(part) == "decorator");
    all.map(|part| syntax.str(part).trim_start_matches('@').trim()).collect()
}

/// A decorator's name without its arguments and without what stands before its last dot.
pub(super) fn plain(decorator: &str) -> &str {
    let called = decorator.split('(').next().unwrap_or(decorator).trim();
    called.rsplit('.').next().unwrap_or(called)
}

/// A function as a member; `None` for the setter or deleter of a property.
pub(super) fn member(parsed: &Parsed<'_>, definition: Id) -> Option<Member> {
    let syntax = &parsed.syntax;
    let decorators = decorators(parsed, definition);
    if decorators.iter().any(|decorator| matches!(plain(decorator), "setter" | "deleter") && !decorator.contains('(')) {
        return None;
    }
    let has = |name: &str| decorators.iter().any(|decorator| plain(decorator) == name);
    let annotation = syntax.field(definition, "return_type").map(|of| unquoted(syntax.str(of)));
    let mut member = Member::new(kind(parsed, definition, annotation.as_deref()));
    member.deprecated = deprecation::advice(parsed, definition, &decorators);
    member.annotation = annotation.filter(|text| text != "None");
    if has("property") || has("cached_property") || has("abstractproperty") {
        member.kind = Kind::Property;
        member.writable = has("cached_property");
        member.reads = handed_out(parsed, definition);
        return Some(member);
    }
    member.binding = match () {
        () if has("staticmethod") => Binding::Static,
        () if has("classmethod") => Binding::Class,
        () => Binding::Object,
    };
    member.params = parameters(parsed, definition, member.binding != Binding::Static);
    Some(member)
}

/// What a call gives: a function that is annotated to answer an awaitable or an asynchronous iterator is one.
fn kind(parsed: &Parsed<'_>, definition: Id, answer: Option<&str>) -> Kind {
    let syntax = &parsed.syntax;
    let own = |id: &Id| syntax.kind(*id) == "yield" && syntax.function(*id) == Some(definition);
    let yields = syntax.subtree(definition).any(|id| own(&id));
    let answers =
        |names: &[&str]| answer.is_some_and(|answer| names.iter().any(|name| plain(answer.split('[').next().unwrap_or("")) == *name));
    match (syntax.is_async(definition), yields) {
        (true, true) => Kind::AsyncGenerator,
        (true, false) => Kind::Async,
        (false, true) => Kind::Generator,
        (false, false) if answers(&["Awaitable", "Coroutine"]) => Kind::Async,
        (false, false) if answers(&["AsyncIterator", "AsyncGenerator", "AsyncIterable"]) => Kind::AsyncGenerator,
        (false, false) => Kind::Method,
    }
}

/// The parameters of a function; `bound` leaves out the first.
pub(super) fn parameters(parsed: &Parsed<'_>, definition: Id, bound: bool) -> Vec<Parameter> {
    let syntax = &parsed.syntax;
    let mut all: Vec<Parameter> = Vec::new();
    let mut how = How::Any;
    for part in syntax.field(definition, "parameters").into_iter().flat_map(|list| syntax.named(list)) {
        match syntax.kind(part) {
            "keyword_separator" => how = How::Name,
            "positional_separator" => all.iter_mut().for_each(|before| before.how = How::Position),
            _ => {
                let mut parameter = parameter(parsed, part, how);
                if parameter.how == How::Rest {
                    how = How::Name;
                }
                parameter.name = parameter.name.trim_start_matches('*').to_owned();
                all.push(parameter);
            }
        }
    }
    let skipped = usize::from(bound && all.first().is_some_and(|first| matches!(first.how, How::Any | How::Position)));
    all.split_off(skipped.min(all.len()))
}

fn parameter(parsed: &Parsed<'_>, part: Id, how: How) -> Parameter {
    let syntax = &parsed.syntax;
    let name = match syntax.kind(part) {
        "typed_parameter" => syntax.named(part).next(),
        _ => syntax.field(part, "name"),
    };
    let name = syntax.str(name.unwrap_or(part));
    let how = match name {
        name if name.starts_with("**") => How::Others,
        name if name.starts_with('*') => How::Rest,
        _ => how,
    };
    Parameter {
        name: name.to_owned(),
        how,
        annotation: syntax.field(part, "type").map(|of| unquoted(syntax.str(of))),
        default: syntax.field(part, "value").map(|value| one_line(syntax.str(value))),
    }
}

/// `self._x` where that is all that a property answers.
pub(super) fn handed_out(parsed: &Parsed<'_>, definition: Id) -> Option<String> {
    let syntax = &parsed.syntax;
    let body = syntax.field(definition, "body")?;
    let is_doc =
        |id: Id| syntax.kind(id) == "expression_statement" && syntax.named(id).next().is_some_and(|of| syntax.kind(of) == "string");
    let mut statements = syntax.named(body).filter(|&statement| !is_doc(statement));
    let (only, None) = (statements.next()?, statements.next()) else { return None };
    let value = syntax.named(only).next().filter(|_| syntax.kind(only) == "return_statement")?;
    let object = syntax.field(value, "object").filter(|_| syntax.kind(value) == "attribute")?;
    (syntax.str(object) == "self").then(|| syntax.field(value, "attribute").map(|name| syntax.str(name).to_owned())).flatten()
}

/// An annotation on one line and without the quotes around it.
pub(super) fn unquoted(text: &str) -> String {
    let text = one_line(text).replace(": ", ":").replace(", ]", "]").replace("[ ", "[").replace(" ]", "]");
    text.replace(['"', '\''], "")
}

pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
