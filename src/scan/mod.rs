//! From files to findings and new texts: which rules apply where, at which level, and the rounds of fixing.
//! Prints nothing and writes nothing.

mod approved;
mod file;
mod findings;
mod guarded;
mod handlers;
pub mod outcome;
mod prefilter;
mod rounds;
mod site;
mod whole;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use whole::Whole;

pub use outcome::{Applied, FileOutcome, Outcome};

pub(crate) use handlers::widen;
pub(crate) use site::{Context, Draft};

use crate::rule::RuleSet;
use crate::settings::PerFile;
use crate::source::{self, Source};

/// What becomes of our comments in the code.
#[derive(Clone, Debug, Default)]
pub struct Comments {
    /// One for every site that is due, with this reason.
    pub add: Option<String>,
    /// Those that keep nothing quiet go.
    pub remove_unused: bool,
}

/// The edits that were executed and may be made: file, first byte of the site, rule.
#[derive(Clone, Debug, Default)]
pub struct Approved(BTreeSet<(PathBuf, usize, String)>);

impl Approved {
    /// A set of edits.
    pub fn new(edits: impl Iterator<Item = (PathBuf, usize, String)>) -> Self {
        Self(edits.collect())
    }

    /// Whether an edit is one of them.
    #[must_use]
    pub fn has(&self, path: &Path, start: usize, rule: &str) -> bool {
        self.0.contains(&(path.to_path_buf(), start, rule.to_owned()))
    }
}

/// What the user asked for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What the configuration says of single files and rules.
    pub per_file: PerFile,
    /// Comments to write or to take out.
    pub comments: Comments,
    /// Compute the fixed text.
    pub fix: bool,
    /// Only these edits, in one round.
    pub approved: Option<Approved>,
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
    let mut walk = source::python_files(paths);
    let named = |path: &PathBuf| paths.contains(path);
    let mut outcome = Outcome { failed: walk.failed, skipped: walk.skipped, ..Outcome::default() };
    let before = walk.files.len();
    walk.files.retain(|path| named(path) || !options.per_file.excludes(path));
    outcome.excluded = before - walk.files.len();
    let total = walk.files.len();
    let done = std::sync::atomic::AtomicUsize::new(0);
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
                outcome.looked.push(one.path.clone());
                facts.add(&one);
                seen.push(one);
            }
            Err(error) if named(path) => outcome.failed.push((source::shown(path), error.to_string())),
            Err(error) => outcome.skipped.push(error.into()),
        }
    }
    let part = source::root::part_of(paths).map(|root| {
        format!("only a part of the project is scanned; scan `{}`, so that all callers are known", source::shown(&root).display())
    });
    let missing = || format!("files are excluded by the configuration, and may call ({}); --isolated scans all", outcome.excluded);
    let part = part.or_else(|| (outcome.excluded > 0).then(missing));
    outcome.files = Whole::new(seen, rules, options, &facts, part).run();
    outcome.skipped.sort_by(|a, b| a.path.cmp(&b.path));
    outcome.failed.sort();
    outcome
}

/// Scans one text, such as standard input.
#[must_use]
pub fn run_text(source: Source, rules: &RuleSet, options: &Options) -> Outcome {
    let mut facts = prefilter::Facts::default();
    let mut seen = prefilter::look(source.clone());
    facts.add(&seen);
    seen.source = Some(source);
    let part = Some("only this text is known; scan the project, so that all callers are".to_owned());
    let files = Whole::new(vec![seen], rules, options, &facts, part).run();
    Outcome { files, scanned: 1, ..Outcome::default() }
}
