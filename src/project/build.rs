//! The index: every file says what it knows, hears what the others say, and speaks again where that changes something,
//! until nothing does. What a file imports speaks before it. A step sees only what earlier steps said, so that neither
//! the order of files nor the number of threads can matter.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashSet as HashSet;

use super::kept::Kept;
use super::order::steps;
use super::passed::merged;
use super::reach::Reach;
use super::summary::summary;
use crate::python::Inference;
use crate::python::modules::{FileId, Modules};
use crate::python::outside::{Outside, Summary};
use crate::python::types::Typed;
use crate::source::Source;

/// A chain that goes back and forth more often is not followed to its end; what is not known by then stays unknown.
const ROUNDS: usize = 12;

/// What a file said, and whom it asked.
struct Said {
    file: FileId,
    summary: Summary,
    asked: BTreeSet<FileId>,
}

/// Indexes the files that can matter, for the surface and for classes named by their paths; with what was parsed for it.
#[must_use]
pub fn build<'s>(
    (modules, named): (Arc<Modules>, Arc<[String]>),
    reach: &Reach,
    sources: &'s HashMap<FileId, &'s Source>,
    guess: bool,
) -> (Outside, Kept<'s>) {
    let names = names(sources);
    let kept = Kept::new(reach.files(), sources);
    let speak = |files: &[FileId], outside: &Outside| speak(files, &kept, outside, guess, &names);
    let mut outside = Outside { modules, named, ..Outside::default() };
    let mut asked: BTreeMap<FileId, BTreeSet<FileId>> = BTreeMap::new();
    let order = steps(&reach.edges);
    // Files that changed after somebody asked them.
    let mut open: BTreeSet<FileId> = BTreeSet::new();
    for step in &order {
        let said = speak(step, &outside);
        let changed = hear(&mut outside, &mut asked, said);
        open.extend(asked.iter().filter(|(_, of)| !of.is_disjoint(&changed)).map(|(file, _)| *file));
    }
    open.extend(merged(&mut outside));
    for _ in 0..ROUNDS {
        if open.is_empty() {
            break;
        }
        let files: Vec<FileId> = open.iter().copied().collect();
        let said = speak(&files, &outside);
        let changed = hear(&mut outside, &mut asked, said);
        open = asked.iter().filter(|(_, of)| !of.is_disjoint(&changed)).map(|(file, _)| *file).collect();
        open.extend(merged(&mut outside));
    }
    (outside, kept)
}

/// Sums up files, each for itself.
fn speak(files: &[FileId], kept: &Kept<'_>, outside: &Outside, guess: bool, names: &HashSet<&str>) -> Vec<Said> {
    let speak = |&file: &FileId| {
        kept.with(file, |source, parsed| {
            let code = Inference::new((&parsed.syntax, &parsed.scopes, &parsed.lines), guess, outside, file);
            let summary = summary(&code, &source.path.to_string_lossy(), names);
            Said { file, summary, asked: code.asked() }
        })
    };
    files.par_iter().filter_map(speak).collect()
}

/// Takes in what was said; the files that said something new.
fn hear(outside: &mut Outside, asked: &mut BTreeMap<FileId, BTreeSet<FileId>>, said: Vec<Said>) -> BTreeSet<FileId> {
    let mut changed = BTreeSet::new();
    for one in said {
        if outside.files.get(&one.file).is_none_or(|old| !same(old, &one.summary)) {
            changed.insert(one.file);
        }
        outside.files.insert(one.file, Arc::new(one.summary));
        asked.insert(one.file, one.asked);
    }
    changed
}

/// The names under which a function or class of the project can be met; looked up in the text, so that most calls need
/// no inference.
fn names<'s>(sources: &HashMap<FileId, &'s Source>) -> HashSet<&'s str> {
    let word = |rest: &'s str| rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or("");
    let mut names: HashSet<&str> = std::iter::once("cls").collect();
    for source in sources.values() {
        for line in source.text.lines() {
            let line = line.trim_start();
            let defined = ["def ", "async def ", "class "].iter().find_map(|head| line.strip_prefix(head));
            names.extend(defined.map(|rest| word(rest.trim_start())));
            names.extend(line.split(" as ").skip(1).map(word));
        }
    }
    names
}

/// Whether two summaries tell other files the same; the stories may differ. What a file passes to the functions of
/// others reaches them on another way.
fn same(old: &Summary, new: &Summary) -> bool {
    let names = |one: &BTreeMap<String, Typed>, other: &BTreeMap<String, Typed>| {
        one.len() == other.len() && one.iter().zip(other).all(|(a, b)| a.0 == b.0 && a.1.same(b.1))
    };
    names(&old.names, &new.names)
        && old.classes.iter().zip(&new.classes).all(|(a, b)| a.1.bases == b.1.bases && names(&a.1.members, &b.1.members))
        && old.functions.iter().zip(&new.functions).all(|(a, b)| a.1.answer.same(&b.1.answer))
}
