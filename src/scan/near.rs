//! What a rule of the user's does not find although it has the name: another class, another function, or nobody knows. For
//! its author, who wants to see how far it reaches.

use super::site::{Context, shortened};
use crate::finding::Finding;
use crate::python::syntax::Id;
use crate::python::types::Ty;
use crate::rule::matching::{is_read, is_target};

/// One place that has the name and is not found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    /// First byte.
    pub start: usize,
    /// As written, on one line.
    pub text: String,
    /// Why it is none.
    pub reason: String,
    /// Nobody knows what it is; otherwise it is something else.
    pub unknown: bool,
}

/// Everything in a text that has the name of a member or a function of the rules and belongs to no finding.
pub(super) fn misses(context: &Context<'_, '_, '_>, findings: &[Finding]) -> Vec<NearMiss> {
    let syntax = context.code.syntax;
    let members = &context.rules.names().members;
    let found = |start: usize| findings.iter().any(|finding| finding.span.contains(&start));
    let mut misses = Vec::new();
    for id in 0..syntax.len() {
        let name = match syntax.kind(id) {
            "attribute" => syntax.field(id, "attribute"),
            "identifier" if is_read(syntax, id) && !is_target(context.code, id) => Some(id),
            _ => None,
        };
        if name.is_none_or(|name| !members.contains(syntax.str(name)) || found(syntax.start(name))) {
            continue;
        }
        let object = syntax.field(id, "object").filter(|_| syntax.kind(id) == "attribute");
        misses.extend(miss(context, id, object));
    }
    misses
}

fn miss(context: &Context<'_, '_, '_>, id: Id, object: Option<Id>) -> Option<NearMiss> {
    let (syntax, code) = (context.code.syntax, context.code);
    // A plain name that a function or class of this file binds, or a builtin, is none of ours.
    let asked = object.unwrap_or(id);
    if object.is_none() && code.scopes.resolve(syntax, id, syntax.str(id)).is_none() && code.scopes.stars.is_empty() {
        return None;
    }
    let spoken = shortened(syntax.str(asked));
    let path = code.import_path(asked);
    let (unknown, reason) = match (&code.of(asked).ty, path) {
        (Ty::Instance(class), _) => {
            let name = code.class_name(*class).map_or_else(|| code.of(asked).ty.name(), |name| format!("`{name}`"));
            (false, format!("`{spoken}` is of {name}"))
        }
        (_, Some(path)) => (false, format!("`{spoken}` is `{path}`")),
        (Ty::Unknown | Ty::Foreign(..), None) => (true, format!("the type of `{spoken}` is not known")),
        (ty, None) => (false, format!("`{spoken}` is {}", ty.name())),
    };
    Some(NearMiss { start: syntax.start(id), text: shortened(syntax.str(id)), reason, unknown })
}
