//! What an orchestrator has although its class does not define it: attributes that builders store into it, properties that
//! a function installs on the class, and names that the class uses although nobody was seen who defines them.

use super::class::Found;
use super::code::Code;
use super::{function, handed};
use crate::finding::Strength;
use crate::python::outside::Outside;
use crate::python::scope::{Bound, self_name};
use crate::python::{Id, Inference, Parsed};
use crate::releases::manifest::{Class, Kind, Member, Seen};
use crate::surface;

/// Adds all of it.
pub(super) fn complete(code: &Code<'_>, home: &Found, class: &mut Class) {
    installed(code, home, class);
    for module in code.modules().filter(|module| *module != home.module) {
        // A name alone speaks only among the orchestrator's own modules.
        let text = code.text(module);
        let likely = module.starts_with("victor.agent.") && text.contains(surface::ORCHESTRATOR);
        if text.contains(surface::ORCHESTRATOR) && (text.contains(" = ") || text.contains("setattr(")) {
            stored(code, module, likely, class);
        }
    }
    handed::complete(code, home, class);
    let (lineage, _) = code.lineage(home);
    for one in &lineage {
        if let Some(parsed) = code.parsed(&one.module) {
            used(&parsed, one.id, class);
        }
    }
}

/// `orchestrator._x = …` and `setattr(orchestrator, "_x", …)` in another module.
fn stored(code: &Code<'_>, module: &str, likely: bool, class: &mut Class) {
    let Some(parsed) = code.parsed(module) else { return };
    let (syntax, outside) = (&parsed.syntax, Outside::default());
    let inference = Inference::new((syntax, &parsed.scopes, &parsed.lines), true, &outside, 0);
    let counts = |object: Id| inference.orchestrator(object).is_some_and(|typed| likely || typed.strength == Strength::Proven);
    for id in 0..syntax.len() {
        let place = match syntax.kind(id) {
            "attribute" if is_target(&parsed, id) => {
                syntax.field(id, "object").zip(syntax.field(id, "attribute").map(|name| syntax.str(name)))
            }
            "call" if syntax.field(id, "function").is_some_and(|callee| syntax.str(callee) == "setattr") => {
                let mut arguments = syntax.field(id, "arguments").into_iter().flat_map(|list| syntax.named(list));
                arguments.next().zip(arguments.next().and_then(|name| syntax.literal(name)))
            }
            _ => None,
        };
        let new = place.filter(|(_, name)| !name.starts_with("__") && !class.members.contains_key(*name));
        if let Some((_, name)) = new.filter(|(object, _)| counts(*object)) {
            class.members.insert(name.to_owned(), Member { seen: Seen::Stored(module.to_owned()), ..Member::new(Kind::Attribute) });
        }
    }
}

/// Whether an attribute is assigned.
pub(super) fn is_target(parsed: &Parsed<'_>, attribute: Id) -> bool {
    let syntax = &parsed.syntax;
    let mut at = attribute;
    while let Some(up) = syntax.parent(at) {
        match syntax.kind(up) {
            "pattern_list" | "tuple_pattern" | "list_pattern" => at = up,
            "assignment" => return syntax.role(at) == Some("left"),
            _ => return false,
        }
    }
    false
}

/// `install(AgentOrchestrator)` below the class, where `install` sets what a table of the form
/// `{"name": (getter, setter)}` has.
fn installed(code: &Code<'_>, home: &Found, class: &mut Class) {
    let Some(parsed) = code.parsed(&home.module) else { return };
    let syntax = &parsed.syntax;
    let calls = (0..syntax.len()).filter(|&id| syntax.kind(id) == "call" && parsed.scopes.of(id) == 0);
    for call in calls {
        let (Some(callee), Some(list)) = (syntax.field(call, "function"), syntax.field(call, "arguments")) else { continue };
        let takes = syntax.named(list).any(|argument| syntax.str(argument) == surface::ORCHESTRATOR);
        let Some(installer) = code.function(&home.module, syntax.str(callee)).filter(|_| takes) else { continue };
        let Some(table) = table(code, &installer) else { continue };
        for (name, member) in table {
            class.members.insert(name, member);
        }
    }
}

/// The members that an installer sets.
fn table(code: &Code<'_>, installer: &Found) -> Option<Vec<(String, Member)>> {
    let parsed = code.parsed(&installer.module)?;
    let syntax = &parsed.syntax;
    let own = self_name(syntax, installer.id)?;
    let body = syntax.subtree(installer.id);
    let sets = format!("setattr({own},");
    let loops = body.filter(|&id| syntax.kind(id) == "for_statement" && syntax.str(id).contains(&sets));
    let source = loops.filter_map(|id| syntax.field(id, "right")).next()?;
    let name = syntax.str(source).strip_suffix(".items()")?;
    let dictionary = parsed.scopes.bindings(0, name).iter().find_map(|binding| match binding.bound {
        Bound::Value(value) | Bound::Annotated(_, Some(value)) if syntax.kind(value) == "dictionary" => Some(value),
        _ => None,
    })?;
    let pairs = syntax.named(dictionary).filter(|&pair| syntax.kind(pair) == "pair");
    Some(pairs.filter_map(|pair| row(code, &installer.module, &parsed, pair)).collect())
}

/// `"name": (getter, setter)`.
fn row(code: &Code<'_>, module: &str, parsed: &Parsed<'_>, pair: Id) -> Option<(String, Member)> {
    let syntax = &parsed.syntax;
    let name = syntax.literal(syntax.field(pair, "key")?)?;
    let mut functions = syntax.named(syntax.field(pair, "value")?);
    let (getter, setter) = (functions.next()?, functions.next());
    let definition = code.function(module, syntax.str(getter)).filter(|found| found.module == module)?.id;
    let function = function::member(parsed, definition)?;
    let member = Member {
        kind: Kind::Property,
        writable: setter.is_some_and(|setter| syntax.str(setter) != "None"),
        reads: function::handed_out(parsed, definition),
        class: function.annotation.as_deref().and_then(|annotation| code.named(module, annotation)),
        params: Vec::new(),
        module: Some(module.to_owned()),
        ..function
    };
    Some((name.to_owned(), member))
}

/// `self._x` in a method where nobody was seen who assigns it.
fn used(parsed: &Parsed<'_>, of: Id, class: &mut Class) {
    let syntax = &parsed.syntax;
    for id in syntax.subtree(of).filter(|&id| syntax.kind(id) == "attribute") {
        let (Some(object), Some(name)) = (syntax.field(id, "object"), syntax.field(id, "attribute")) else { continue };
        let name = syntax.str(name);
        let own = syntax.kind(object) == "identifier" && syntax.str(object) == "self";
        if own && !name.starts_with("__") && !class.members.contains_key(name) {
            class.members.insert(name.to_owned(), Member { seen: Seen::Used, ..Member::new(Kind::Attribute) });
        }
    }
}
