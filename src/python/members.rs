//! The type of `owner.name`.

use super::infer::{DEPTH, Inference};
use super::scope::Bound;
use super::syntax::Id;
use super::types::{Cls, Ty, Typed};
use crate::finding::Strength;
use crate::surface;

impl<'t> Inference<'_, 't> {
    pub(crate) fn member(&self, owner: Typed, name: &str, depth: usize) -> Typed {
        if !owner.also.is_empty() {
            return self.member_of_several(owner, name, depth);
        }
        match owner.ty.clone() {
            Ty::Module(module) => self.imported(&module, Some(name)),
            Ty::Foreign(module, inner) => self.imported(&format!("{module}.{inner}"), Some(name)),
            Ty::Instance(Cls::Surface(class)) | Ty::Class(Cls::Surface(class)) => match class.member(name) {
                Some(member) if member.kind == surface::MemberKind::Attribute => owner.with(valued(member.returns)),
                Some(member) => owner.with(Ty::Method(class, member.name)),
                None => Typed::unknown(),
            },
            Ty::Instance(Cls::Local(class)) | Ty::Class(Cls::Local(class)) => {
                let own = self.local_member(&owner, class, name, depth);
                self.also_elsewhere(own, self.place(class), name)
            }
            Ty::Instance(Cls::Elsewhere(class)) | Ty::Class(Cls::Elsewhere(class)) => {
                let own = self.member_elsewhere(&owner, class, name, depth);
                self.also_elsewhere(own, class, name)
            }
            Ty::Instance(Cls::Named(_)) | Ty::Class(Cls::Named(_)) => Typed::unknown(),
            Ty::Mapping(inner) if matches!(name, "get" | "pop" | "setdefault") => owner.with(Ty::Mapping(inner)),
            _ => Typed::unknown(),
        }
    }

    /// A member of one of several objects; those that are not of the project or the surface have none that matters.
    fn member_of_several(&self, owner: Typed, name: &str, depth: usize) -> Typed {
        let also = owner.also.iter().filter(|ty| matches!(ty, Ty::Instance(_) | Ty::Class(_) | Ty::Mock(_))).cloned();
        let each: Vec<Ty> = std::iter::once(owner.ty.clone()).chain(also).collect();
        let foreign = owner.also.len() >= each.len();
        let of = |ty: Ty| self.member(Typed { ty, also: Vec::new(), ..owner.clone() }, name, depth);
        let mut typed = Typed::join(each.into_iter().map(of).collect());
        if foreign {
            typed.strength = typed.strength.max(Strength::Likely);
        }
        typed
    }

    /// A member as a base says it, without what others of its subclasses make of it.
    pub(super) fn inherited(&self, owner: &Typed, base: Cls, name: &str, depth: usize) -> Typed {
        match base {
            Cls::Local(class) => self.local_member(owner, class, name, depth),
            Cls::Elsewhere(place) => self.member_elsewhere(owner, place, name, depth),
            Cls::Surface(_) | Cls::Named(_) => self.member(owner.clone().with(Ty::Instance(base)), name, depth),
        }
    }

    pub(super) fn local_member(&self, owner: &Typed, class: Id, name: &str, depth: usize) -> Typed {
        if depth > DEPTH {
            return Typed::unknown();
        }
        let own = self.own_member(class, name, depth);
        if own.ty != Ty::Unknown {
            return match own.ty {
                Ty::Function(id) if self.decorators(id).iter().any(|d| d.ends_with("property")) => self.answer(id, depth + 1),
                _ => own,
            };
        }
        if !self.scopes.attribute(class, name).is_empty() {
            return own;
        }
        for base in self.bases(class, depth) {
            let typed = self.inherited(owner, base, name, depth + 1);
            if typed.ty != Ty::Unknown || self.defines(base, name, false, depth) {
                return typed;
            }
        }
        Typed::unknown()
    }

    /// What a class says of an attribute itself, a method as a function; its bases are not asked.
    pub(crate) fn own_member(&self, class: Id, name: &str, depth: usize) -> Typed {
        let bindings = self.scopes.attribute(class, name);
        if let Some(annotated) = bindings.iter().find(|b| matches!(b.bound, Bound::Annotated(..))) {
            let typed = self.bound(annotated, depth + 1);
            if typed.ty != Ty::Unknown {
                return typed;
            }
        }
        if bindings.is_empty() {
            return Typed::unknown();
        }
        Typed::join(bindings.iter().map(|binding| self.bound(binding, depth + 1)).collect())
    }
}

impl<'t> Inference<'_, 't> {
    /// Whether a class of the project, or a base of it that is one, assigns an attribute: anywhere, or (`at_birth`) in its
    /// body or `__init__`.
    #[must_use]
    pub fn defines(&self, class: Cls, name: &str, at_birth: bool, depth: usize) -> bool {
        let (own, bases) = match class {
            Cls::Local(id) => (self.assigns(id, name, at_birth), self.bases(id, depth)),
            Cls::Elsewhere(place) => {
                let Some(class) = self.class_at(place) else { return false };
                let own = class.own.contains(name) || (!at_birth && class.members.contains_key(name));
                (own, class.bases.iter().map(|&base| self.local(base)).collect())
            }
            Cls::Surface(_) | Cls::Named(_) => return false,
        };
        own || (depth < DEPTH && bases.into_iter().any(|base| self.defines(base, name, at_birth, depth + 1)))
    }

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
