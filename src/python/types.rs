//! The types that matter here, and how sure we are of them. Everything unrelated to the surface is `Other` or `Unknown`.

use std::borrow::Cow;
use std::sync::Arc;

use super::address::Place;
use super::story::Story;
use super::syntax::Id;
use crate::finding::Strength;
use crate::surface::Class;

/// A class: one of the surface, of this file, or of another file of the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cls {
    /// Of `victor`.
    Surface(&'static Class),
    /// By its definition.
    Local(Id),
    /// By its place in another file.
    Elsewhere(Place),
    /// Of a package that the project does not have, by its number among the paths that somebody names.
    Named(u16),
}

/// The type of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ty {
    /// Nothing is known: an untyped parameter, an unknown call.
    Unknown,
    /// `None`.
    Nothing,
    /// Certainly a string.
    Text,
    /// Certainly something that has nothing to do with the surface; its name for a person.
    Other(Cow<'static, str>),
    /// An object of the class.
    Instance(Cls),
    /// The class itself.
    Class(Cls),
    /// A module, by its dotted name.
    Module(Arc<str>),
    /// Something imported that is not looked into: module and name.
    Foreign(Arc<str>, Arc<str>),
    /// A function of this file.
    Function(Id),
    /// A function of another file.
    Elsewhere(Place),
    /// A method of the surface.
    Method(&'static Class, &'static str),
    /// What `await` turns into the inner type.
    Coroutine(Box<Ty>),
    /// What gives the inner type when it is called.
    Calling(Box<Ty>),
    /// A list, set or iterator of one type.
    Sequence(Box<Ty>),
    /// A mapping to one type.
    Mapping(Box<Ty>),
    /// A tuple, type by type.
    Tuple(Vec<Ty>),
    /// A stand-in for an orchestrator made by `unittest.mock` or `object.__new__`; with `true`, one that says so.
    Mock(bool),
}

/// A type, how sure it is, and why.
#[derive(Clone, Debug)]
pub struct Typed {
    /// The type.
    pub ty: Ty,
    /// `Proven` unless a part of the chain was a guess.
    pub strength: Strength,
    /// The chain, the source of the type first.
    pub evidence: Story,
    /// What else the expression can be on another path.
    pub also: Vec<Ty>,
    /// A mock, or an object of another class, takes its place somewhere, whatever is said of it.
    pub mocked: bool,
}

/// Other types that are kept of a value.
const MOST_DOUBTS: usize = 8;

/// Other classes of the project that are followed of those that a value can be an object of.
const MOST_CLASSES: usize = 16;

/// The same of functions: tables of them are long.
const MOST_FUNCTIONS: usize = 64;

impl Typed {
    /// A proven type without a story.
    #[must_use]
    pub fn plain(ty: Ty) -> Self {
        Self { ty, strength: Strength::Proven, evidence: Story::default(), also: Vec::new(), mocked: false }
    }

    /// Nothing known.
    #[must_use]
    pub fn unknown() -> Self {
        Self::plain(Ty::Unknown)
    }

    /// The same story with another type.
    #[must_use]
    pub fn with(mut self, ty: Ty) -> Self {
        self.ty = ty;
        // What else the whole could be says nothing exact of its part.
        if !self.also.is_empty() {
            self.also = few(self.also.iter().map(|ty| Ty::Other(ty.name().into())).collect()).0;
        }
        self
    }

    /// What comes of each that it can be; what else it can be only where that `counts`, as nothing that matters comes of others.
    #[must_use]
    pub fn each(self, counts: fn(&Ty) -> bool, what: impl Fn(Self) -> Self) -> Self {
        let all: Vec<Ty> = std::iter::once(&self.ty).chain(self.also.iter().filter(|ty| counts(ty))).cloned().collect();
        let others = self.also.len() >= all.len();
        let whole = Self { also: Vec::new(), ..self };
        let mut typed = Self::join(all.into_iter().map(|ty| what(Self { ty, ..whole.clone() })).collect());
        if others {
            typed.strength = typed.strength.max(Strength::Likely);
        }
        typed
    }

    /// A container of it.
    #[must_use]
    pub fn held(self, container: fn(Box<Ty>) -> Ty) -> Self {
        let keeps = |ty: &Ty| ty.is_telling() || ty.can_be_called();
        let also = self.also.into_iter().map(|ty| if keeps(&ty) { container(Box::new(ty)) } else { Ty::Other(ty.name().into()) });
        Self { ty: container(Box::new(self.ty)), also: few(also.collect()).0, ..self }
    }

