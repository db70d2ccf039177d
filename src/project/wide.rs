//! What is asked of all files at once, because nobody knows which of them can say it: who calls a function, who makes
//! instances of a class, who derives from it, who stores something under a name. They are found by names first, so that
//! few files are asked.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet as HashSet;

use super::flows::Ways;
use super::lexicon::{Lexicon, Role};
use super::reach::Reach;
use crate::python::asked::Knows;
use crate::python::carriers::{Word, open, spelled, spelling_of};
use crate::python::modules::FileId;
use crate::python::outside::{Outside, Place};

/// With the heirs of more classes than this, nearly every file has something to say.
const MUCH: usize = 100;

/// What is asked of all files.
#[derive(Default)]
pub(super) struct Wide {
    /// Everything is.
    pub all: bool,
    called: BTreeSet<Place>,
    /// The same, where only importers are asked.
    near: BTreeSet<Place>,
    made: BTreeSet<Place>,
    /// Names under which the functions and classes that are called can be met.
    calls: HashSet<u32>,
    /// The same in single files, where only importers are asked: a common name would make all files say what they call by it.
    calls_near: BTreeMap<FileId, HashSet<u32>>,
    /// Names under which something is stored.
    stores: HashSet<u32>,
    /// Names of classes that others derive from.
    bases: HashSet<u32>,
    /// Everything that was met from names of what is called, of classes that others derive from, and of what importers call.
    met: [HashSet<Word>; 3],
    /// Classes whose heirs are asked for.
    heirs: usize,
    /// Questions whose names are not known yet.
    nameless: Vec<Knows>,
}

impl Wide {
    /// Everything; what is called and handed around is found by these names.
    pub(super) fn everything(calls: HashSet<u32>) -> Self {
        Wide { all: true, calls, ..Wide::default() }
    }

    /// Whether nobody asked for anything of this kind.
    pub(super) fn is_nothing(&self) -> bool {
        !self.all && self.calls.is_empty() && self.calls_near.is_empty() && self.stores.is_empty()
    }

    /// Whether something that is asked about may be called by that name in a file.
    pub(super) fn calls(&self, file: FileId, name: u32) -> bool {
        self.calls.contains(&name) || self.calls_near.get(&file).is_some_and(|near| near.contains(&name))
    }

    pub(super) fn is_called(&self, function: Place) -> bool {
        self.all || self.called.contains(&function) || self.near.contains(&function)
    }

    pub(super) fn is_made(&self, class: Place) -> bool {
        self.all || self.made.contains(&class)
    }

    pub(super) fn stores(&self, name: &str) -> bool {
        self.all || self.stores.contains(&spelled(name))
    }

    /// Whether a class with that base may derive from one that is asked about; a base without a name may be any.
    pub(super) fn inherits(&self, base: Option<&str>) -> bool {
        self.all || !self.bases.is_empty() && base.is_none_or(|base| self.bases.contains(&spelled(base)))
    }

    /// Takes a question; the answer waits until the name is known of what it is about.
    pub(super) fn ask(&mut self, knows: Knows) {
        match &knows {
            Knows::Callers(function) if !self.called.insert(*function) => {}
            Knows::Near(function) if self.called.contains(function) || !self.near.insert(*function) => {}
            Knows::Makers(class) if !self.made.insert(*class) => {}
            Knows::Heirs(_) => {
                self.heirs += 1;
                self.nameless.push(knows);
            }
            _ => self.nameless.push(knows),
        }
    }

    /// Whether so much is asked, with the heirs of `more` classes, that it is no longer worth while to ask for single things.
    pub(super) fn is_much(&self, more: usize) -> bool {
        !self.all && self.heirs + more > MUCH
    }

    /// Whether some question waits for a name.
    pub(super) fn is_waiting(&self) -> bool {
        !self.nameless.is_empty()
    }

    /// The files that may know something of what names became known of meanwhile.
    pub(super) fn knowing(&mut self, outside: &Outside, lexicon: &Lexicon, ways: &Ways, reach: &Reach) -> BTreeSet<FileId> {
        let mut new: [HashSet<u32>; 3] = Default::default();
        let mut near: BTreeMap<FileId, HashSet<u32>> = BTreeMap::new();
        for knows in std::mem::take(&mut self.nameless) {
            let (role, met) = match &knows {
                Knows::Callers(_) | Knows::Makers(_) | Knows::File(_) => (Role::Any, &mut self.met[0]),
                Knows::Stores(name) => {
                    new[Role::Stored as usize].insert(spelled(name));
                    continue;
                }
                Knows::Near(_) => (Role::Any, &mut self.met[2]),
                Knows::Heirs(_) | Knows::NamedHeirs(_) => (Role::Base, &mut self.met[1]),
            };
            let Some(words) = names(&knows, outside, ways) else {
                self.nameless.push(knows);
                continue;
            };
            // The name itself, because this function may be another than the one that is met by it.
            let own: Vec<u32> = words.iter().copied().filter_map(spelling_of).collect();
            let more = ways.reach(words.into_iter(), false, met);
            let spellings = own.into_iter().chain(more.into_iter().filter_map(spelling_of));
            match knows {
                Knows::Near(at) => near.entry(at.file).or_default().extend(spellings),
                _ => new[role as usize].extend(spellings),
            }
        }
        let [calls, stores, bases] = &mut new;
        self.calls.extend(calls.iter());
        self.stores.extend(stores.iter());
        self.bases.extend(bases.iter());
        if !bases.is_empty() {
            // Those without a name.
            bases.insert(0);
        }
        let mut files: BTreeSet<FileId> = [(Role::Any, &*calls), (Role::Stored, stores), (Role::Left, stores), (Role::Base, bases)]
            .into_iter()
            .flat_map(|(role, names)| lexicon.having(role, names).collect::<Vec<_>>())
            .collect();
        let importers = near.first_key_value().map(|_| reach.importers());
        for (file, names) in near {
            let above = importers.as_ref().map_or_else(BTreeSet::new, |importers| importers.above(&BTreeSet::from([file])));
            for file in above.into_iter().filter(|file| lexicon.has(*file, &names)) {
                self.calls_near.entry(file).or_default().extend(&names);
                files.insert(file);
            }
        }
        files
    }
}

/// The names of a function or class, from which others may come; `None` where it is not known.
fn names(knows: &Knows, outside: &Outside, ways: &Ways) -> Option<Vec<Word>> {
    Some(match knows {
        Knows::File(_) | Knows::Stores(_) => Vec::new(),
        Knows::Makers(at) | Knows::Heirs(at) => vec![outside.class(*at)?.word],
        Knows::NamedHeirs(number) => vec![open(outside.named_path(*number).rsplit('.').next()?)],
        Knows::Callers(at) | Knows::Near(at) => {
            let Some(function) = outside.function(*at) else {
                // A class whose fields are given by calls of it.
                return Some(vec![outside.class(*at)?.word, open("cls")]);
            };
            let runs_for_class = function.name == "__init__" || ways.leads(function.word, open("__init__"));
            // It may be what a call of its class runs.
            let class = function.class.filter(|_| runs_for_class).into_iter().flat_map(|class| [class, open("cls")]);
            class.chain([function.word]).collect()
        }
    })
}
