//! From files to findings and new texts: which rules apply where, at which level, and the rounds of fixing.
//! Prints nothing and writes nothing.

mod file;
mod findings;
mod guarded;
mod handlers;
pub mod outcome;
mod prefilter;
mod rounds;
mod site;

use std::collections::BTreeMap;
use std::path::PathBuf;

use rayon::prelude::*;

pub use outcome::{Applied, FileOutcome, Outcome};

pub(crate) use handlers::widen;
pub(crate) use site::{Context, Draft};

use crate::project;
use crate::python::modules::{FileId, Modules};
use crate::python::outside::Outside;
use crate::rule::RuleSet;
use crate::source::{self, Source};
use file::Seat;

/// What the user asked for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Compute the fixed text.
    pub fix: bool,
    /// Apply fixes of level review too.
    pub unsafe_fixes: bool,
    /// Rewrite compatible code to its new spelling.
    pub modernize: bool,
    /// Only these rules or Examples; empty for all.
    pub select: Vec<String>,
    /// Not these rules or Examples.
    pub ignore: Vec<String>,
}

impl Options {
    /// Whether a rule takes part.
    #[must_use]
    pub fn wants(&self, rule: &str, example: u8) -> bool {
        let named = |list: &[String]| list.iter().any(|word| word == rule || word.parse() == Ok(example));
        (self.select.is_empty() || named(&self.select)) && !named(&self.ignore)
    }
}

/// Scans files and folders. `progress` hears of files done and files in all.
pub fn run(paths: &[PathBuf], rules: &RuleSet, options: &Options, progress: &(dyn Fn(usize, usize) + Sync)) -> Outcome {
    let walk = source::python_files(paths);
    let mut outcome = Outcome { failed: walk.failed, skipped: walk.skipped, ..Outcome::default() };
    let total = walk.files.len();
    let done = std::sync::atomic::AtomicUsize::new(0);
    let named = |path: &PathBuf| paths.contains(path);
    let loaded: Vec<_> = walk
        .files
        .par_iter()
        .map(|path| {
            let result = prefilter::load(path);
            progress(done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1, total);
            (path, result)
        })
        .collect();
    let mut facts = prefilter::Facts::default();
    let mut seen = Vec::new();
    for (path, result) in loaded {
        match result {
            Ok(one) => {
                outcome.scanned += 1;
                facts.add(&one);
                seen.push(one);
            }
            Err(error) if named(path) => outcome.failed.push((source::shown(path), error.to_string())),
            Err(error) => outcome.skipped.push(error.into()),
        }
    }
    let (outside, candidates) = index(seen, facts.imports_victor);
    let look = |(file, source)| file::scan(source, rules, options, &facts, Seat { outside: &outside, file });
    let files = candidates.into_par_iter().filter_map(look).collect();
    outcome.files = files;
    outcome.files.sort_by(|a: &FileOutcome, b| a.source.path.cmp(&b.source.path));
    outcome.skipped.sort_by(|a, b| a.path.cmp(&b.path));
    outcome.failed.sort();
    outcome
}

/// The index of the project, and the files that can hold a finding.
fn index(seen: Vec<prefilter::Seen>, guess: bool) -> (Outside, Vec<(FileId, Source)>) {
    let modules = Modules::new(seen.iter().map(|one| one.path.as_path()));
    let (mut glances, mut sources, mut paths) = (Vec::new(), BTreeMap::new(), Vec::new());
    for (one, file) in seen.into_iter().zip(0..) {
        glances.push(one.glance);
        paths.push(one.path);
        sources.extend(one.source.map(|source| (file, source)));
    }
    let reached = if guess { project::reach(&glances, &modules) } else { Vec::new() };
    let silent = reached.iter().filter(|file| !sources.contains_key(file));
    // Read again: nothing was kept of a file that names nothing of ours. One that went away meanwhile says nothing.
    let again: Vec<(FileId, Source)> =
        silent.filter_map(|&file| paths.get(file as usize).and_then(|path| Some((file, Source::load(path, path).ok()?)))).collect();
    let kept = reached.iter().filter_map(|file| Some((*file, sources.get(file)?)));
    let indexed = kept.chain(again.iter().map(|(file, source)| (*file, source)));
    let outside = project::build(modules, &indexed.collect(), guess);
    (outside, sources.into_iter().collect())
}

/// Scans one text, such as standard input.
#[must_use]
pub fn run_text(source: Source, rules: &RuleSet, options: &Options) -> Outcome {
    let mut facts = prefilter::Facts::default();
    let mut seen = prefilter::look(source.clone());
    facts.add(&seen);
    seen.source = Some(source.clone());
    let (outside, _) = index(vec![seen], facts.imports_victor);
    let files = file::scan(source, rules, options, &facts, Seat { outside: &outside, file: 0 }).into_iter().collect();
    Outcome { files, scanned: 1, ..Outcome::default() }
}
