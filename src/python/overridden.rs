//! What subclasses of the project put in the place of a method or a property: whoever asks an object of the base may get what
//! they give.

use super::infer::Inference;
use super::outside::Place;
use super::types::{Cls, Ty, Typed};

impl Inference<'_, '_> {
    /// What a member of an object gives, with what the same member of its subclasses gives where that is no orchestrator.
    pub(super) fn but_overridden(&self, given: Typed, owner: &Ty, name: &str) -> Typed {
        let (Ty::Instance(class) | Ty::Class(class)) = *owner else { return given };
        if !matches!(class, Cls::Local(_) | Cls::Elsewhere(_)) || !self.is_about_one(&given.ty) {
            return given;
        }
        let others = self.heirs(class).into_iter().filter_map(|heir| self.own_answer(heir, name));
        let others: Vec<Typed> = others.filter(|other| !self.is_about_one(&other.ty)).collect();
        if others.is_empty() { given } else { Typed::join(std::iter::once(given).chain(others).collect()) }
    }

    /// What a method or property gives that a class brings itself; nothing where it brings none.
    fn own_answer(&self, class: Place, name: &str) -> Option<Typed> {
        self.class_at(class)?;
        let Ty::Elsewhere(method) = self.member_at(class, name)?.ty else { return None };
        let is_property = self.function_at(method).is_some_and(|function| function.has("property"));
        Some(if is_property { self.answer_of(method) } else { self.answer_elsewhere(method) })
    }

    /// An orchestrator, or what gives or holds one.
    pub(super) fn is_about_one(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Instance(class) => self.is_orchestrator(*class),
            Ty::Coroutine(inner) | Ty::Calling(inner) | Ty::Sequence(inner) | Ty::Mapping(inner) => self.is_about_one(inner),
            Ty::Tuple(parts) => parts.iter().any(|part| self.is_about_one(part)),
            _ => false,
        }
    }
}
