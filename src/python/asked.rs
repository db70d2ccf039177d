//! What somebody took from files that others are: so that those are asked for it, and he is asked again where it changes.

use std::cell::RefCell;
use std::hash::{BuildHasher, BuildHasherDefault};

use rustc_hash::{FxHashMap, FxHasher};

use super::address::{Owner, Place};
use super::modules::FileId;
use super::outside::is_stand_in;

/// Something that a file says and another may ask for.
#[derive(Clone, Copy, Debug, Hash)]
pub enum Item<'n> {
    /// What a name at the top of a file means.
    Name(FileId, &'n str),
    /// Which names a file passes on from others.
    Stars(FileId),
    /// That there is a class, its bases, and the names of its members.
    Class(Place),
    /// What a member of a class is.
    Member(Place, &'n str),
    /// A function as it is written.
    Function(Place),
    /// What a function answers.
    Answer(Place),
    /// What all calls pass to a parameter of a function; under [`HANDED`](super::outside::HANDED), which
    /// parameters are given at all.
    Passed(Place, &'n str),
    /// What somebody stores under a name into a module or a class from outside.
    Stored(Owner, &'n str),
    /// The classes that derive from one.
    Under(Place),
    /// The classes that derive from a named one that the project does not have.
    Derived(u16),
    /// The calls that make instances of a class.
    Made(Place),
}

/// An item as a number. Two items may share one, which only makes somebody ask again for nothing.
pub type Key = u64;

/// Who knows an item.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Knows {
    /// This file.
    File(FileId),
    /// Every file that calls the function, or hands it around.
    Callers(Place),
    /// The same, among those that import its file, step by step.
    Near(Place),
    /// Every file that makes an instance of the class.
    Makers(Place),
    /// Every file that stores something under this name.
    Stores(String),
    /// Every file with a class that derives from this one.
    Heirs(Place),
    /// The same for a named class.
    NamedHeirs(u16),
}

impl Item<'_> {
    /// Its number.
    #[must_use]
    pub fn key(self) -> Key {
        BuildHasherDefault::<FxHasher>::default().hash_one(self)
    }

    /// Who knows it.
    #[must_use]
    pub fn known_by(self) -> Knows {
        match self {
            Item::Name(file, _) | Item::Stars(file) => Knows::File(file),
            Item::Class(at) | Item::Member(at, _) | Item::Function(at) | Item::Answer(at) => Knows::File(at.file),
            Item::Passed(function, name) if is_stand_in(name) => Knows::Near(function),
            Item::Passed(function, _) => Knows::Callers(function),
            Item::Stored(_, name) => Knows::Stores(name.to_owned()),
            Item::Under(class) => Knows::Heirs(class),
            Item::Derived(number) => Knows::NamedHeirs(number),
            Item::Made(class) => Knows::Makers(class),
        }
    }
}

/// The items that were asked for, by their numbers.
#[derive(Default)]
pub struct Asked(RefCell<FxHashMap<Key, Knows>>);

impl Asked {
    /// Notes an item.
    pub fn note(&self, item: Item<'_>) {
        self.0.borrow_mut().entry(item.key()).or_insert_with(|| item.known_by());
    }

    /// All of them, with those who know them.
    pub fn take(&self) -> Vec<(Key, Knows)> {
        self.0.take().into_iter().collect()
    }
}
