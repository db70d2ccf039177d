//! The type of `owner.name`.

use super::infer::{DEPTH, Inference};
use super::left::is_somebody;
use super::scope::Bound;
use super::syntax::Id;
use super::types::{Cls, Ty, Typed};
use crate::surface;

impl<'t> Inference<'_, 't> {
    pub(crate) fn member(&self, owner: Typed, name: &str, depth: usize) -> Typed {
        if !owner.also.is_empty() {
            return owner.each(Ty::is_telling, |one| self.member(one, name, depth));
        }
        match owner.ty.clone() {
            Ty::Module(module) => self.imported(&module, Some(name)),
            Ty::Foreign(module, inner) => {
                let left = self.left_under(name);
                if left.ty == Ty::Unknown { self.imported(&format!("{module}.{inner}"), Some(name)) } else { left }
            }
            Ty::Instance(Cls::Surface(class)) | Ty::Class(Cls::Surface(class)) => match class.member(name) {
                Some(member) if member.kind == surface::MemberKind::Attribute => owner.with(valued(member.returns)),
                Some(member) => owner.with(Ty::Method(class, member.name)),
                None => Typed::unknown(),
            },
            Ty::Instance(Cls::Local(class)) | Ty::Class(Cls::Local(class)) => {
                let own = self.inherited(&owner, Cls::Local(class), name, depth);
                self.but_overridden(self.also_elsewhere(own, self.place(class), name), &owner.ty, name)
            }
            Ty::Instance(Cls::Elsewhere(class)) | Ty::Class(Cls::Elsewhere(class)) => {
                let own = self.inherited(&owner, Cls::Elsewhere(class), name, depth);
                self.but_overridden(self.also_elsewhere(own, class, name), &owner.ty, name)
            }
            Ty::Mapping(inner) if matches!(name, "get" | "pop" | "setdefault") => owner.with(Ty::Mapping(inner)),
            ty if is_somebody(&ty) => self.left_under(name),
            _ => Typed::unknown(),
        }
    }

    /// A member as a class or the first of its bases that has one says it, without what others of its subclasses make of it.
    pub(super) fn inherited(&self, owner: &Typed, class: Cls, name: &str, depth: usize) -> Typed {
        if depth > DEPTH {
            return Typed::unknown();
        }
        let of = |class: Cls| self.said_of(owner, class, name, depth);
        of(class).or_else(|| self.lineage(class, depth).into_iter().skip(1).find_map(of)).unwrap_or_else(Typed::unknown)
    }

    /// What a class says of a member itself, which may be that nobody knows; `None` where it has none of that name.
    fn said_of(&self, owner: &Typed, class: Cls, name: &str, depth: usize) -> Option<Typed> {
        match class {
            Cls::Local(id) if self.scopes.attribute(id, name).is_empty() => None,
            Cls::Local(id) => {
                let own = self.own_member(id, name, depth);
                Some(match own.ty {
                    Ty::Function(id) if self.decorators(id).iter().any(|d| d.ends_with("property")) => self.answer(id, depth + 1),
                    _ => own,
                })
            }
            Cls::Elsewhere(place) => self.member_elsewhere(place, name),
            Cls::Surface(_) | Cls::Named(_) => {
                Some(self.member(owner.clone().with(Ty::Instance(class)), name, depth)).filter(|typed| typed.ty != Ty::Unknown)
            }
        }
    }

    /// What a class says of an attribute itself, a method as a function; its bases are not asked.
    pub(crate) fn own_member(&self, class: Id, name: &str, depth: usize) -> Typed {
        let bindings = self.scopes.attribute(class, name);
        if let Some(annotated) = bindings.iter().find(|b| matches!(b.bound, Bound::Annotated(..))) {
            let typed = self.given(class, name, annotated, self.bound(annotated, depth + 1));
            // `agent: Any = None` says nothing.
            if !matches!(typed.ty, Ty::Unknown | Ty::Nothing) {
                let values = bindings.iter().filter(|binding| matches!(binding.bound, Bound::Value(_)));
                let stored = || Typed::join(values.map(|binding| self.bound(binding, depth + 1)).collect());
                return self.but_given(typed, stored, name, self.line(annotated.node));
            }
        }
        if bindings.is_empty() {
            return Typed::unknown();
        }
        Typed::join(bindings.iter().map(|binding| self.bound(binding, depth + 1)).collect())
    }
}

impl<'t> Inference<'_, 't> {
    /// The attributes that a class of this file assigns; with `at_birth`, in its body or `__init__`.
    pub fn own_attributes(&self, class: Id, at_birth: bool) -> impl Iterator<Item = &'t str> + '_ {
        self.scopes.attributes(class).filter(move |name| self.assigns(class, name, at_birth))
    }

    /// Whether a class of this file assigns an attribute; with `at_birth`, in its body or `__init__`.
    #[must_use]
    pub fn assigns(&self, class: Id, name: &str, at_birth: bool) -> bool {
        let born = move |node: Id| {
            let function = self.syntax.function(node).filter(|&function| self.syntax.contains(class, function));
            let name = function.and_then(|function| self.syntax.field(function, "name"));
            name.is_none_or(|name| self.syntax.str(name) == "__init__")
        };
        self.scopes.attribute(class, name).iter().any(|binding| !at_birth || born(binding.node))
    }
}

/// The type that a member of the surface is declared with.
pub(super) fn valued(name: &str) -> Ty {
    match surface::class(name) {
        Some(class) => Ty::Instance(Cls::Surface(class)),
        None if name == "str" => Ty::Text,
        None if name == "any" => Ty::Unknown,
        None => Ty::Other(name.to_owned().into()),
    }
}
