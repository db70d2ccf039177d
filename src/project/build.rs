//! The index: every file says what it knows, hears what the others say, and speaks again where that changes something,
//! until nothing does. What a file imports speaks before it. A step sees only what earlier steps said, so that neither
//! the order of files nor the number of threads can matter.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashSet as HashSet;

use super::kept::Kept;
use super::merge::merged;
use super::order::steps;
use super::reach::Reach;
use super::summary::summary;
use super::told;
use crate::python::Inference;
use crate::python::asked::Key;
use crate::python::modules::{FileId, Modules};
use crate::python::outside::{Outside, Summary};
use crate::source::Source;

/// A chain that goes back and forth more often is not followed to its end; what is not known by then stays unknown.
const ROUNDS: usize = 12;

/// What a file said, and what it asked for.
struct Said {
    file: FileId,
    summary: Summary,
    asked: Vec<Key>,
}

/// What every file asked for the last time it spoke.
type Asked = BTreeMap<FileId, Vec<Key>>;

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
    let mut asked = Asked::new();
    let order = steps(&reach.edges);
    // Files that changed after somebody asked them.
    let mut open: BTreeSet<FileId> = BTreeSet::new();
    for step in &order {
        let said = speak(step, &outside);
        let changed = hear(&mut outside, &mut asked, said);
        open.extend(touched(&asked, &changed));
    }
    open.extend(merging(&mut outside, &asked));
    for _ in 0..ROUNDS {
        if open.is_empty() {
            break;
        }
        let files: Vec<FileId> = open.iter().copied().collect();
        let said = speak(&files, &outside);
        let changed = hear(&mut outside, &mut asked, said);
        open = touched(&asked, &changed).collect();
        open.extend(merging(&mut outside, &asked));
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

/// Takes in what was said; the items that are new.
fn hear(outside: &mut Outside, asked: &mut Asked, said: Vec<Said>) -> HashSet<Key> {
    let (mut items, silence) = (HashSet::default(), Summary::default());
    for one in said {
        let old = outside.files.get(&one.file).map_or(&silence, Arc::as_ref);
        told::changed(one.file, old, &one.summary, &mut items);
        outside.files.insert(one.file, Arc::new(one.summary));
        asked.insert(one.file, one.asked);
    }
    items
}

/// The files that asked for something which changed.
fn touched<'a>(asked: &'a Asked, items: &'a HashSet<Key>) -> impl Iterator<Item = FileId> + 'a {
    asked.iter().filter(|(_, of)| of.iter().any(|item| items.contains(item))).map(|(file, _)| *file)
}

/// Puts together what files say of each other's functions and classes; the files for which that changes something.
fn merging(outside: &mut Outside, asked: &Asked) -> Vec<FileId> {
    let items = merged(outside);
    touched(asked, &items).collect()
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
