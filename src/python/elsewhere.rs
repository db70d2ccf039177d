//! What other files say, seen from this one: imports, members of their classes, answers of their functions, what they
//! pass to ours.

use super::asked::{Item, Key, Knows};
use super::calls::decorated;
use super::infer::Inference;
use super::modules::FileId;
use super::outside::{Class, Function, HANDED, Owner, Place};
use super::story::Story;
use super::syntax::Id;
use super::types::{Cls, Ty, Typed};
use crate::finding::Strength;
use crate::surface;

impl Inference<'_, '_> {
    /// What an import binds to the name at a node; every use of the name asks.
    pub(super) fn import(&self, bound: Id, module: &str, name: Option<&str>) -> Typed {
        if let Some(known) = self.imports.borrow().get(&bound) {
            return known.clone();
        }
        let typed = self.imported(module, name);
        self.imports.borrow_mut().insert(bound, typed.clone());
        typed
    }

    /// What an import binds.
    pub(super) fn imported(&self, module: &str, name: Option<&str>) -> Typed {
        let Some(name) = name else {
            return Typed::plain(Ty::Module(module.into()));
        };
        if let Some(class) = surface::exported(module, name) {
            return Typed::plain(Ty::Class(Cls::Surface(class)));
        }
        let own = self.outside.imported(module, name, self.file, &self.asked);
        let is_known = |typed: &Typed| matches!(typed.ty, Ty::Class(_) | Ty::Module(_) | Ty::Function(_) | Ty::Elsewhere(_));
        if let Some(number) = self.outside.named_number(module, name).filter(|_| !own.as_ref().is_some_and(is_known)) {
            return Typed::plain(Ty::Class(Cls::Named(number)));
        }
        if let Some(typed) = own {
            return self.localised(typed);
        }
        if module != "victor" && !module.starts_with("victor.") {
            return Typed::plain(Ty::Foreign(module.into(), name.into()));
        }
        let dotted = format!("{module}.{name}");
        if surface::CLASSES.iter().any(|class| class.modules.iter().any(|m| *m == dotted || m.starts_with(&format!("{dotted}.")))) {
            return Typed::plain(Ty::Module(dotted.into()));
        }
        if module != "victor" && name == surface::ORCHESTRATOR {
            let mut typed = Typed::plain(surface::class(name).map_or(Ty::Unknown, |class| Ty::Class(Cls::Surface(class))));
            typed.strength = Strength::Likely;
            return typed;
        }
        Typed::plain(Ty::Foreign(module.into(), name.into()))
    }

    /// The class at a place of another file.
    #[must_use]
    pub fn class_at(&self, place: Place) -> Option<&Class> {
        self.asked.note(Item::Class(place));
        self.outside.class(place)
    }

    /// The function at a place of another file.
    #[must_use]
    pub fn function_at(&self, place: Place) -> Option<&Function> {
        self.asked.note(Item::Function(place));
        self.outside.function(place)
    }

    /// What a class of another file says of a member itself.
    #[must_use]
    pub fn member_at(&self, place: Place, name: &str) -> Option<&Typed> {
        self.asked.note(Item::Member(place, name));
        self.outside.class(place)?.members.get(name)
    }

    /// What a function of another file answers.
    pub(super) fn answer_of(&self, place: Place) -> Typed {
        self.asked.note(Item::Answer(place));
        self.outside.function(place).map_or_else(Typed::unknown, |function| self.localised(function.answer.clone()))
    }

    /// Where other files make instances of a class of this one: file, line, arguments as written.
    #[must_use]
    pub fn made_elsewhere(&self, class: Id) -> Vec<(FileId, usize, &str)> {
        let place = self.place(class);
        self.asked.note(Item::Made(place));
        let mut files: Vec<_> = self.outside.files.iter().filter(|(file, _)| **file != self.file).collect();
        files.sort_by_key(|(file, _)| **file);
        let made = files.into_iter().flat_map(|(file, summary)| summary.made.iter().map(move |made| (file, made)));
        made.filter(|(_, (class, ..))| *class == place).map(|(file, (_, line, list))| (*file, *line, list.as_str())).collect()
    }

    /// What other files were asked for since the last time.
    #[must_use]
    pub fn asked(&self) -> Vec<(Key, Knows)> {
        self.asked.take()
    }

    /// The place of a definition of this file.
    #[must_use]
    pub fn place(&self, definition: Id) -> Place {
        Place { file: self.file, at: self.scopes.number(definition) }
    }

    /// A class as this file knows it.
    pub(super) fn local(&self, class: Cls) -> Cls {
        match class {
            Cls::Elsewhere(place) if place.file == self.file => self.scopes.definition(place.at).map_or(class, Cls::Local),
            other => other,
        }
    }

    /// A type that came from another file, with this file's own definitions as such.
    pub(super) fn localised(&self, typed: Typed) -> Typed {
        let function = |ty: Ty| match ty {
            Ty::Elsewhere(place) if place.file == self.file => self.scopes.definition(place.at).map_or(ty, Ty::Function),
            other => other,
        };
        typed.renamed(&|class| self.local(class), &function)
    }

