//! Which of the files that can be reached an orchestrator may get into, told by names in their texts: only those are parsed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;
use rustc_hash::FxHashSet as HashSet;

use super::imports::imports;
use super::lexicon::{Lexicon, Role};
use crate::python::carriers::{Names, PASSED, is_open, spelled, spelling_of};
use crate::python::modules::FileId;
use crate::source::Source;

/// The names in a text, as numbers.
struct Text {
    /// What it defines or imports.
    binds: HashSet<u32>,
    /// What stands behind a dot.
    attributes: HashSet<u32>,
}

/// Files that are not parsed so far.
pub(super) struct Waiting(BTreeMap<FileId, Text>);

/// What makes a file matter.
pub(super) struct Wanted {
    /// Names of what an orchestrator is passed to.
    passed: HashSet<u32>,
    /// Names that hold one.
    holding: HashSet<u32>,
    /// Those under which one is stored into other objects.
    stored: HashSet<u32>,
    /// Names of classes that others derive from.
    bases: HashSet<u32>,
    /// Those among them whose objects may be orchestrators by another base of a class that derives from them.
    mixed: HashSet<u32>,
}

impl Wanted {
    pub(super) fn of(names: &Names, lexicon: &Lexicon) -> Self {
        let all = || names.orchestrators.iter().chain(&names.functions).copied().filter(|&word| is_open(word));
        let passed = all().filter(|word| word & PASSED != 0).filter_map(|word| spelling_of(word & !PASSED)).collect();
        let holding: HashSet<u32> = all().filter_map(spelling_of).collect();
        let of = |role: Role| lexicon.0.iter().flat_map(move |(_, words)| words[role as usize].iter().copied());
        let stored = of(Role::Stored).filter(|name| holding.contains(name)).collect();
        let bases: HashSet<u32> = of(Role::Base).collect();
        Wanted { passed, stored, mixed: bases.intersection(&holding).copied().collect(), holding, bases }
    }

    /// Whether one may get into a file; `near` where a file that matters imports it, `above` where it imports one.
    fn reaches(&self, text: &Text, near: bool, above: bool) -> bool {
        let is_above = || !text.binds.is_disjoint(&self.bases) && !text.attributes.is_disjoint(&self.holding);
        let is_beside = || !text.binds.is_disjoint(&self.mixed);
        let picks_up = || !text.attributes.is_disjoint(&self.stored);
        !text.binds.is_disjoint(&self.passed) || near && (picks_up() || is_above() || is_beside()) || above && picks_up()
    }
}

impl Waiting {
    pub(super) fn new(files: impl Iterator<Item = FileId>, sources: &HashMap<FileId, &Source>) -> Self {
        let texts: Vec<(FileId, &Source)> = files.filter_map(|file| Some((file, *sources.get(&file)?))).collect();
        Waiting(texts.into_par_iter().map(|(file, source)| (file, text(&source.text))).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes out the files that matter; `near` are those that are imported by one that does, `above` those that import one.
    pub(super) fn take(&mut self, wanted: &Wanted, near: &BTreeSet<FileId>, above: &BTreeSet<FileId>) -> Vec<FileId> {
        self.take_if(|file, text| wanted.reaches(text, near.contains(&file), above.contains(&file)))
    }

    /// Takes out those of the files that may call what an orchestrator is passed to.
    pub(super) fn take_calling(&mut self, wanted: &Wanted, files: &BTreeSet<FileId>) -> Vec<FileId> {
        self.take_if(|file, text| files.contains(&file) && !text.attributes.is_disjoint(&wanted.passed))
    }

    fn take_if(&mut self, matters: impl Fn(FileId, &Text) -> bool) -> Vec<FileId> {
        let found: Vec<FileId> = self.0.iter().filter(|(file, text)| matters(**file, text)).map(|(file, _)| *file).collect();
        found.iter().for_each(|file| drop(self.0.remove(file)));
        found
    }
}

fn text(text: &str) -> Text {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let (mut binds, mut attributes) = (HashSet::default(), HashSet::default());
    for import in imports(text) {
        binds.extend(import.words().map(spelled));
    }
    let mut before = "";
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let dotted = rest[..start].ends_with('.');
        let word = &rest[start..];
        let word = &word[..word.find(|c| !is_part(c)).unwrap_or(word.len())];
        if matches!(before, "def" | "class") {
            binds.insert(spelled(word));
        }
        if dotted {
            attributes.insert(spelled(word));
        }
        (before, rest) = (word, &rest[start + word.len()..]);
    }
    Text { binds, attributes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_binds_what_it_defines_and_imports() {
        let text = text("from a import (\n    b as c,\n)\nclass Größe(d.e):\n    async def run(self): return self.core\n");
        for name in ["b", "c", "Größe", "run"] {
            assert!(text.binds.contains(&spelled(name)), "{name}");
        }
        assert!(!text.binds.contains(&spelled("core")) && !text.binds.contains(&spelled("e")));
        assert!(text.attributes.contains(&spelled("core")) && text.attributes.contains(&spelled("e")));
    }
}
