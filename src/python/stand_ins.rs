//! What is passed where an annotation says orchestrator, and is none. Tests do so, and read what they stored: a fix that is
//! right for an orchestrator can break them.

use super::asked::Item;
use super::infer::Inference;
use super::outside::stand_ins;
use super::syntax::Id;
use super::types::{Cls, Ty, Typed};
use crate::finding::Strength;
use crate::surface;

impl Inference<'_, '_> {
    /// What a parameter is that is annotated as an orchestrator: only likely one, where somebody passes something else.
    pub(super) fn doubted(&self, mut typed: Typed, parameter: Id, depth: usize) -> Typed {
        let syntax = self.syntax;
        let is_one = matches!(typed.ty, Ty::Instance(class) if self.is_orchestrator(class));
        let name = syntax.field(parameter, "name").or_else(|| syntax.named(parameter).next());
        let function = syntax.ancestors(parameter).find(|&up| syntax.kind(up) == "function_definition");
        let (true, Some(name), Some(function)) = (is_one, name, function) else { return typed };
        let name = syntax.str(name);
        let mock = || Some(self.fixture(function, name, depth)).filter(|fixture| matches!(fixture.ty, Ty::Mock(_)));
        if let Some(other) = self.stand_in(function, name).or_else(mock) {
            typed.evidence.extend(&other.evidence);
            let what = if matches!(other.ty, Ty::Mock(_)) { other.ty.name() } else { self.described(&other.ty) };
            typed =
                typed.because(self.line(parameter), format!("{what} is passed too, so `{name}` is not always what its annotation says"));
            typed.strength = typed.strength.max(Strength::Likely);
        }
        typed
    }

    /// A mock, or an object of another class, that some call of the project passes to a parameter.
    fn stand_in(&self, function: Id, name: &str) -> Option<Typed> {
        let place = self.place(function);
        self.asked.note(Item::Passed(place, name));
        let names: Vec<String> = stand_ins(name).collect();
        names.iter().for_each(|name| self.asked.note(Item::Passed(place, name)));
        let calls = self.outside.passed.get(&place)?;
        let mut known = names.iter().map_while(|name| calls.get(name)).map(|typed| self.localised(typed.clone()));
        known.find(|typed| match typed.ty {
            Ty::Instance(class) => !self.may_be_one(class),
            _ => true,
        })
    }

    /// Whether an object of a class may be an orchestrator all the same: its own source, or what it is put together from.
    fn may_be_one(&self, class: Cls) -> bool {
        let is_one = |class: Cls| self.is_orchestrator(class) || self.class_name(class) == Some(surface::ORCHESTRATOR);
        is_one(class) || self.heirs(class).into_iter().any(|heir| is_one(self.local(Cls::Elsewhere(heir))))
    }
}
