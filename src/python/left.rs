//! What is left on an object whose class nobody knows, to be picked up elsewhere under the same name: `app.state.agent = …`
//! and `request.app.state.agent`, `ctx.obj["agent"] = …`, `session.set("agent", …)`. That it is the same object is likely and
//! no more.

use super::address::Owner;
use super::asked::Item;
use super::carriers::spelled;
use super::infer::Inference;
use super::syntax::{Id, Syntax};
use super::types::{Cls, Ty, Typed};
use crate::finding::Strength;

impl Inference<'_, '_> {
    /// What somebody left on such an object under a name; nothing where that is nothing of the project.
    pub(super) fn left_under(&self, name: &str) -> Typed {
        if !self.can_be_left(name) {
            return Typed::unknown();
        }
        self.asked.note(Item::Stored(Owner::Somebody, name));
        let Some(left) = self.outside.stored.get(&Owner::Somebody).and_then(|names| names.get(name)) else { return Typed::unknown() };
        let mut typed = self.localised(left.clone());
        typed.strength = typed.strength.max(Strength::Likely);
        if typed.ty.is_telling() || typed.also.iter().any(Ty::is_telling) { typed } else { Typed::unknown() }
    }

    /// Somebody stores an orchestrator, or something that holds one, under the name into what is not `self`.
    fn can_be_left(&self, name: &str) -> bool {
        self.outside.carriers.as_ref().is_none_or(|carriers| carriers.left.contains(&spelled(name)))
    }

    /// What is picked up by a key: `of["name"]`, `of.get("name")`.
    pub(super) fn left_at(&self, key: Option<Id>) -> Typed {
        key.and_then(|key| self.syntax.literal(key)).map_or_else(Typed::unknown, |name| self.left_under(name))
    }
}

/// Whether nobody knows what an object of that type has.
#[must_use]
pub fn is_somebody(ty: &Ty) -> bool {
    matches!(ty, Ty::Unknown | Ty::Foreign(..) | Ty::Other(_) | Ty::Instance(Cls::Named(_)) | Ty::Class(Cls::Named(_)))
}

/// The object, the name and the value of `object["name"] = value` and `object.set("name", value)`.
#[must_use]
pub fn leaving<'t>(syntax: &Syntax<'t>, id: Id) -> Option<(Id, &'t str, Id)> {
    match syntax.kind(id) {
        "assignment" => {
            let left = syntax.field(id, "left").filter(|&left| syntax.kind(left) == "subscript")?;
            Some((syntax.field(left, "value")?, syntax.literal(syntax.field(left, "subscript")?)?, syntax.field(id, "right")?))
        }
        "call" => {
            let function = syntax.field(id, "function").filter(|&function| syntax.kind(function) == "attribute")?;
            let name = syntax.field(function, "attribute").filter(|&name| syntax.str(name) == "set")?;
            let arguments: Vec<Id> = syntax.named(syntax.field(id, "arguments")?).collect();
            let [key, value, ..] = arguments[..] else { return None };
            Some((syntax.field(syntax.parent(name)?, "object")?, syntax.literal(key)?, value))
        }
        _ => None,
    }
}
