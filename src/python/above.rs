//! What `super()` means: the methods of the bases, and whether they get their object from it.

use super::infer::{DEPTH, Inference};
use super::syntax::Id;
use super::types::{Cls, Ty, Typed};
use crate::finding::Strength;

/// Methods that get a class, without a decorator that says so.
const OF_CLASSES: [&str; 3] = ["__new__", "__init_subclass__", "__class_getitem__"];

impl Inference<'_, '_> {
    /// Whether an expression is `super()`, in any of its forms.
    pub(crate) fn is_super(&self, expression: Id) -> bool {
        let callee = self.syntax.field(expression, "function").filter(|_| self.syntax.kind(expression) == "call");
        callee.is_some_and(|callee| self.syntax.str(callee) == "super" && self.scopes.resolve(self.syntax, callee, "super").is_none())
    }

    /// The method of the project that `super().name` means: that of the first base which has one; only likely where a base
    /// that nobody knows comes before it, or another base has another. What else the bases have is the same through `self`,
    /// and asked for there.
    pub(super) fn above(&self, object: Id, name: &str, depth: usize) -> Typed {
        let Some(class) = self.class_of_super(object, depth).filter(|_| depth < DEPTH) else { return Typed::unknown() };
        let owner = Typed::plain(Ty::Instance(class));
        let (mut found, mut is_sure): (Option<Typed>, bool) = (None, true);
        for base in self.each_base(class, depth) {
            let Some(base) = base else {
                is_sure &= found.is_some();
                continue;
            };
            let typed = self.inherited(&owner, base, name, depth + 1);
            match &found {
                None if typed.ty != Ty::Unknown => found = Some(typed),
                None if self.defines(base, name, false) => return Typed::unknown(),
                Some(first) if typed.ty != Ty::Unknown && typed.ty != first.ty => is_sure = false,
                _ => {}
            }
        }
        let Some(mut typed) = found.filter(|typed| matches!(typed.ty, Ty::Function(_) | Ty::Elsewhere(_))) else { return Typed::unknown() };
        if !is_sure {
            typed.strength = typed.strength.max(Strength::Likely);
        }
        typed
    }

    /// The class above which `super()` looks: the one around it, or the one that is named.
    pub(crate) fn class_of_super(&self, call: Id, depth: usize) -> Option<Cls> {
        let syntax = self.syntax;
        let around = || syntax.frames(call).find(|&up| syntax.kind(up) == "class_definition").map(Cls::Local);
        match syntax.named(syntax.field(call, "arguments")?).next() {
            None => around(),
            Some(named) if matches!(syntax.str(named), "__class__" | "type(self)" | "self.__class__") => around(),
            Some(named) => match self.infer(named, depth + 1).ty {
                Ty::Class(class) => Some(class),
                _ => None,
            },
        }
    }

    /// Whether `super()` stands for an object there, and not for a class: in a method that gets one.
    pub(crate) fn is_super_of_object(&self, call: Id) -> bool {
        let syntax = self.syntax;
        let functions = std::iter::successors(syntax.function(call), |&function| syntax.function(function));
        let method = functions.into_iter().find(|&function| syntax.class_of(function).is_some());
        method.is_some_and(|method| {
            let name = syntax.field(method, "name").map_or("", |name| syntax.str(name));
            let of_class = |name: &str| name.ends_with("classmethod") || name.ends_with("staticmethod");
            !OF_CLASSES.contains(&name) && !self.decorators(method).into_iter().any(of_class)
        })
    }
}
