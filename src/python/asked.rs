//! What the inference of one file took from the others, so that the file can be asked again where that changes, and only then.

use std::cell::RefCell;
use std::hash::{BuildHasher, BuildHasherDefault};

use rustc_hash::{FxHashSet, FxHasher};

use super::address::{Owner, Place};
use super::modules::FileId;

/// Something that a file says and another may ask for.
#[derive(Clone, Copy, Debug, Hash)]
pub enum Item<'n> {
    /// What a name at the top of a file means.
    Name(FileId, &'n str),
    /// Which names a file passes on from others.
    Stars(FileId),
    /// That there is a class, and its bases.
    Class(Place),
    /// What a member of a class is.
    Member(Place, &'n str),
    /// A function and what it answers.
    Function(Place),
    /// What all calls pass to a parameter of a function; under [`HANDED`](super::outside::HANDED), which
    /// parameters are given at all.
    Passed(Place, &'n str),
    /// What somebody stores into a module or a class from outside.
    Stored(Owner),
    /// The classes that derive from one.
    Under(Place),
}

/// An item as a number. Two items may share one, which only makes somebody ask again for nothing.
pub type Key = u64;

impl Item<'_> {
    /// Its number.
    #[must_use]
    pub fn key(self) -> Key {
        BuildHasherDefault::<FxHasher>::default().hash_one(self)
    }
}

/// The items that were asked for, by their numbers.
#[derive(Default)]
pub struct Asked(RefCell<FxHashSet<Key>>);

impl Asked {
    /// Notes an item.
    pub fn note(&self, item: Item<'_>) {
        self.0.borrow_mut().insert(item.key());
    }

    /// All of them.
    #[must_use]
    pub fn keys(&self) -> Vec<Key> {
        self.0.borrow().iter().copied().collect()
    }
}
