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

use std::path::PathBuf;

use rayon::prelude::*;

pub use outcome::{Applied, FileOutcome, Outcome};

pub(crate) use handlers::widen;
pub(crate) use site::{Context, Draft};

use crate::rule::RuleSet;
use crate::source::{self, Source};

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
    let mut candidates = Vec::new();
    for (path, result) in loaded {
        match result {
            Ok(seen) => {
                outcome.scanned += 1;
                facts.add(&seen);
                candidates.extend(seen.source);
            }
            Err(error) if named(path) => outcome.failed.push((source::shown(path), error.to_string())),
            Err(error) => outcome.skipped.push(error.into()),
        }
    }
    let files = candidates.into_par_iter().filter_map(|source| file::scan(source, rules, options, &facts)).collect();
    outcome.files = files;
    outcome.files.sort_by(|a: &FileOutcome, b| a.source.path.cmp(&b.source.path));
    outcome.skipped.sort_by(|a, b| a.path.cmp(&b.path));
    outcome.failed.sort();
    outcome
}

/// Scans one text, such as standard input.
#[must_use]
pub fn run_text(source: Source, rules: &RuleSet, options: &Options) -> Outcome {
    let mut facts = prefilter::Facts::default();
    facts.add(&prefilter::look(source.clone()));
    let files = file::scan(source, rules, options, &facts).into_iter().collect();
    Outcome { files, scanned: 1, ..Outcome::default() }
}
