//! The type of `owner.name`, and what an import binds.

use super::infer::{DEPTH, Inference};
use super::scope::Bound;
use super::syntax::Id;
use super::types::{Cls, Ty, Typed};
use crate::finding::Strength;
use crate::surface;

impl<'t> Inference<'_, 't> {
    pub(super) fn member(&self, owner: Typed, name: &str, depth: usize) -> Typed {
        match owner.ty.clone() {
            Ty::Module(module) => imported(&module, Some(name)),
            Ty::Foreign(module, inner) => imported(&format!("{module}.{inner}"), Some(name)),
            Ty::Instance(Cls::Surface(class)) | Ty::Class(Cls::Surface(class)) => match class.member(name) {
                Some(member) if member.kind == surface::MemberKind::Attribute => owner.with(valued(member.returns)),
                Some(member) => owner.with(Ty::Method(class, member.name)),
                None => Typed::unknown(),
            },
            Ty::Instance(Cls::Local(class)) | Ty::Class(Cls::Local(class)) => self.local_member(&owner, class, name, depth),
            Ty::Mapping(inner) if matches!(name, "get" | "pop" | "setdefault") => owner.with(Ty::Mapping(inner)),
            _ => Typed::unknown(),
        }
    }

    pub(super) fn local_member(&self, owner: &Typed, class: Id, name: &str, depth: usize) -> Typed {
        if depth > DEPTH {
            return Typed::unknown();
        }
        let bindings = self.scopes.attribute(class, name);
        if let Some(annotated) = bindings.iter().find(|b| matches!(b.bound, Bound::Annotated(..))) {
            let typed = self.bound(annotated, depth + 1);
            if typed.ty != Ty::Unknown {
                return typed;
            }
        }
        if !bindings.is_empty() {
            let typed = Typed::join(bindings.iter().map(|binding| self.bound(binding, depth + 1)).collect());
            return match typed.ty {
                Ty::Function(id) if self.decorators(id).iter().any(|d| d.ends_with("property")) => self.answer(id, depth + 1),
                _ => typed,
            };
        }
        for base in self.bases(class, depth) {
            let typed = self.member(owner.clone().with(Ty::Instance(base)), name, depth + 1);
            if typed.ty != Ty::Unknown {
                return typed;
            }
        }
        Typed::unknown()
    }
}

/// The type that a member of the surface is declared with.
pub(super) fn valued(name: &str) -> Ty {
    match surface::class(name) {
        Some(class) => Ty::Instance(Cls::Surface(class)),
        None if name == "str" => Ty::Text,
        None if name == "any" => Ty::Unknown,
        None => Ty::Other(name.to_owned()),
    }
}

/// What an import binds.
pub(super) fn imported(module: &str, name: Option<&str>) -> Typed {
    let Some(name) = name else {
        return Typed::plain(Ty::Module(module.to_owned()));
    };
    if let Some(class) = surface::exported(module, name) {
        return Typed::plain(Ty::Class(Cls::Surface(class)));
    }
    let dotted = format!("{module}.{name}");
    if surface::CLASSES.iter().any(|class| class.modules.iter().any(|m| *m == dotted || m.starts_with(&format!("{dotted}.")))) {
        return Typed::plain(Ty::Module(dotted));
    }
    if module.starts_with("victor.") && name == surface::ORCHESTRATOR {
        let mut typed = Typed::plain(surface::class(name).map_or(Ty::Unknown, |class| Ty::Class(Cls::Surface(class))));
        typed.strength = Strength::Likely;
        return typed;
    }
    Typed::plain(Ty::Foreign(module.to_owned(), name.to_owned()))
}
