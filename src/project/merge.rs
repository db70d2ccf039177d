//! What all files say of one function, class or module, put together.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use super::told;
use crate::finding::Strength;
use crate::python::asked::Key;
use crate::python::outside::{HANDED, Outside, Owner, Place, stand_ins};
use crate::python::types::{Cls, Ty, Typed};

/// What all calls together pass, file by file. A mock among them is a test's own business, and costs certainty; so does
/// a function that is handed around, because its other callers are not known. The items that changed.
pub(super) fn merged(outside: &mut Outside) -> HashSet<Key> {
    let mut all = Given::new();
    let mut handed = BTreeSet::new();
    let mut files: Vec<_> = outside.files.iter().collect();
    files.sort_by_key(|(file, _)| **file);
    let mut derived = BTreeMap::<u16, Vec<Place>>::new();
    let (mut stored, mut subclasses) = (BTreeMap::<Owner, Named<'_>>::new(), BTreeMap::<Place, Vec<Place>>::new());
    for (&file, summary) in files {
        for ((owner, name), types) in &summary.stored {
            stored.entry(*owner).or_default().entry(name).or_default().extend(types);
        }
        for (&at, class) in &summary.classes {
            for base in &class.bases {
                match base {
                    Cls::Elsewhere(base) => subclasses.entry(*base).or_default().push(Place { file, at }),
                    Cls::Named(number) => derived.entry(*number).or_default().push(Place { file, at }),
                    Cls::Local(_) | Cls::Surface(_) => {}
                }
            }
        }
        handed.extend(summary.handed.iter().copied());
        for (&place, parameters) in &summary.passed {
            let together = all.entry(place).or_default();
            for (name, types) in parameters {
                together.entry(name).or_default().extend(types);
            }
        }
    }
    let joined = |names: Named<'_>| names.into_iter().map(|(name, types)| (name.to_owned(), together(&types, false))).collect();
    let stored: BTreeMap<Owner, BTreeMap<String, Typed>> = stored.into_iter().map(|(owner, names)| (owner, joined(names))).collect();
    let passed: HashMap<_, _> = all.into_par_iter().map(|(place, names)| (place, taken(names, handed.contains(&place)))).collect();
    let new = Outside { stored, subclasses, derived, passed, ..Outside::default() };
    let mut items = HashSet::default();
    told::together(outside, &new, &mut items);
    let Outside { stored, subclasses, derived, passed, .. } = new;
    (outside.stored, outside.subclasses, outside.derived, outside.passed) = (stored, subclasses, derived, passed);
    items
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
