//! Which files have which names, by their spelling: so that who may know something is asked, and few others.

use rustc_hash::FxHashSet as HashSet;

use super::summary::base_name;
use crate::python::carriers::spelled;
use crate::python::left::leaving;
use crate::python::modules::FileId;
use crate::python::syntax::Syntax;

/// What names are looked for as.
#[derive(Clone, Copy)]
pub(super) enum Role {
    /// Anything.
    Any,
    /// Something is stored under it.
    Stored,
    /// A class derives from it.
    Base,
}

/// The names that stand in a file in each role, as numbers in order; two names may share one.
pub(super) type Words = [Vec<u32>; 3];

/// The names of all files, in their order.
#[derive(Default)]
pub(super) struct Lexicon(pub Vec<(FileId, Words)>);

/// The names of one file.
pub(super) fn words(syntax: &Syntax<'_>) -> Words {
    let list = |id| syntax.field(id, "superclasses");
    let bases = syntax.of_kind("class_definition").filter_map(list).flat_map(|list| syntax.named(list));
    let any = syntax.of_kind("identifier").map(|id| spelled(syntax.str(id)));
    [numbers(any), numbers(stored(syntax).map(spelled)), numbers(bases.map(|base| base_name(syntax, base).map_or(0, spelled)))]
}

fn numbers(words: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut numbers: Vec<u32> = words.collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// The names under which a file stores something into what is not `self`, or may do so.
fn stored<'s, 't>(syntax: &'s Syntax<'t>) -> impl Iterator<Item = &'t str> + use<'s, 't> {
    let left = |id| syntax.field(id, "left").filter(|&left| syntax.kind(left) == "attribute");
    let plain = syntax.of_kind("assignment").filter_map(left).filter_map(|left| syntax.field(left, "attribute"));
    let callee = |call| syntax.field(call, "function").map_or("", |function| syntax.str(function));
    let by_name = syntax
        .of_kind("call")
        .filter(move |&call| callee(call).ends_with("setattr"))
        .filter_map(move |call| syntax.named(syntax.field(call, "arguments")?).nth(1).and_then(|name| syntax.literal(name)));
    let left = syntax.of_kind("assignment").chain(syntax.of_kind("call")).filter_map(|id| Some(leaving(syntax, id)?.1));
    plain.map(|name| syntax.str(name)).chain(by_name).chain(left)
}

impl Lexicon {
    /// The files that have one of the names in a role.
    pub(super) fn having<'l>(&'l self, role: Role, names: &'l HashSet<u32>) -> impl Iterator<Item = FileId> + 'l {
        self.0.iter().filter(move |(_, all)| has_one(&all[role as usize], names)).map(|(file, _)| *file)
    }

    /// Whether a file has one of the names, in any role.
    pub(super) fn has(&self, file: FileId, names: &HashSet<u32>) -> bool {
        let known = self.0.binary_search_by_key(&file, |(file, _)| *file).ok().and_then(|at| self.0.get(at));
        known.is_some_and(|(_, all)| has_one(&all[Role::Any as usize], names))
    }
}

fn has_one(all: &[u32], names: &HashSet<u32>) -> bool {
    // Whichever is less work.
    if names.len() < all.len() / 16 {
        names.iter().any(|name| all.binary_search(name).is_ok())
    } else {
        all.iter().any(|name| names.contains(name))
    }
}
