//! The orchestrator that stands beside a place: a name, or an attribute of `self`, that is one there.

use crate::finding::Strength;
use crate::python::syntax::Id;
use crate::python::types::{Cls, Ty, Typed};
use crate::scan::Context;

/// How to write the orchestrator at a place, the nearest first; `None` where there is none that is proven.
///
/// # Errors
/// Two are equally near; which.
pub(super) fn beside(context: &Context<'_, '_, '_>, at: Id) -> Result<Option<String>, String> {
    let (syntax, scopes) = (context.code.syntax, context.code.scopes);
    let start = scopes.of(at);
    let mut scope = start;
    loop {
        let visible = scope == start || syntax.kind(scope) != "class_definition";
        let mut found: Vec<String> = Vec::new();
        if visible {
            let names = scopes.names(scope).filter(|name| scopes.resolve(syntax, at, name) == Some(scope));
            found.extend(names.filter(|name| is_one(context, &context.code.named(at, name))).map(str::to_owned));
        }
        if found.is_empty() && syntax.kind(scope) == "function_definition" {
            found = of_self(context, scope);
        }
        found.sort_unstable();
        match &found[..] {
            [] if scope == 0 => return Ok(None),
            [] => scope = scopes.of(scope),
            [one] => return Ok(Some(one.clone())),
            [one, two, ..] => return Err(format!("whether `{one}` or `{two}` should do it is not known")),
        }
    }
}

fn is_one(context: &Context<'_, '_, '_>, typed: &Typed) -> bool {
    let instance = matches!(typed.ty, Ty::Instance(class) if context.code.is_orchestrator(class));
    instance && typed.strength == Strength::Proven && typed.also.is_empty()
}

/// The attributes of the object whose method a function is.
fn of_self(context: &Context<'_, '_, '_>, function: Id) -> Vec<String> {
    let (syntax, code) = (context.code.syntax, context.code);
    let Some(class) = syntax.class_of(function) else { return Vec::new() };
    let Some(own) = crate::python::scope::self_name(syntax, function) else { return Vec::new() };
    let mut names: Vec<String> = code.scopes.attributes(class).map(str::to_owned).collect();
    for base in code.bases(Cls::Local(class), 0) {
        if let Cls::Elsewhere(place) = base {
            names.extend(code.class_at(place).into_iter().flat_map(|class| class.members.keys().cloned()));
        }
    }
    names.sort_unstable();
    names.dedup();
    let object = Typed::plain(Ty::Instance(Cls::Local(class)));
    names.retain(|name| is_one(context, &code.member(object.clone(), name, 0)));
    names.into_iter().map(|name| format!("{own}.{name}")).collect()
}
