//! What is put into a list or a dictionary after it was made: an orchestrator taken out of it may be that.

use super::infer::{DEPTH, Inference};
use super::scope::{Binding, Bound};
use super::syntax::Id;
use super::types::{Cls, Ty, Typed};
use crate::finding::Strength;

/// Values that are looked at of those that are put into an empty container, constants last.
const MOST_VALUES: usize = 32;

/// Methods that put something in.
pub const FILLING: [&str; 9] = ["append", "appendleft", "add", "insert", "extend", "extendleft", "update", "setdefault", "put"];

impl Inference<'_, '_> {
    /// A container of orchestrators, or one that is empty at first, with what else is put into it in this file, by its name or
    /// as an attribute of its class.
    pub(super) fn but_filled(&self, held: Typed, container: Id, depth: usize) -> Typed {
        let (Ty::Sequence(inner) | Ty::Mapping(inner)) = &held.ty else { return held };
        if **inner == Ty::Nothing {
            return self.filled(held, container, depth);
        }
        if !self.is_about_one(&held.ty) {
            return held;
        }
        let Some((places, bindings)) = self.places_of(container) else { return held };
        // What an annotation says of it counts where nothing else is known.
        let is_said = bindings.iter().any(|binding| matches!(binding.bound, Bound::Annotated(..) | Bound::Parameter(_)));
        let given = places.into_iter().flat_map(|place| self.given_to(place)).map(|value| self.given_type(value, depth));
        let others: Vec<Ty> = given.filter(|ty| !(self.is_about_one(ty) || is_said && *ty == Ty::Unknown)).collect();
        if others.is_empty() {
            return held;
        }
        let container = if matches!(held.ty, Ty::Sequence(_)) { Ty::Sequence } else { Ty::Mapping };
        let inner = held.opened(|ty| [ty.item(), ty.target()].concat());
        Typed::join(std::iter::once(inner).chain(others.into_iter().map(Typed::plain)).collect()).held(container)
    }

    /// What an empty container is filled with.
    fn filled(&self, empty: Typed, container: Id, depth: usize) -> Typed {
        let Some((places, _)) = self.places_of(container) else { return empty };
        let mut values: Vec<Id> = places.into_iter().flat_map(|place| self.given_to(place)).collect();
        if values.len() > MOST_VALUES {
            values.sort_by_key(|&value| self.syntax.is_constant(value));
            values.truncate(MOST_VALUES);
        }
        if values.is_empty() || depth > DEPTH / 4 {
            return empty;
        }
        let of = if matches!(empty.ty, Ty::Sequence(_)) { Ty::Sequence } else { Ty::Mapping };
        let mut filled = Typed::join(values.into_iter().map(|value| self.given_value(value, depth)).collect());
        // It may be empty still, or hold what others put in.
        filled.strength = Strength::Likely.max(filled.strength);
        if filled.ty.is_telling() || filled.also.iter().any(Ty::is_telling) { filled.held(of) } else { empty }
    }

    /// Where else the container stands, and what binds it.
    fn places_of(&self, container: Id) -> Option<(Vec<Id>, &[Binding])> {
        let syntax = self.syntax;
        if syntax.kind(container) == "identifier" {
            let name = syntax.str(container);
            let scope = self.scopes.resolve(syntax, container, name)?;
            let is_it = |id: &Id| syntax.role(*id) != Some("attribute");
            let places = self.spelled(scope, name).iter().copied().filter(is_it).collect();
            return Some((places, self.scopes.bindings(scope, name)));
        }
        let name = syntax.str(syntax.field(container, "attribute")?);
        let Ty::Instance(Cls::Local(class)) = self.infer(syntax.field(container, "object")?, 1).ty else { return None };
        let attribute = |&id: &Id| syntax.parent(id).filter(|&up| syntax.kind(up) == "attribute" && syntax.role(id) == Some("attribute"));
        Some((self.spelled(0, name).iter().filter_map(attribute).collect(), self.scopes.attribute(class, name)))
    }

    /// The values that are put into a container where it stands.
    fn given_to(&self, place: Id) -> Vec<Id> {
        let syntax = self.syntax;
        let Some(up) = syntax.parent(place) else { return Vec::new() };
        match (syntax.kind(up), syntax.role(place)) {
            ("subscript", Some("value")) => {
                let assignment = syntax.parent(up).filter(|&it| syntax.kind(it) == "assignment" && syntax.role(up) == Some("left"));
                assignment.and_then(|it| syntax.field(it, "right")).into_iter().collect()
            }
            ("attribute", Some("object")) => {
                let fills = syntax.field(up, "attribute").is_some_and(|name| FILLING.contains(&syntax.str(name)));
                let call = syntax.parent(up).filter(|&it| fills && syntax.kind(it) == "call" && syntax.role(up) == Some("function"));
                let list = call.and_then(|call| syntax.field(call, "arguments"));
                let all: Vec<Id> = list.into_iter().flat_map(|list| syntax.named(list)).collect();
                // Before what is put in stands where.
                let skipped =
                    usize::from(syntax.field(up, "attribute").is_some_and(|name| matches!(syntax.str(name), "insert" | "setdefault")));
                all.into_iter().skip(skipped).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What a value puts in: of another container, what that holds.
    fn given_type(&self, value: Id, depth: usize) -> Ty {
        self.given_value(value, depth).ty
    }

    fn given_value(&self, value: Id, depth: usize) -> Typed {
        let value = self.syntax.field(value, "value").filter(|_| self.syntax.kind(value) == "keyword_argument").unwrap_or(value);
        let given = self.infer(value, depth + 1);
        match given.ty {
            Ty::Sequence(_) | Ty::Mapping(_) => given.opened(|ty| [ty.item(), ty.target()].concat()),
            _ => given,
        }
    }
}
