//! What all files say of one function, class or module, put together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use super::told;
use crate::finding::Strength;
use crate::python::asked::Key;
use crate::python::modules::FileId;
use crate::python::outside::{HANDED, Outside, Owner, Place, Summary, stand_ins};
use crate::python::types::{Cls, Ty, Typed};

/// What may have to be put together anew, because somebody spoke of it.
#[derive(Default)]
pub(super) struct Touched {
    functions: HashSet<Place>,
    owners: HashSet<Owner>,
    /// Somebody spoke of what a class derives from.
    bases: bool,
}

impl Touched {
    /// Notes everything that a file says, or said before.
    pub(super) fn add(&mut self, summary: &Summary) {
        self.functions.extend(summary.passed.keys().chain(&summary.handed));
        self.owners.extend(summary.stored.keys().map(|(owner, _)| *owner));
        self.bases |= !summary.classes.is_empty();
    }
}

/// Puts together what all files say of what was touched, file by file, and gives the items that changed. A mock among what is
/// passed is a test's own business, and costs certainty; so does a function that is handed around, because its other callers
/// are not known.
pub(super) fn merged(outside: &mut Outside, touched: &Touched) -> HashSet<Key> {
    let mut files: Vec<_> = outside.files.iter().map(|(&file, summary)| (file, Arc::clone(summary))).collect();
    files.sort_by_key(|(file, _)| *file);
    let (passed, stored) = rayon::join(|| passed(&files, &touched.functions), || stored(&files, &touched.owners));
    let mut new = Outside { passed, stored, ..Outside::default() };
    let mut old = Outside::default();
    old.passed.extend(touched.functions.iter().filter_map(|place| outside.passed.remove_entry(place)));
    old.stored.extend(touched.owners.iter().filter_map(|owner| outside.stored.remove_entry(owner)));
    if touched.bases {
        (old.subclasses, old.derived) = (std::mem::take(&mut outside.subclasses), std::mem::take(&mut outside.derived));
        heirs(&files, &mut new);
    }
    let mut items = HashSet::default();
    told::together(&old, &new, &mut items);
    let Outside { passed, stored, subclasses, derived, .. } = new;
    outside.passed.extend(passed);
    outside.stored.extend(stored);
    outside.subclasses.extend(subclasses);
    outside.derived.extend(derived);
    items
}

/// Files in their order, with what they say.
type Files = [(FileId, Arc<Summary>)];

/// What functions take from all calls of them.
fn passed(files: &Files, functions: &HashSet<Place>) -> HashMap<Place, BTreeMap<String, Typed>> {
    let (mut all, mut handed) = (Given::new(), BTreeSet::<Place>::new());
    for (_, summary) in files {
        handed.extend(&summary.handed);
        for (&place, parameters) in summary.passed.iter().filter(|(place, _)| functions.contains(place)) {
            let together = all.entry(place).or_default();
            for (name, types) in parameters {
                together.entry(name).or_default().extend(types);
            }
        }
    }
    all.into_par_iter().map(|(place, names)| (place, taken(names, handed.contains(&place)))).collect()
}

/// What is stored into modules and objects.
fn stored(files: &Files, owners: &HashSet<Owner>) -> BTreeMap<Owner, BTreeMap<String, Typed>> {
    let mut all = BTreeMap::<Owner, Named<'_>>::new();
    for ((owner, name), types) in files.iter().flat_map(|(_, summary)| &summary.stored).filter(|((owner, _), _)| owners.contains(owner)) {
        all.entry(*owner).or_default().entry(name).or_default().extend(types);
    }
    let joined = |names: Named<'_>| names.into_iter().map(|(name, types)| (name.to_owned(), together(&types, false))).collect();
    all.into_iter().map(|(owner, names)| (owner, joined(names))).collect()
}

/// Which classes derive from which.
fn heirs(files: &Files, into: &mut Outside) {
    for &(file, ref summary) in files {
        for (&at, class) in &summary.classes {
            for base in &class.bases {
                match base {
                    Cls::Elsewhere(base) => into.subclasses.entry(*base).or_default().push(Place { file, at }),
                    Cls::Named(number) => into.derived.entry(*number).or_default().push(Place { file, at }),
                    Cls::Local(_) | Cls::Surface(_) => {}
                }
            }
        }
    }
}

/// Types by the name of an attribute or a parameter, as many as files give it.
type Named<'s> = BTreeMap<&'s str, Vec<&'s Typed>>;

/// What all calls give to each function.
type Given<'s> = BTreeMap<Place, Named<'s>>;

/// What a function takes from all calls of it. Strings and numbers say nothing that anybody asks for.
fn taken(parameters: Named<'_>, handed: bool) -> BTreeMap<String, Typed> {
    let unseen = handed.then(|| (HANDED.to_owned(), Typed::unknown()));
    let others: Vec<_> = parameters.iter().flat_map(|(name, types)| stand_ins(name).zip(kinds(types))).collect();
    let joined = parameters.into_iter().map(|(name, types)| (name.to_owned(), quiet(together(&types, handed))));
    joined.chain(unseen).chain(others).collect()
}

/// What is passed that may stand in for something else, each kind once: mocks first, then objects of classes of the project.
fn kinds(types: &[&Typed]) -> Vec<Typed> {
    let is_class = |typed: &&&Typed| typed.also.is_empty() && matches!(typed.ty, Ty::Instance(Cls::Elsewhere(_)));
    let mock = types.iter().find(|typed| typed.mocked || matches!(typed.ty, Ty::Mock(_)));
    let mut kinds: Vec<Typed> = mock.into_iter().map(|mock| (*mock).clone()).collect();
    for class in types.iter().filter(is_class) {
        if kinds.iter().all(|known| known.ty != class.ty) {
            kinds.push((*class).clone());
        }
    }
    kinds
}

/// The type, where it is one of the surface or of the project; else only that something is passed.
fn quiet(typed: Typed) -> Typed {
    if typed.ty.is_telling() || matches!(typed.ty, Ty::Elsewhere(_)) { typed } else { Typed::unknown() }
}

fn together(types: &[&Typed], handed: bool) -> Typed {
    let is_real = |typed: &&&Typed| !matches!(typed.ty, Ty::Mock(_));
    let real = types.iter().filter(is_real).count();
    let doubtful = handed || (real < types.len() && real > 0);
    let counted = types.iter().filter(|typed| real == 0 || is_real(typed));
    let mut typed = Typed::join(counted.map(|&typed| typed.clone()).collect());
    if doubtful {
        typed.strength = typed.strength.max(Strength::Likely);
    }
    typed.mocked |= real < types.len();
    typed
}