    /// What it holds, where `inside` gives that of a type, a tuple all of its parts; nothing of what is no container.
    #[must_use]
    pub fn opened(self, inside: impl Fn(&Ty) -> Vec<Ty>) -> Self {
        let mut types = inside(&self.ty);
        if self.also.is_empty() && types.len() == 1 {
            return types.pop().map_or_else(Self::unknown, |ty| self.with(ty));
        }
        let others: Vec<Vec<Ty>> = self.also.iter().map(&inside).collect();
        if types.is_empty() && others.iter().all(Vec::is_empty) {
            return Self::unknown();
        }
        if types.is_empty() {
            types.push(Ty::Unknown);
        }
        for (ty, inside) in self.also.iter().zip(others) {
            types.extend(if inside.is_empty() { vec![Ty::Other(ty.name().into())] } else { inside });
        }
        let whole = Self { also: Vec::new(), ..self };
        Self::join(types.into_iter().map(|ty| Self { ty, ..whole.clone() }).collect())
    }

    /// The same with other names for the classes and functions in it.
    #[must_use]
    pub fn renamed(self, class: &dyn Fn(Cls) -> Cls, function: &dyn Fn(Ty) -> Ty) -> Self {
        let also = self.also.into_iter().map(|ty| ty.renamed(class, function)).collect();
        Self { ty: self.ty.renamed(class, function), also, ..self }
    }

    /// The same with one more link in the chain.
    #[must_use]
    pub fn because(mut self, line: usize, text: String) -> Self {
        self.evidence.push(line, text);
        self
    }

    /// Whether two mean the same; their stories may differ.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        self.ty == other.ty && self.strength == other.strength && self.also == other.also && self.mocked == other.mocked
    }

    /// What else it can be, for a person.
    #[must_use]
    pub fn doubt(&self) -> Option<String> {
        self.also.first().map(Ty::name)
    }

    /// One of several values: `None` is dropped, equal types join, the rest is what it can be also.
    #[must_use]
    pub fn join(parts: Vec<Typed>) -> Self {
        let mut parts: Vec<Typed> = parts.into_iter().filter(|part| part.ty != Ty::Nothing).collect();
        if parts.is_empty() {
            return Self::plain(Ty::Nothing);
        }
        let best = parts.iter().position(|part| part.ty.is_telling()).unwrap_or(0);
        let mut kept = parts.swap_remove(best);
        for part in parts {
            kept.mocked |= part.mocked;
            if part.ty == kept.ty || (part.ty.same_kind(&kept.ty)) {
                kept.strength = kept.strength.max(part.strength);
                kept.also.extend(part.also);
            } else if part.ty == Ty::Unknown || matches!(part.ty, Ty::Foreign(..)) {
                kept.strength = Strength::Likely.max(kept.strength);
                kept.evidence.extend(&part.evidence);
            } else {
                kept.also.push(part.ty);
                kept.also.extend(part.also);
            }
        }
        let (also, all) = few(kept.also);
        kept.also = also;
        if !all {
            kept.strength = Strength::Likely.max(kept.strength);
        }
        // Several ways to one value can share their stories.
        kept.evidence.tell_once();
        kept
    }
}

/// Types that a value can be also, each once: those of the surface, of classes and functions of the project only so many, and of
/// those that say nothing a few, which is as much of a doubt as many. Whether no class or function was left out.
fn few(types: Vec<Ty>) -> (Vec<Ty>, bool) {
    let (mut kept, mut classes, mut functions, mut all) = (Vec::<Ty>::new(), 0, 0, true);
    for ty in types {
        let (is_class, is_function) = (ty.is_of_project(), ty.is_function());
        let has_room = match (is_class, is_function) {
            (true, _) => classes < MOST_CLASSES,
            (_, true) => functions < MOST_FUNCTIONS,
            _ => kept.len() < MOST_DOUBTS || ty.is_telling(),
        };
        if kept.contains(&ty) {
            continue;
        }
        if has_room {
            classes += usize::from(is_class);
            functions += usize::from(is_function);
            kept.push(ty);
        } else {
            all &= !is_class && !is_function;
        }
    }
    (kept, all)
}

impl Ty {
    /// The same type with other names for the classes and functions in it.
    #[must_use]
    pub fn renamed(self, class: &dyn Fn(Cls) -> Cls, function: &dyn Fn(Ty) -> Ty) -> Self {
        let inner = |ty: Box<Ty>| Box::new(ty.renamed(class, function));
        match self {
            Ty::Instance(known) => Ty::Instance(class(known)),
            Ty::Class(known) => Ty::Class(class(known)),
            Ty::Function(_) | Ty::Elsewhere(_) => function(self),
            Ty::Coroutine(ty) => Ty::Coroutine(inner(ty)),
            Ty::Calling(ty) => Ty::Calling(inner(ty)),
            Ty::Sequence(ty) => Ty::Sequence(inner(ty)),
            Ty::Mapping(ty) => Ty::Mapping(inner(ty)),
            Ty::Tuple(parts) => Ty::Tuple(parts.into_iter().map(|ty| ty.renamed(class, function)).collect()),
            other => other,
        }
    }

