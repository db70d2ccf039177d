//! What other files say: their names, classes and functions, as plain data without text or nodes. Filled by `project`,
//! read by the inference of one file.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

pub use super::address::{Owner, Place};
use super::asked::{Asked, Item, Key};
use super::carriers::{Carriers, Word};
use super::modules::{FileId, Modules};
use super::types::{Cls, Ty, Typed};

/// One class.
#[derive(Clone, Debug, Default)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// The same as values go by it.
    pub word: Word,
    /// Its bases, as far as they are classes that are known.
    pub bases: Vec<Cls>,
    /// Its other bases, as written.
    pub foreign: Vec<String>,
    /// Decorators that are not known to keep the class as it is.
    pub decorators: Vec<String>,
    /// Its attributes and methods, those of its bases left out.
    pub members: BTreeMap<String, Typed>,
    /// The attributes that its body or `__init__` assigns.
    pub own: BTreeSet<String>,
    /// The fields that its body declares, in order; a star before those that only a keyword gives.
    pub fields: Vec<String>,
}

/// One function or method.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The names of the classes and functions around it, and its own, with dots.
    pub path: String,
    /// `async def`.
    pub is_async: bool,
    /// Has a `yield`.
    pub yields: bool,
    /// Called again, it gives the same, and nobody can tell.
    pub steady: bool,
    /// Its name as values go by it.
    pub word: Word,
    /// That of the class around it.
    pub class: Option<Word>,
    /// The first parameter is the object or the class.
    pub bound: bool,
    /// The names of its decorators.
    pub decorators: Vec<String>,
    /// Its parameters, `self` included; `*args` and `**kwargs` with their stars.
    pub parameters: Vec<String>,
    /// What it returns or yields, awaited where it is a coroutine.
    pub answer: Typed,
}

impl Function {
    /// Whether a decorator's name ends like that.
    #[must_use]
    pub fn has(&self, decorator: &str) -> bool {
        self.decorators.iter().any(|name| name.ends_with(decorator))
    }
}

/// In what is passed to a function: it is also handed around, so that there are calls nobody sees.
pub const HANDED: &str = "*";

/// Kinds of stand-ins that are told apart.
const STAND_INS: usize = 3;

/// In what is passed to a function: the names under which what may be no orchestrator is kept for a parameter, a mock or an
/// object of a class of the project, one of a kind under each.
pub fn stand_ins(parameter: &str) -> impl Iterator<Item = String> + '_ {
    (1..=STAND_INS).map(move |number| format!("{number}?{parameter}"))
}

/// Whether it is one of those names.
#[must_use]
pub fn is_stand_in(name: &str) -> bool {
    name.contains('?')
}

/// One file.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Its top-level names, as far as something is known of them.
    pub names: BTreeMap<String, Typed>,
    /// Its `__all__`, where that is a plain list.
    pub all: Option<BTreeSet<String>>,
    /// The files that it imports with a star; a module and its stub together.
    pub stars: Vec<Vec<FileId>>,
    /// Its classes, by their number.
    pub classes: BTreeMap<u32, Class>,
    /// Its functions, by their number.
    pub functions: BTreeMap<u32, Function>,
    /// What its calls pass to functions of the project.
    pub passed: BTreeMap<Place, BTreeMap<String, Vec<Typed>>>,
    /// What it stores into modules and objects of the project, by name.
    pub stored: BTreeMap<(Owner, String), Vec<Typed>>,
    /// Where it makes instances of subclasses of the orchestrator: class, line, arguments as written.
    pub made: Vec<(Place, usize, String)>,
    /// Functions of the project that it hands around, so that others may call them.
    pub handed: BTreeSet<Place>,
}

/// What the files are asked for.
pub enum Wanted {
    /// Everything they can say.
    All,
    /// These items.
    These(HashSet<Key>),
}

impl Default for Wanted {
    fn default() -> Self {
        Wanted::These(HashSet::default())
    }
}

impl Wanted {
    /// Whether an item is among it.
    #[must_use]
    pub fn has(&self, item: Item<'_>) -> bool {
        self.has_key(item.key())
    }

    /// The same by its number.
    #[must_use]
    pub fn has_key(&self, key: Key) -> bool {
        match self {
            Wanted::All => true,
            Wanted::These(keys) => keys.contains(&key),
        }
    }

    /// Adds an item; whether it is new.
    pub fn add(&mut self, key: Key) -> bool {
        match self {
            Wanted::All => false,
            Wanted::These(keys) => keys.insert(key),
        }
    }
}

/// What is known of the whole project.
#[derive(Default)]
pub struct Outside {
    /// The files as modules.
    pub modules: Arc<Modules>,
    /// The classes that somebody names by their dotted paths, each once.
    pub named: Arc<[String]>,
    /// What somebody asked for so far. Anything else may be unknown because nobody asked.
    pub wanted: Wanted,
    /// The names that can carry an orchestrator; `None` where nobody looked.
    pub carriers: Option<Carriers>,
    /// What each says; nothing for a file that cannot matter.
    pub files: HashMap<FileId, Arc<Summary>>,
    /// What all calls together pass to a parameter.
    pub passed: HashMap<Place, BTreeMap<String, Typed>>,
    /// What all files together store from outside.
    pub stored: BTreeMap<Owner, BTreeMap<String, Typed>>,
    /// The classes of the project that derive directly from one.
    pub subclasses: BTreeMap<Place, Vec<Place>>,
    /// Those that derive directly from a named class that the project does not have.
    pub derived: BTreeMap<u16, Vec<Place>>,
}

