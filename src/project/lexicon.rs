//! Which files have which names, by their spelling: so that who may know something is asked, and few others.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use super::summary::base_name;
use crate::python::carriers::{Names, is_open, spelled, spelling_of};
use crate::python::left::leaving;
use crate::python::modules::FileId;
use crate::python::syntax::Syntax;

/// Files that leave something under a name that counts as one of theirs alone.
const FEW: usize = 16;

/// What names are looked for as.
#[derive(Clone, Copy)]
pub(super) enum Role {
    /// Anything.
    Any,
    /// Something is stored under it.
    Stored,
    /// A class derives from it.
    Base,
    /// Something is left under it as a key.
    Left,
}

/// The names that stand in a file in each role, as numbers in order; two names may share one.
pub(super) type Words = [Vec<u32>; 4];

/// The names of all files, in their order.
#[derive(Default)]
pub(super) struct Lexicon(pub Vec<(FileId, Words)>);

/// The names of one file.
pub(super) fn words(syntax: &Syntax<'_>) -> Words {
    let list = |id| syntax.field(id, "superclasses");
    let bases = syntax.of_kind("class_definition").filter_map(list).flat_map(|list| syntax.named(list));
    let any = syntax.of_kind("identifier").map(|id| spelled(syntax.str(id)));
    let left = syntax.of_kind("assignment").chain(syntax.of_kind("call")).filter_map(|id| Some(spelled(leaving(syntax, id)?.1)));
    let bases = bases.map(|base| base_name(syntax, base).map_or(0, spelled));
    [numbers(any), numbers(stored(syntax).map(spelled)), numbers(bases), numbers(left)]
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
    plain.map(|name| syntax.str(name)).chain(by_name)
}

impl Lexicon {
    /// The names of an orchestrator under which few files store or leave something: a name of many is no name of one thing.
    pub(super) fn left(&self, names: &Names) -> HashSet<u32> {
        let mut files: HashMap<u32, usize> = HashMap::default();
        for (_, words) in &self.0 {
            let of = |role: Role| words[role as usize].iter();
            let all: HashSet<u32> = of(Role::Stored).chain(of(Role::Left)).copied().collect();
            all.into_iter().for_each(|name| *files.entry(name).or_default() += 1);
        }
        let holding = names.orchestrators.iter().copied().filter(|&word| is_open(word)).filter_map(spelling_of);
        holding.filter(|name| files.get(name).is_some_and(|&number| number <= FEW)).collect()
    }

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