    /// A type as other files may read it.
    #[must_use]
    pub fn globalised(&self, typed: Typed, path: &str) -> Typed {
        let class = |class: Cls| match class {
            Cls::Local(id) => Cls::Elsewhere(self.place(id)),
            other => other,
        };
        let function = |ty: Ty| match ty {
            Ty::Function(id) => Ty::Elsewhere(self.place(id)),
            other => other,
        };
        let mut typed = typed.renamed(&class, &function);
        if typed.evidence.links().is_empty() {
            return typed;
        }
        if !self.speaks(&typed.ty) {
            typed.evidence = Story::default();
            return typed;
        }
        // A chain that goes round in circles says nothing new.
        let links = typed.evidence.links_mut();
        links.truncate(12);
        for link in links.iter_mut().filter(|link| link.path.is_none()) {
            link.path = Some(path.to_owned());
        }
        typed
    }

    /// An attribute's type with what is stored into it from outside, and what subclasses put in its place.
    pub(super) fn also_elsewhere(&self, own: Typed, class: Place, name: &str) -> Typed {
        if matches!(own.ty, Ty::Unknown | Ty::Function(_) | Ty::Elsewhere(_)) {
            return own;
        }
        let stored = self.outside.also_stored(self.globalised(own, ""), Owner::Class(class), name, &self.asked);
        self.back(self.outside.also_overridden(stored, class, name, &self.asked))
    }

    /// The type of a name at the top of this file, read in a function of it, with what others put in its place by then.
    pub(super) fn also_replaced(&self, own: Typed, used: Id, name: &str) -> Typed {
        let owner = Owner::Module(self.file);
        if !own.ty.is_telling() || !self.is_global(used, name) || !self.is_about_one(&own.ty) || self.replacement(name).is_none() {
            return own;
        }
        self.back(self.outside.also_stored(self.globalised(own, ""), owner, name, &self.asked))
    }

    /// What others put in the place of a name at the top of this file.
    pub(super) fn replacement(&self, name: &str) -> Option<Typed> {
        let owner = Owner::Module(self.file);
        self.asked.note(Item::Stored(owner, name));
        let stored = self.outside.stored.get(&owner).and_then(|names| names.get(name))?;
        Some(self.localised(stored.clone()))
    }

    /// Whether a name is one of the top of this file, read in a function.
    pub(super) fn is_global(&self, used: Id, name: &str) -> bool {
        self.scopes.resolve(self.syntax, used, name) == Some(0) && self.syntax.function(used).is_some()
    }

    /// A type that was made one for all files and comes back here.
    fn back(&self, typed: Typed) -> Typed {
        let mut typed = self.localised(typed);
        if typed.evidence.links().iter().any(|link| link.path.as_deref() == Some("")) {
            let links = typed.evidence.links_mut().iter_mut();
            links.filter(|link| link.path.as_deref() == Some("")).for_each(|link| link.path = None);
        }
        typed
    }

    /// Whether somebody will ask for the story of a type: an orchestrator, its class, or what holds one.
    fn speaks(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Instance(class) | Ty::Class(class) => {
                let class = self.local(*class);
                matches!(class, Cls::Surface(_) | Cls::Named(_)) || self.is_orchestrator(class) || self.is_any_named(class)
            }
            Ty::Coroutine(inner) | Ty::Calling(inner) | Ty::Sequence(inner) | Ty::Mapping(inner) => self.speaks(inner),
            Ty::Tuple(parts) => parts.iter().any(|part| self.speaks(part)),
            Ty::Mock(_) | Ty::Method(..) => true,
            _ => false,
        }
    }

    /// What a class of another file says of a member itself, a property as what it gives.
    pub(super) fn member_elsewhere(&self, place: Place, name: &str) -> Option<Typed> {
        let typed = self.class_at(place).and_then(|_| self.member_at(place, name))?;
        let property = match typed.ty {
            Ty::Elsewhere(method) => Some(method).filter(|_| self.function_at(method).is_some_and(|function| function.has("property"))),
            _ => None,
        };
        Some(property.map_or_else(|| self.localised(typed.clone()), |method| self.answer_of(method)))
    }

    /// What a call of another file's function gives.
    pub(super) fn answer_elsewhere(&self, place: Place) -> Typed {
        let Some(function) = self.function_at(place) else { return Typed::unknown() };
        let typed = decorated(function.decorators.iter().map(String::as_str), self.answer_of(place));
        match (function.yields, function.is_async) {
            (true, _) => typed.held(Ty::Sequence),
            (false, true) => typed.held(Ty::Coroutine),
            (false, false) => typed,
        }
    }

    /// What the calls of the project pass to a parameter; `default` where all of them leave it out.
    pub(super) fn passed(&self, function: Id, name: &str, default: Option<Typed>) -> Typed {
        let place = self.place(function);
        self.asked.note(Item::Passed(place, name));
        if default.is_some() {
            self.asked.note(Item::Passed(place, HANDED));
        }
        let Some(calls) = self.outside.passed.get(&place) else { return Typed::unknown() };
        match (calls.get(name), default) {
            (Some(typed), _) => self.localised(typed.clone()),
            (None, Some(default)) if !calls.contains_key(HANDED) => default,
            (None, _) => Typed::unknown(),
        }
    }
}
