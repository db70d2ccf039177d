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
    pub(super) fn doubted_parameter(&self, typed: Typed, parameter: Id, depth: usize) -> Typed {
        let syntax = self.syntax;
        let name = syntax.field(parameter, "name").or_else(|| syntax.named(parameter).next());
        let function = syntax.ancestors(parameter).find(|&up| syntax.kind(up) == "function_definition");
        let (Some(name), Some(function)) = (name, function) else { return typed };
        let (name, line) = (syntax.str(name), self.line(parameter));
        if let Ty::Instance(class) = typed.ty
            && self.derives_from(class, "Protocol")
        {
            return self.behind(typed, function, name, line);
        }
        let typed = self.doubted(typed, function, name, line);
        let typed = match syntax.field(parameter, "value") {
            Some(default) => self.but_given(typed, || self.infer(default, depth + 1), name, line),
            None => typed,
        };
        self.but_given(typed, || self.fixture(function, name, depth), name, line)
    }

    /// What is passed where a protocol of the project asks for anything that fits: an orchestrator, where somebody passes one.
    fn behind(&self, protocol: Typed, function: Id, name: &str, line: usize) -> Typed {
        let mut passed = self.passed(function, name, None);
        let is_one = |ty: &Ty| matches!(*ty, Ty::Instance(class) if self.is_orchestrator(class));
        if !is_one(&passed.ty) && !passed.also.iter().any(is_one) {
            return protocol;
        }
        passed.strength = passed.strength.max(Strength::Likely);
        passed.because(line, format!("`{name}` takes whatever fits `{}`", self.described(&protocol.ty)))
    }

    /// The same for a parameter of a function, or a field of a class, by its name.
    pub(super) fn doubted(&self, typed: Typed, of: Id, name: &str, line: usize) -> Typed {
        match self.is_one(&typed).then(|| self.stand_in(of, name)).flatten() {
            Some(other) => self.beside(typed, &other, name, line),
            None => typed,
        }
    }

    /// What is declared as an orchestrator, and what it is given in that place.
    pub(super) fn but_given(&self, declared: Typed, given: impl FnOnce() -> Typed, name: &str, line: usize) -> Typed {
        if declared.mocked || !self.is_one(&declared) {
            return declared;
        }
        let given = given();
        let is_other = |ty: &Ty| match ty {
            Ty::Mock(_) => true,
            Ty::Instance(class) => !self.may_be_one(*class),
            _ => false,
        };
        if given.mocked || is_other(&given.ty) || given.also.iter().any(is_other) {
            self.beside(declared, &given, name, line)
        } else {
            declared
        }
    }

    fn is_one(&self, typed: &Typed) -> bool {
        matches!(typed.ty, Ty::Instance(class) if self.is_orchestrator(class))
    }

    /// A type with the story of what is passed in its place.
    fn beside(&self, mut typed: Typed, other: &Typed, name: &str, line: usize) -> Typed {
        let is_mock = other.mocked || matches!(other.ty, Ty::Mock(_));
        let what = if is_mock { Ty::Mock(false).name() } else { self.described(&other.ty) };
        typed.evidence.extend(&other.evidence);
        (typed.strength, typed.mocked) = (typed.strength.max(Strength::Likely), true);
        typed.because(line, format!("{what} takes the place of `{name}` somewhere, whatever its annotation says"))
    }

    /// A mock, or an object of another class, that some call of the project passes to a parameter or into a field.
    fn stand_in(&self, of: Id, name: &str) -> Option<Typed> {
        let place = self.place(of);
        let names: Vec<String> = stand_ins(name).collect();
        names.iter().for_each(|name| self.asked.note(Item::Passed(place, name)));
        let calls = self.outside.passed.get(&place)?;
        let mut known = names.iter().map_while(|name| calls.get(name)).map(|typed| self.localised(typed.clone()));
        known.find(|typed| match typed.ty {
            _ if typed.mocked => true,
            Ty::Instance(class) => !self.may_be_one(class),
            _ => matches!(typed.ty, Ty::Mock(_)),
        })
    }

    /// Whether an object of a class may be an orchestrator all the same: its own source, what it is put together from, or what
    /// derives from something that is not known, or is a protocol.
    fn may_be_one(&self, class: Cls) -> bool {
        let is_one = |class: Cls| {
            let named = self.class_name(class).is_some_and(|name| name == surface::ORCHESTRATOR);
            named || self.is_orchestrator(class) || !self.lineage(class, 0).iter().all(|&class| self.has_seen_bases(class))
        };
        is_one(class) || self.heirs(class).into_iter().any(|heir| is_one(self.local(Cls::Elsewhere(heir))))
    }
}
