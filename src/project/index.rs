//! The index: what files say to each other. Nobody speaks unless he is asked: work on a file asks for what others are, they
//! are asked, and whoever took something that changes is asked again, until nothing does. A step sees only what earlier
//! steps said, so that neither the order of files nor the number of threads can matter.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashSet as HashSet;

use super::active::{self, Waiting};
use super::flows::{Ways, flows};
use super::kept::Kept;
use super::lexicon::{Lexicon, words};
use super::merge::{Touched, merged};
use super::order::steps;
use super::reach::Reach;
use super::summary::summary;
use super::told;
use super::wide::Wide;
use crate::python::asked::{Item, Key, Knows};
use crate::python::carriers::{self, Carriers, Names, Spelling, spelled};
use crate::python::modules::{FileId, Modules};
use crate::python::outside::{Outside, Summary, Wanted};
use crate::python::{Inference, Parsed};
use crate::source::Source;

/// A circle that goes round more often, or a longer chain within one file, without a new question, is not followed to its
/// end; what is not known by then stays unknown.
const ROUNDS: usize = 12;

/// Where more files than this go on after half of the rounds, they go round in circles together.
const SEA: usize = 100;

/// How many files are looked at before it is seen whether they ask for so much that all have to speak.
const GLANCE: usize = 256;

/// What somebody asked for: the items, and who knows them.
pub type Questions = Vec<(Key, Knows)>;

/// What a file said, and what it asked for.
struct Said {
    file: FileId,
    summary: Summary,
    asked: Questions,
}

/// The files of a project that can matter, and what they said so far.
pub struct Index<'s> {
    outside: Outside,
    kept: Kept<'s>,
    reach: &'s Reach,
    /// The files that an orchestrator may get into; the others are asked, but ask for nothing.
    active: BTreeSet<FileId>,
    sources: &'s HashMap<FileId, &'s Source>,
    guess: bool,
    wide: Wide,
    lexicon: Lexicon,
    /// How values go from name to name.
    ways: Ways,
    /// What every file asked for the last time it spoke.
    asked: BTreeMap<FileId, Vec<Key>>,
    /// How many questions there were so far.
    questions: usize,
    /// What somebody spoke of since all that was said was put together.
    touched: Touched,
    /// Files that are asked something new, or that took something which changed.
    open: BTreeSet<FileId>,
    /// Files whose types go round in circles, so that they were not followed to the end.
    circling: BTreeSet<FileId>,
}

impl<'s> Index<'s> {
    /// An index in which nobody said anything, for the surface and for classes named by their paths. `guess` where a
    /// telling name counts.
    #[must_use]
    pub fn new(
        (modules, named): (Arc<Modules>, Arc<[String]>),
        reach: &'s Reach,
        sources: &'s HashMap<FileId, &'s Source>,
        guess: bool,
    ) -> Self {
        Index {
            outside: Outside { modules, named, ..Outside::default() },
            kept: Kept::new(reach.start.iter().copied().chain(reach.files().filter(|file| !reach.start.contains(file))), sources),
            reach,
            active: BTreeSet::new(),
            sources,
            guess,
            wide: Wide::default(),
            lexicon: Lexicon::default(),
            ways: Ways::default(),
            asked: BTreeMap::new(),
            questions: 0,
            touched: Touched::default(),
            open: BTreeSet::new(),
            circling: BTreeSet::new(),
        }
    }

    /// Everything that the files say. What a file imports speaks before it.
    #[must_use]
    pub fn everything(mut self) -> Outside {
        self.outside.wanted = Wanted::All;
        self.active = self.reach.files().collect();
        self.wide = Wide::everything(self.names());
        self.in_order();
        self.outside
    }

    /// Lets everybody speak who is asked for something, as if nobody had spoken before: what a file imports speaks before it,
    /// and a file speaks again where something changed. The items that differ from before.
    fn in_order(&mut self) -> HashSet<Key> {
        let asked = |file: &FileId| self.wide.all && self.active.contains(file) || self.outside.files.contains_key(file);
        let steps: Vec<Vec<FileId>> = steps(&self.reach.edges).into_iter().map(|step| step.into_iter().filter(asked).collect()).collect();
        let before = self.outside.forget();
        self.circling.clear();
        for step in steps {
            let said = self.speak(&step);
            let changed = self.hear(said);
            self.touch(&changed);
        }
        let changed = self.together();
        self.touch(&changed);
        self.rest();
        told::differing(&before, &self.outside)
    }