impl Outside {
    /// Takes out what files said, and leaves what they are asked for.
    #[must_use]
    pub fn forget(&mut self) -> Self {
        Outside {
            files: std::mem::take(&mut self.files),
            passed: std::mem::take(&mut self.passed),
            stored: std::mem::take(&mut self.stored),
            subclasses: std::mem::take(&mut self.subclasses),
            derived: std::mem::take(&mut self.derived),
            ..Outside::default()
        }
    }

    /// The path of a named class.
    #[must_use]
    pub fn named_path(&self, number: u16) -> &str {
        self.named.get(usize::from(number)).map_or("", String::as_str)
    }

    /// The number of the named class that `from module import name` gives.
    #[must_use]
    pub fn named_number(&self, module: &str, name: &str) -> Option<u16> {
        let is_it = |path: &String| path.strip_prefix(module).and_then(|rest| rest.strip_prefix('.')) == Some(name);
        self.named.iter().position(is_it).and_then(|at| u16::try_from(at).ok())
    }

    /// The class at a place.
    #[must_use]
    pub fn class(&self, place: Place) -> Option<&Class> {
        self.files.get(&place.file)?.classes.get(&place.at)
    }

    /// The function at a place.
    #[must_use]
    pub fn function(&self, place: Place) -> Option<&Function> {
        self.files.get(&place.file)?.functions.get(&place.at)
    }

    /// What `from module import name` gives in a file; `None` where the project has no such module.
    #[must_use]
    pub fn imported(&self, module: &str, name: &str, from: FileId, asked: &Asked) -> Option<Typed> {
        let files = self.modules.resolve(module, from);
        let said = files.iter().find_map(|&file| self.exported(file, name, 0, asked)).filter(|typed| typed.ty != Ty::Unknown);
        let below = || {
            let inner = format!("{module}.{name}");
            (!self.modules.resolve(&inner, from).is_empty()).then(|| Typed::plain(Ty::Module(inner.into())))
        };
        said.or_else(below).or_else(|| (!files.is_empty()).then(Typed::unknown))
    }

    /// What `from module import *` makes of a name.
    #[must_use]
    pub fn starred(&self, module: &str, name: &str, from: FileId, asked: &Asked) -> Option<Typed> {
        let files = self.modules.resolve(module, from);
        files.iter().find_map(|&file| self.shared(file, name, 0, asked))
    }

    fn exported(&self, file: FileId, name: &str, depth: usize, asked: &Asked) -> Option<Typed> {
        asked.note(Item::Name(file, name));
        let Some(summary) = self.files.get(&file) else {
            asked.note(Item::Stars(file));
            return None;
        };
        let own = summary.names.get(name).cloned().map(|own| self.also_stored(own, Owner::Module(file), name, asked));
        own.or_else(|| {
            asked.note(Item::Stars(file));
            let starred = |files: &Vec<FileId>| files.iter().find_map(|&inner| self.shared(inner, name, depth + 1, asked));
            (depth < 8).then(|| summary.stars.iter().rev().find_map(starred)).flatten()
        })
    }

    /// A type with what is stored over it from outside.
    #[must_use]
    pub fn also_stored(&self, own: Typed, owner: Owner, name: &str, asked: &Asked) -> Typed {
        asked.note(Item::Stored(owner, name));
        match self.stored.get(&owner).and_then(|names| names.get(name)) {
            Some(stored) => Typed::join(vec![own, stored.clone()]),
            None => own,
        }
    }

    /// A type with what subclasses of the project put in its place.
    #[must_use]
    pub fn also_overridden(&self, own: Typed, class: Place, name: &str, asked: &Asked) -> Typed {
        let (mut parts, mut open, mut seen) = (vec![own], vec![class], BTreeSet::new());
        while let Some(class) = open.pop() {
            asked.note(Item::Under(class));
            for &sub in self.subclasses.get(&class).into_iter().flatten().filter(|&&sub| seen.insert(sub)) {
                asked.note(Item::Member(sub, name));
                let member = self.class(sub).and_then(|class| class.members.get(name));
                parts.extend(member.filter(|typed| !matches!(typed.ty, Ty::Elsewhere(_))).cloned());
                open.push(sub);
            }
        }
        Typed::join(parts)
    }

    /// A name that a star import takes along.
    fn shared(&self, file: FileId, name: &str, depth: usize, asked: &Asked) -> Option<Typed> {
        asked.note(Item::Stars(file));
        let public = match &self.files.get(&file)?.all {
            Some(all) => all.contains(name),
            None => !name.starts_with('_'),
        };
        public.then(|| self.exported(file, name, depth, asked)).flatten()
    }

    /// The fixture of that name that a `conftest.py` gives to a file.
    #[must_use]
    pub fn fixture(&self, name: &str, file: FileId, asked: &Asked) -> Option<Place> {
        self.modules.conftests(file).find_map(|conftest| {
            let Ty::Elsewhere(place) = self.exported(conftest, name, 0, asked)?.ty else { return None };
            asked.note(Item::Function(place));
            self.function(place).filter(|function| function.has("fixture")).map(|_| place)
        })
    }
}
