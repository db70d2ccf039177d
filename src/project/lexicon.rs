//! Which files have which names, and which names stand for others: those of imports, of variables, of classes that derive
//! from one. All by their spelling alone, so that more is found than is meant, and nothing is missed that has a name.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, BuildHasherDefault};

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet, FxHasher};

use super::summary::last_word;
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

/// The words of one file.
pub(super) struct Words<'t> {
    /// The names that stand in it in each role, as numbers in order; two words may share one.
    names: [Vec<u32>; 3],
    /// `from a import name as other`: name and other.
    imports: Vec<(&'t str, &'t str)>,
    /// `other = name`, `self.other = a.name`: name and other.
    assigned: Vec<(&'t str, &'t str)>,
    /// Base and class.
    classes: Vec<(&'t str, &'t str)>,
}

/// The words of all files.
#[derive(Default)]
pub(super) struct Lexicon<'t> {
    files: Vec<(FileId, [Vec<u32>; 3])>,
    imports: HashMap<&'t str, BTreeSet<&'t str>>,
    assigned: HashMap<&'t str, BTreeSet<&'t str>>,
    classes: HashMap<&'t str, BTreeSet<&'t str>>,
}

fn number(word: &str) -> u32 {
    // The upper half is mixed best.
    u32::try_from(BuildHasherDefault::<FxHasher>::default().hash_one(word) >> 32).unwrap_or_default()
}

fn numbers<'t>(words: impl Iterator<Item = &'t str>) -> Vec<u32> {
    let mut numbers: Vec<u32> = words.map(number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// The names under which a file stores something into what is not `self`, or may do so.
fn stored<'s, 't>(syntax: &'s Syntax<'t>) -> impl Iterator<Item = &'t str> + use<'s, 't> {
    let left = |id| syntax.field(id, "left").filter(|&left| syntax.kind(left) == "attribute");
    let plain =
        syntax.of_kind("assignment").filter_map(left).filter_map(|left| syntax.field(left, "attribute")).map(|name| syntax.str(name));
    let callee = |call| syntax.field(call, "function").map_or("", |function| syntax.str(function));
    let by_name = syntax
        .of_kind("call")
        .filter(move |&call| callee(call).ends_with("setattr"))
        .filter_map(move |call| syntax.named(syntax.field(call, "arguments")?).nth(1).and_then(|name| syntax.literal(name)));
    plain.chain(by_name)
}

impl<'t> Words<'t> {
    /// Those of a file.
    pub(super) fn of(syntax: &Syntax<'t>) -> Self {
        let pair = |id, from: &str, to: &str| Some((syntax.str(syntax.field(id, from)?), syntax.str(syntax.field(id, to)?)));
        let is_name = |id| matches!(syntax.kind(id), "identifier" | "attribute");
        let plain = |&id: &usize| ["left", "right"].iter().all(|side| syntax.field(id, side).is_some_and(is_name));
        let last = |(name, other)| (last_word(name), last_word(other));
        let class = |id| Some((syntax.field(id, "superclasses")?, syntax.str(syntax.field(id, "name")?)));
        let bases = |(list, class)| syntax.named(list).map(move |base| (last_word(syntax.str(base)), class));
        let classes: Vec<_> = syntax.of_kind("class_definition").filter_map(class).flat_map(bases).collect();
        let any = syntax.of_kind("identifier").map(|id| syntax.str(id));
        Words {
            names: [numbers(any), numbers(stored(syntax)), numbers(classes.iter().map(|(base, _)| *base))],
            imports: syntax.of_kind("aliased_import").filter_map(|id| pair(id, "name", "alias")).map(last).collect(),
            assigned: syntax.of_kind("assignment").filter(plain).filter_map(|id| pair(id, "right", "left")).map(last).collect(),
            classes,
        }
    }
}

impl<'t> Lexicon<'t> {
    /// Adds the words of a file.
    pub(super) fn add(&mut self, file: FileId, words: Words<'t>) {
        self.files.push((file, words.names));
        for (map, pairs) in [(&mut self.imports, words.imports), (&mut self.assigned, words.assigned), (&mut self.classes, words.classes)] {
            for (name, other) in pairs {
                map.entry(name).or_default().insert(other);
            }
        }
    }

    /// The files that have one of the names in a role.
    pub(super) fn having(&self, role: Role, names: &BTreeSet<String>) -> impl Iterator<Item = FileId> + '_ {
        let numbers: HashSet<u32> = names.iter().map(|name| number(name)).collect();
        let has = move |all: &[u32]| {
            // Whichever is less work.
            if numbers.len() < all.len() / 16 {
                numbers.iter().any(|number| all.binary_search(number).is_ok())
            } else {
                all.iter().any(|number| numbers.contains(number))
            }
        };
        self.files.iter().filter(move |(_, all)| has(&all[role as usize])).map(|(file, _)| *file)
    }

    /// A name with those under which it is imported.
    pub(super) fn imported(&self, name: &str) -> BTreeSet<String> {
        closure(name, &[&self.imports])
    }

    /// The same with the variables that it is assigned to.
    pub(super) fn called(&self, name: &str) -> BTreeSet<String> {
        self.with_assigned(self.imported(name))
    }

    /// The same for a class and all that derive from it.
    pub(super) fn below(&self, class: &str) -> BTreeSet<String> {
        self.with_assigned(closure(class, &[&self.imports, &self.classes]))
    }

    fn with_assigned(&self, mut names: BTreeSet<String>) -> BTreeSet<String> {
        let more = names.iter().filter_map(|name| self.assigned.get(name.as_str())).flatten();
        let more: Vec<String> = more.map(|name| (*name).to_owned()).collect();
        names.extend(more);
        names
    }
}

/// A name and everything that stands for it, step by step.
fn closure(name: &str, maps: &[&HashMap<&str, BTreeSet<&str>>]) -> BTreeSet<String> {
    let (mut found, mut open) = (BTreeSet::from([name.to_owned()]), vec![name.to_owned()]);
    while let Some(name) = open.pop() {
        for other in maps.iter().filter_map(|map| map.get(name.as_str())).flatten() {
            if found.insert((*other).to_owned()) {
                open.push((*other).to_owned());
            }
        }
    }
    found
}
