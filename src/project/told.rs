//! What a file says anew: the items that others may have asked for. Stories may differ; what a file passes to the functions of
//! others reaches them on another way.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::python::asked::{Item, Key};
use crate::python::modules::FileId;
use crate::python::outside::{HANDED, Outside, Owner, Place, Summary};
use crate::python::types::{Ty, Typed};

/// Types by the name of a parameter or an attribute.
type Names = BTreeMap<String, Typed>;

/// The items of which the files said something else before.
pub(super) fn differing(old: &Outside, new: &Outside) -> FxHashSet<Key> {
    let (mut items, silence) = (FxHashSet::default(), Summary::default());
    for (&file, now) in &new.files {
        changed(file, old.files.get(&file).map_or(&silence, Arc::as_ref), now, &mut items);
    }
    together(old, new, &mut items);
    items
}

/// Adds what all files together say otherwise of a function, class or module.
pub(super) fn together(old: &Outside, new: &Outside, items: &mut FxHashSet<Key>) {
    passed(&old.passed, &new.passed, items);
    stored(&old.stored, &new.stored, items);
    items.extend(unlike(&old.subclasses, &new.subclasses, |a, b| a == b).map(|&class| Item::Under(class).key()));
    items.extend(unlike(&old.derived, &new.derived, |a, b| a == b).map(|&number| Item::Derived(number).key()));
}

/// Adds the items of a file that changed.
pub(super) fn changed(file: FileId, old: &Summary, new: &Summary, items: &mut FxHashSet<Key>) {
    let names = unlike(&old.names, &new.names, Typed::same);
    items.extend(names.map(|name| Item::Name(file, name).key()));
    if old.stars != new.stars || old.all != new.all {
        items.insert(Item::Stars(file).key());
    }
    let place = |at: &u32| Place { file, at: *at };
    items.extend(unlike(&old.functions, &new.functions, |_, _| true).map(|at| Item::Function(place(at)).key()));
    let answers = unlike(&old.functions, &new.functions, |a, b| a.answer.same(&b.answer));
    items.extend(answers.map(|at| Item::Answer(place(at)).key()));
    items.extend(unlike(&old.classes, &new.classes, |a, b| a.bases == b.bases).map(|at| Item::Class(place(at)).key()));
    if old.made != new.made {
        items.extend(old.made.iter().chain(&new.made).map(|(class, ..)| Item::Made(*class).key()));
    }
    let none = BTreeMap::new();
    for (at, class) in &new.classes {
        let before = old.classes.get(at).map_or(&none, |class| &class.members);
        items.extend(unlike(before, &class.members, Typed::same).map(|name| Item::Member(place(at), name).key()));
    }
}

/// Adds the parameters to which calls pass something else than before; something unknown is as good as nothing. Where a
/// parameter has a default, it matters that it is given.
fn passed(old: &FxHashMap<Place, Names>, new: &FxHashMap<Place, Names>, items: &mut FxHashSet<Key>) {
    let none = Names::new();
    let gone = old.keys().filter(|place| !new.contains_key(place));
    for &place in new.keys().chain(gone) {
        let sides = (old.get(&place), new.get(&place));
        let (before, now) = (sides.0.unwrap_or(&none), sides.1.unwrap_or(&none));
        if sides.0.is_none() || sides.1.is_none() || !before.keys().eq(now.keys()) {
            items.insert(Item::Passed(place, HANDED).key());
        }
        let known = |of: &Names, name: &String| of.get(name).is_some_and(|typed| typed.ty != Ty::Unknown);
        let telling = unlike(before, now, Typed::same).filter(|name| known(before, name) || known(now, name));
        items.extend(telling.map(|name| Item::Passed(place, name).key()));
    }
}

/// Adds the names under which something else than before is stored from outside.
fn stored(old: &BTreeMap<Owner, Names>, new: &BTreeMap<Owner, Names>, items: &mut FxHashSet<Key>) {
    let none = Names::new();
    let gone = old.keys().filter(|owner| !new.contains_key(owner));
    for &owner in new.keys().chain(gone) {
        let names = unlike(old.get(&owner).unwrap_or(&none), new.get(&owner).unwrap_or(&none), Typed::same);
        items.extend(names.map(|name| Item::Stored(owner, name).key()));
    }
}

/// The keys that only one of two maps has, and those whose values differ.
pub(super) fn unlike<'m, K: Ord, V>(
    old: &'m BTreeMap<K, V>,
    new: &'m BTreeMap<K, V>,
    same: fn(&V, &V) -> bool,
) -> impl Iterator<Item = &'m K> {
    let gone = old.keys().filter(|key| !new.contains_key(key));
    gone.chain(new.iter().filter(move |(key, value)| !old.get(key).is_some_and(|old| same(old, value))).map(|(key, _)| key))
}