    /// Whether the type says something about the surface.
    #[must_use]
    pub fn is_telling(&self) -> bool {
        match self {
            Ty::Instance(_) | Ty::Class(_) | Ty::Method(..) | Ty::Mock(_) => true,
            Ty::Coroutine(inner) | Ty::Calling(inner) | Ty::Sequence(inner) | Ty::Mapping(inner) => inner.is_telling(),
            Ty::Tuple(parts) => parts.iter().any(Ty::is_telling),
            _ => false,
        }
    }

    /// Whether it is a class of the project, an object of one, or a container of them.
    fn is_of_project(&self) -> bool {
        match self {
            Ty::Instance(class) | Ty::Class(class) => matches!(class, Cls::Local(_) | Cls::Elsewhere(_)),
            Ty::Coroutine(inner) | Ty::Calling(inner) | Ty::Sequence(inner) | Ty::Mapping(inner) => inner.is_of_project(),
            Ty::Tuple(parts) => parts.iter().any(Ty::is_of_project),
            _ => false,
        }
    }

    /// Whether a call of it gives something that may matter.
    #[must_use]
    pub fn can_be_called(&self) -> bool {
        matches!(
            self,
            Ty::Function(_) | Ty::Elsewhere(_) | Ty::Class(_) | Ty::Instance(_) | Ty::Calling(_) | Ty::Method(..) | Ty::Mapping(_)
        )
    }

    /// What a list, set or iterator holds.
    #[must_use]
    pub fn item(&self) -> Vec<Ty> {
        if let Ty::Sequence(inner) = self { vec![(**inner).clone()] } else { Vec::new() }
    }

    /// What a mapping leads to.
    #[must_use]
    pub fn target(&self) -> Vec<Ty> {
        if let Ty::Mapping(inner) = self { vec![(**inner).clone()] } else { Vec::new() }
    }

    /// What `await` gives.
    #[must_use]
    pub fn awaited(&self) -> Vec<Ty> {
        if let Ty::Coroutine(inner) = self { vec![(**inner).clone()] } else { Vec::new() }
    }

    /// What stands at a place of a tuple.
    #[must_use]
    pub fn part(&self, place: isize) -> Vec<Ty> {
        let Ty::Tuple(parts) = self else { return Vec::new() };
        let found = match usize::try_from(place) {
            Ok(place) => parts.get(place),
            Err(_) => parts.len().checked_add_signed(place).and_then(|place| parts.get(place)),
        };
        vec![found.cloned().unwrap_or(Ty::Unknown)]
    }

    /// Whether it is a function of the project, or a container of them.
    fn is_function(&self) -> bool {
        match self {
            Ty::Function(_) | Ty::Elsewhere(_) => true,
            Ty::Sequence(inner) | Ty::Mapping(inner) => inner.is_function(),
            _ => false,
        }
    }

    fn same_kind(&self, other: &Ty) -> bool {
        matches!((self, other), (Ty::Mock(_), Ty::Mock(_)) | (Ty::Other(_), Ty::Other(_)))
    }

    /// For a person.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Ty::Unknown => "something unknown".to_owned(),
            Ty::Nothing => "None".to_owned(),
            Ty::Text => "a string".to_owned(),
            Ty::Other(name) => name.to_string(),
            Ty::Instance(Cls::Surface(class)) => class.name.to_owned(),
            Ty::Class(Cls::Surface(class)) => format!("the class {}", class.name),
            Ty::Instance(Cls::Named(_)) | Ty::Class(Cls::Named(_)) => "a class that a rule names".to_owned(),
            Ty::Instance(_) | Ty::Class(_) => "a class of the project".to_owned(),
            Ty::Module(name) => format!("the module {name}"),
            Ty::Foreign(module, name) => format!("{name} of {module}"),
            Ty::Function(_) | Ty::Elsewhere(_) | Ty::Method(..) | Ty::Calling(_) => "a function".to_owned(),
            Ty::Coroutine(_) => "a coroutine".to_owned(),
            Ty::Sequence(_) | Ty::Mapping(_) | Ty::Tuple(_) => "a container".to_owned(),
            Ty::Mock(_) => "a mock".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surface;

    #[test]
    fn of_too_many_classes_some_are_followed_and_it_is_no_longer_proven() {
        let desk = |at: u32| Typed::plain(Ty::Instance(Cls::Elsewhere(Place { file: 0, at })));
        let few = Typed::join((0..17).chain(0..17).map(desk).collect());
        assert_eq!((few.also.len(), few.strength), (16, Strength::Proven));
        let many = Typed::join((0..40).map(desk).collect());
        assert_eq!((many.also.len(), many.strength), (16, Strength::Likely));
        let core = surface::class(surface::ORCHESTRATOR).map(|class| Ty::Instance(Cls::Surface(class))).expect("the class");
        let hidden = Typed::join((0..40).map(desk).chain([Typed::plain(core.clone())]).collect());
        assert!(hidden.also.contains(&core), "{hidden:?}");
    }
}
