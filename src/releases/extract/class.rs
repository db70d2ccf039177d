//! A class as a manifest has it: its members with those of its bases and mixins, as far as the source shows them.

pub(super) use super::code::Found;

use super::code::Code;
use super::deprecation;
use super::function::{self, decorators, plain, unquoted};
use crate::python::scope::{Binding as Bind, Bound};
use crate::python::{Id, Parsed};
use crate::releases::manifest::{Class, Kind, Member};

/// A class and all that an object of it has; `whole` also what it keeps to itself.
pub(super) fn class(code: &Code<'_>, found: &Found, whole: bool) -> Class {
    let (lineage, unseen) = code.lineage(found);
    let mut class = Class { bases: code.bases(found), unseen: unseen.into_iter().collect(), ..Class::default() };
    // What stands nearer to the class counts.
    for one in lineage.iter().rev() {
        let Some(parsed) = code.parsed(&one.module) else { continue };
        let names = parsed.scopes.attributes(one.id);
        for name in names.filter(|name| whole || !name.starts_with('_') || *name == "__getattr__" || *name == "__init__") {
            let Some(mut member) = member(code, one, &parsed, name) else { continue };
            match name {
                "__init__" => class.init = Some(member.params),
                "__getattr__" => class.getattr = Some(delegation(&parsed, one.id)),
                _ if name.starts_with("__") => {}
                _ => {
                    member.module = (one.module != found.module).then(|| one.module.clone());
                    class.members.insert(name.to_owned(), member);
                }
            }
        }
    }
    if let Some(parsed) = code.parsed(&found.module) {
        class.deprecated = deprecation::advice(&parsed, found.id, &decorators(&parsed, found.id));
    }
    class
}

/// One attribute of a class, from all that is bound to it; of several definitions the last counts.
fn member(code: &Code<'_>, class: &Found, parsed: &Parsed<'_>, name: &str) -> Option<Member> {
    let bindings = parsed.scopes.attribute(class.id, name);
    let in_class = |id: Id| parsed.syntax.class_of(id) == Some(class.id) && parsed.syntax.kind(id) == "function_definition";
    let mut functions: Vec<Id> = bindings
        .iter()
        .filter_map(|binding| match binding.bound {
            Bound::Definition(id) if in_class(id) => Some(id),
            _ => None,
        })
        .collect();
    functions.sort_unstable();
    let getter = functions.iter().rev().find_map(|&id| function::member(parsed, id));
    let mut member = match getter {
        Some(member) => member,
        None => value(code, class, parsed, bindings)?,
    };
    let sets = |&id: &Id| decorators(parsed, id).iter().any(|decorator| plain(decorator) == "setter");
    if member.kind == Kind::Property {
        member.writable |= functions.iter().any(sets);
        member.class = member.annotation.as_deref().and_then(|annotation| code.named(&class.module, annotation));
    }
    Some(member)
}

/// An attribute that is assigned.
fn value(code: &Code<'_>, class: &Found, parsed: &Parsed<'_>, bindings: &[Bind]) -> Option<Member> {
    let syntax = &parsed.syntax;
    bindings.first()?;
    let mut member = Member::new(Kind::Attribute);
    for binding in bindings {
        let (annotation, value) = match binding.bound {
            Bound::Annotated(annotation, value) => (Some(unquoted(syntax.str(annotation))), value),
            Bound::Value(value) => (None, Some(value)),
            _ => (None, None),
        };
        if let Some(annotation) = annotation {
            member.class = code.named(&class.module, &annotation);
            member.annotation = Some(annotation);
        }
        let made = value.filter(|&value| syntax.kind(value) == "call").and_then(|call| syntax.field(call, "function"));
        if let (Some(callee), None) = (made, &member.class) {
            let capital = |name: &str| name.starts_with(|c: char| c.is_uppercase());
            member.class = Some(syntax.str(callee)).filter(|name| capital(name)).and_then(|name| code.named(&class.module, name));
        }
    }
    Some(member)
}

/// What `__getattr__` asks for a name that is not there.
fn delegation(parsed: &Parsed<'_>, class: Id) -> String {
    let syntax = &parsed.syntax;
    let binding = parsed.scopes.attribute(class, "__getattr__").last();
    let Some(Bound::Definition(definition)) = binding.map(|binding| &binding.bound) else { return "computed".to_owned() };
    let asked = syntax.subtree(*definition).filter(|&id| syntax.kind(id) == "attribute").map(|id| syntax.str(id));
    let mut owners: Vec<&str> = asked.filter(|text| text.starts_with("self._") && text.matches('.').count() == 1).collect();
    owners.sort_unstable();
    owners.dedup();
    if owners.is_empty() { "computed".to_owned() } else { format!("asks {}", owners.join(", ")) }
}
