//! What is asked of all files at once, because nobody knows which of them can say it: who calls a function, who makes
//! instances of a class, who derives from it, who stores something under a name. They are found by names first, so that
//! few files are asked.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet as HashSet;

use super::lexicon::{Lexicon, Role};
use crate::python::asked::Knows;
use crate::python::modules::FileId;
use crate::python::outside::{Outside, Place};

/// What is asked of all files.
#[derive(Default)]
pub(super) struct Wide {
    /// Everything is.
    pub all: bool,
    called: BTreeSet<Place>,
    made: BTreeSet<Place>,
    /// Names of functions and classes that are called.
    calls: HashSet<String>,
    /// Names under which something is stored.
    stores: HashSet<String>,
    /// Names of classes that others derive from.
    bases: HashSet<String>,
    /// Questions whose names are not known yet.
    nameless: Vec<Knows>,
}

impl Wide {
    /// Everything; what is called and handed around is found by these names.
    pub(super) fn everything(calls: HashSet<String>) -> Self {
        Wide { all: true, calls, ..Wide::default() }
    }

    /// Whether nobody asked for anything of this kind.
    pub(super) fn is_nothing(&self) -> bool {
        !self.all && self.calls.is_empty() && self.stores.is_empty()
    }

    pub(super) fn calls(&self, name: &str) -> bool {
        self.calls.contains(name)
    }

    pub(super) fn is_called(&self, function: Place) -> bool {
        self.all || self.called.contains(&function)
    }

    pub(super) fn is_made(&self, class: Place) -> bool {
        self.all || self.made.contains(&class)
    }

    pub(super) fn stores(&self, name: &str) -> bool {
        self.all || self.stores.contains(name)
    }

    pub(super) fn inherits(&self, base: &str) -> bool {
        self.all || self.bases.contains(base)
    }

    /// Takes a question; the answer waits until the name is known of what it is about.
    pub(super) fn ask(&mut self, knows: Knows) {
        match &knows {
            Knows::Callers(function) if !self.called.insert(*function) => {}
            Knows::Makers(class) if !self.made.insert(*class) => {}
            _ => self.nameless.push(knows),
        }
    }

    /// Whether some question waits for a name.
    pub(super) fn is_waiting(&self) -> bool {
        !self.nameless.is_empty()
    }

    /// The files that may know something of what names became known of meanwhile.
    pub(super) fn knowing(&mut self, outside: &Outside, lexicon: &Lexicon<'_>) -> BTreeSet<FileId> {
        let mut new = [(Role::Any, BTreeSet::new()), (Role::Stored, BTreeSet::new()), (Role::Base, BTreeSet::new())];
        for knows in std::mem::take(&mut self.nameless) {
            let Some(names) = names(&knows, outside, lexicon) else {
                self.nameless.push(knows);
                continue;
            };
            let (role, all) = match knows {
                Knows::Callers(_) | Knows::Makers(_) | Knows::File(_) => (Role::Any, &mut self.calls),
                Knows::Stores(_) => (Role::Stored, &mut self.stores),
                Knows::Heirs(_) | Knows::NamedHeirs(_) => (Role::Base, &mut self.bases),
            };
            all.extend(names.iter().cloned());
            new[role as usize].1.extend(names);
        }
        new.iter().flat_map(|(role, names)| lexicon.having(*role, names)).collect()
    }
}

/// The names under which a function or class can be met; `None` where its own is not known.
fn names(knows: &Knows, outside: &Outside, lexicon: &Lexicon<'_>) -> Option<BTreeSet<String>> {
    let class = |at: Place| outside.class(at).map(|class| class.name.as_str());
    let names = match knows {
        Knows::File(_) => BTreeSet::new(),
        Knows::Stores(name) => BTreeSet::from([name.clone()]),
        Knows::Makers(at) => lexicon.called(class(*at)?),
        Knows::Heirs(at) => lexicon.imported(class(*at)?),
        Knows::NamedHeirs(number) => lexicon.imported(outside.named_path(*number).rsplit('.').next()?),
        Knows::Callers(at) => {
            let function = outside.function(*at)?;
            match function.path.rsplit('.').nth(1).filter(|_| function.name == "__init__") {
                Some(class) => {
                    let mut names = lexicon.below(class);
                    names.extend(["__init__", "cls"].map(str::to_owned));
                    names
                }
                None => lexicon.called(&function.name),
            }
        }
    };
    Some(names)
}