    /// Works on files until nothing changes any more of what the work asked for; on the `quiet` ones only where an orchestrator
    /// may get into them. With the files that were not followed to the end. `None` from a work that did not get what it
    /// asked for; it is done again, and told whether what it got so far is still the same.
    pub fn settle<T: Send>(
        &mut self,
        mut files: BTreeSet<FileId>,
        quiet: &BTreeSet<FileId>,
        work: impl Fn(FileId, &Outside, Option<&Parsed<'s>>, bool) -> (Option<T>, Questions) + Sync,
    ) -> (BTreeMap<FileId, T>, BTreeSet<FileId>) {
        self.outside.carriers = Some(self.carriers());
        files.retain(|file| !quiet.contains(file) || self.active.contains(file));
        let (mut results, mut took) = (BTreeMap::new(), BTreeMap::<FileId, Vec<Key>>::new());
        let (mut open, mut changed, mut evaluated) = (files, HashSet::default(), 0);
        loop {
            while !open.is_empty() {
                let is_same = |file: &FileId| took.get(file).is_some_and(|of| !of.iter().any(|item| changed.contains(item)));
                let files: Vec<FileId> = std::mem::take(&mut open).into_iter().collect();
                let look = |&file: &FileId| self.kept.with(file, |_, parsed| (file, work(file, &self.outside, parsed, is_same(&file))));
                let (mut done, mut heirs) = (Vec::new(), HashSet::default());
                for files in files.chunks(GLANCE) {
                    if self.wide.is_much(heirs.len()) {
                        open.extend(files);
                        continue;
                    }
                    let seen: Vec<_> = files.par_iter().filter_map(look).collect();
                    let asked = seen.iter().flat_map(|(_, (_, asked))| asked);
                    let of_heirs = asked.filter(|(key, knows)| matches!(knows, Knows::Heirs(_)) && !self.outside.wanted.has_key(*key));
                    heirs.extend(of_heirs.map(|(key, _)| *key));
                    done.extend(seen);
                }
                for (file, (result, asked)) in done {
                    took.insert(file, asked.iter().map(|(key, _)| *key).collect());
                    self.want(asked);
                    match result {
                        Some(result) => drop(results.insert(file, result)),
                        None => drop(open.insert(file)),
                    }
                }
                if self.wide.is_much(0) {
                    // Whole hierarchies are asked for: it is less work to let everybody say everything.
                    open.extend(took.keys());
                    self.wide = Wide::everything(self.names());
                    self.outside.wanted = Wanted::All;
                    changed = self.in_order();
                    evaluated = self.questions;
                    continue;
                }
                changed = self.rest();
                open.extend(takers(&took, &changed));
            }
            if self.questions == evaluated {
                return (results, std::mem::take(&mut self.circling));
            }
            // Now it is known what is asked for. What comes of it must not depend on who was asked first.
            changed.clear();
            while self.questions != evaluated {
                evaluated = self.questions;
                changed.extend(self.in_order());
            }
            open.extend(takers(&took, &changed));
        }
    }

    /// The names that can carry something, and with them the files into which it may get.
    fn carriers(&mut self) -> Carriers {
        let (mut flows, mut names) = (Vec::new(), Names::default());
        let mut waiting = Waiting::new(self.reach.files().filter(|file| !self.reach.start.contains(file)), self.sources);
        let mut new: Vec<FileId> = self.reach.start.iter().copied().collect();
        while !new.is_empty() {
            let of = |&file: &FileId| {
                self.kept.with(file, |_, parsed| {
                    let Parsed { syntax, scopes, .. } = parsed?;
                    Some((self::flows(Spelling { syntax, scopes, file }), (file, words(syntax))))
                })
            };
            let read: Vec<_> = new.par_iter().filter_map(of).flatten().collect();
            self.active.extend(new.drain(..));
            read.into_iter().for_each(|(ways, words)| {
                flows.push(ways);
                self.lexicon.0.push(words);
            });
            self.ways = Ways::new(&flows);
            names = Names::default();
            rayon::join(
                || self.ways.reach(carriers::orchestrators(), true, &mut names.orchestrators),
                || self.ways.reach(carriers::functions(), true, &mut names.functions),
            );
            if !waiting.is_empty() {
                new = self.joining(&mut waiting, &active::Wanted::of(&names, &self.lexicon));
            }
        }
        self.lexicon.0.sort_unstable_by_key(|(file, _)| *file);
        let left = self.lexicon.left(&names);
        Carriers { names, files: self.active.clone(), left }
    }

    /// The files that matter by now, with those that may call something in a telling one.
    fn joining(&self, waiting: &mut Waiting, wanted: &active::Wanted) -> Vec<FileId> {
        let near: BTreeSet<FileId> = self.active.iter().filter_map(|file| self.reach.edges.get(file)).flatten().copied().collect();
        // What is put into a module is read by those that import it, whether the module itself matters or not.
        let is_above = |to: &BTreeSet<FileId>| !to.is_disjoint(&self.active) || !to.is_disjoint(&near);
        let above = self.reach.edges.iter().filter(|(_, to)| is_above(to)).map(|(file, _)| *file).collect();
        let mut new = waiting.take(wanted, &near, &above);
        let telling: BTreeSet<FileId> = new.iter().copied().filter(|file| self.reach.telling.contains(file)).collect();
        let calling = self.reach.edges.iter().filter(|(_, to)| !to.is_disjoint(&telling)).map(|(file, _)| *file).collect();
        new.extend(waiting.take_calling(wanted, &calling));
        new
    }

    /// The names under which a function or class of the project can be met; looked up in the text, so that most calls need
    /// no inference.
    fn names(&self) -> HashSet<u32> {
        let files: Vec<&Source> = self.active.iter().filter_map(|file| self.sources.get(file).copied()).collect();
        let cls = std::iter::once(spelled("cls")).collect();
        files.par_iter().map(|source| names(source)).reduce_with(joined).into_iter().fold(cls, joined)
    }

    /// Notes what somebody asks for.
    fn want(&mut self, asked: Questions) {
        for (key, knows) in asked {
            if !self.outside.wanted.add(key) {
                continue;
            }
            self.questions += 1;
            // The name of what it is about has to be known first.
            match &knows {
                Knows::File(file) => {
                    self.wake(*file);
                    continue;
                }
                // It may be a class, which is called by its own name.
                Knows::Callers(at) | Knows::Near(at) => {
                    self.want_of(at.file, Item::Function(*at));
                    self.want_of(at.file, Item::Class(*at));
                }
                Knows::Makers(class) | Knows::Heirs(class) => self.want_of(class.file, Item::Class(*class)),
                Knows::Stores(_) | Knows::NamedHeirs(_) => {}
            }
            self.wide.ask(knows);
        }
    }

    fn want_of(&mut self, file: FileId, item: Item<'_>) {
        if self.outside.wanted.add(item.key()) {
            self.wake(file);
        }
    }

    fn wake(&mut self, file: FileId) {
        if self.reach.edges.contains_key(&file) {
            self.open.insert(file);
        }
    }

    /// Asks until nobody has anything new to say; the items that changed.
    fn rest(&mut self) -> HashSet<Key> {
        let (mut all, mut left) = (HashSet::default(), ROUNDS);
        while left > 0 {
            self.search();
            let files: Vec<FileId> = std::mem::take(&mut self.open).into_iter().collect();
            if files.is_empty() || (left <= ROUNDS / 2 && files.len() > SEA) {
                self.open.extend(files);
                break;
            }
            if left < ROUNDS {
                self.kept.prefer(&files);
            }
            let said = self.speak(&files);
            let before = self.questions;
            let mut changed = self.hear(said);
            left = if self.questions == before { left - 1 } else { ROUNDS };
            changed.extend(self.together());
            self.touch(&changed);
            all.extend(changed);
        }
        self.circling.append(&mut self.open);
        all
    }

    /// Wakes the files that may know what is asked of all, by their words.
    fn search(&mut self) {
        if !self.wide.is_waiting() {
            return;
        }
        self.open.extend(self.wide.knowing(&self.outside, &self.lexicon, &self.ways, self.reach));
    }

    /// Sums up files, each for itself.
    fn speak(&self, files: &[FileId]) -> Vec<Said> {
        let speak = |&file: &FileId| {
            self.kept.with(file, |source, parsed| {
                let parsed = parsed?;
                let code = Inference::new((&parsed.syntax, &parsed.scopes, &parsed.lines), self.guess, &self.outside, file);
                let summary = summary(&code, &source.path.to_string_lossy(), &self.wide);
                Some(Said { file, summary, asked: code.asked() })
            })
        };
        files.par_iter().filter_map(speak).flatten().collect()
    }

    /// Takes in what was said; the items that are new.
    fn hear(&mut self, said: Vec<Said>) -> HashSet<Key> {
        let (mut items, silence) = (HashSet::default(), Summary::default());
        for one in said {
            let old = self.outside.files.get(&one.file).map_or(&silence, Arc::as_ref);
            if !self.outside.files.contains_key(&one.file) {
                items.insert(Item::Stars(one.file).key());
            }
            told::changed(one.file, old, &one.summary, &mut items);
            self.touched.add(old);
            self.touched.add(&one.summary);
            self.outside.files.insert(one.file, Arc::new(one.summary));
            self.asked.insert(one.file, one.asked.iter().map(|(key, _)| *key).collect());
            self.want(one.asked);
        }
        items
    }

    /// Puts together what all say; the items that changed.
    fn together(&mut self) -> HashSet<Key> {
        merged(&mut self.outside, &std::mem::take(&mut self.touched))
    }

    /// Wakes the files that asked for something which changed.
    fn touch(&mut self, changed: &HashSet<Key>) {
        self.open.extend(takers(&self.asked, changed));
    }
}

/// Those who asked for one of the items.
fn takers<'a>(asked: &'a BTreeMap<FileId, Vec<Key>>, items: &'a HashSet<Key>) -> impl Iterator<Item = FileId> + 'a {
    asked.iter().filter(|(_, of)| of.iter().any(|item| items.contains(item))).map(|(file, _)| *file)
}

fn joined(mut all: HashSet<u32>, more: HashSet<u32>) -> HashSet<u32> {
    if all.len() < more.len() {
        return joined(more, all);
    }
    all.extend(more);
    all
}

/// The names of functions and classes that a text defines, and other names under which it imports something.
fn names(source: &Source) -> HashSet<u32> {
    let word = |rest: &str| rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().map_or(0, spelled);
    let mut names = HashSet::default();
    for line in source.text.lines() {
        let line = line.trim_start();
        let defined = ["def ", "async def ", "class "].iter().find_map(|head| line.strip_prefix(head));
        names.extend(defined.map(|rest| word(rest.trim_start())));
        names.extend(line.split(" as ").skip(1).map(word));
    }
    names
}
