//! From files to findings and new texts: which rules apply where, at which level, and the rounds of fixing.
//! Prints nothing and writes nothing.

mod approved;
mod file;
mod findings;
mod guarded;
mod handlers;
pub mod outcome;
mod parts;
mod prefilter;
mod rounds;
mod site;
mod whole;
mod words;

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use file::Given;
use prefilter::{Facts, Seen};
use whole::{Project, Whole};

pub use outcome::{Applied, FileOutcome, Outcome};

pub(crate) use handlers::widen;
pub(crate) use site::{Context, Draft};

use crate::python::modules::{FileId, Modules};
use crate::rule::RuleSet;
use crate::settings::PerFile;
use crate::source::{self, Form, LoadError, Source};

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
    /// Look at examples in prose, too.
    pub docs: bool,
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

/// What is said of prose that is named where nobody asked for its examples.
pub const NEEDS_DOCS: &str = "is no Python file; --docs scans the examples in it";

/// Scans files and folders. `progress` hears of files done and files in all.
pub fn run(given: &[PathBuf], rules: &RuleSet, options: &Options, progress: &(dyn Fn(usize, usize) + Sync)) -> Outcome {
    let mut walk = source::python_files(given, options.docs);
    let named = |path: &PathBuf| given.contains(path);
    let mut outcome = Outcome { failed: walk.failed, skipped: walk.skipped, ..Outcome::default() };
    let before = walk.files.len();
    walk.files.retain(|path| named(path) || !options.per_file.excludes(path));
    outcome.excluded = before - walk.files.len();
    if !options.docs {
        let is_prose = |path: &PathBuf| Form::of(path).is_some_and(Form::is_prose);
        outcome.failed.extend(walk.files.extract_if(.., |path| is_prose(path)).map(|path| (path, NEEDS_DOCS.to_owned())));
    }
    let files = files(walk.files, options.docs);
    let paths: Vec<PathBuf> = files.iter().map(|(path, _)| source::shown(path)).collect();
    let mut modules = Modules::new(paths.iter().map(PathBuf::as_path));
    // Nobody imports a document.
    modules.forget(&(0..).zip(&files).filter(|(_, (_, form))| form.is_some()).map(|(file, _)| file).collect());
    let (results, facts) = looked_through(&files, &modules, progress);
    let (mut seen, mut unread) = (Vec::new(), HashSet::new());
    for (file, result) in (0..).zip(results) {
        let at = seen.len();
        seen.push(result.unwrap_or_else(|error| {
            unread.insert(file);
            match error {
                // Said of the file itself.
                _ if files[at].1 == Some(Form::Docstrings) => {}
                error if named(&files[at].0) => outcome.failed.push((paths[at].clone(), error.to_string())),
                error => outcome.skipped.push(error.into()),
            }
            Seen::default()
        }));
    }
    modules.forget(&unread);
    let is_file = |(_, form): &&(PathBuf, Option<Form>)| *form != Some(Form::Docstrings);
    let count = files.iter().take_while(is_file).count();
    outcome.looked = (0..).zip(&paths[..count]).filter(|(file, _)| !unread.contains(file)).map(|(_, path)| path.clone()).collect();
    outcome.scanned = outcome.looked.len();
    let part = source::root::part_of(given).map(|root| {
        format!("only a part of the project is scanned; scan `{}`, so that all callers are known", source::shown(&root).display())
    });
    let missing = || format!("files are excluded by the configuration, and may call ({}); --isolated scans all", outcome.excluded);
    let part = part.or_else(|| (outcome.excluded > 0).then(missing));
    let forms = files.into_iter().map(|(_, form)| form).collect();
    let whole = Whole::new(Project { paths, forms, modules }, seen, Given { rules, options, facts: &facts }, part);
    outcome.looked_into = whole.looked_into();
    outcome.files = whole.run();
    outcome.skipped.sort_by(|a, b| a.path.cmp(&b.path));
    outcome.failed.sort();
    outcome
}

/// The files with their forms; with examples, every Python file is looked at again for those in its docstrings.
fn files(paths: Vec<PathBuf>, docs: bool) -> Vec<(PathBuf, Option<Form>)> {
    let mut files: Vec<(PathBuf, Option<Form>)> = paths.into_iter().map(|path| (path.clone(), Form::of(&path))).collect();
    let python = |(_, form): &&(PathBuf, Option<Form>)| docs && form.is_none();
    let again: Vec<_> = files.iter().filter(python).map(|(path, _)| (path.clone(), Some(Form::Docstrings))).collect();
    files.extend(again);
    files
}

/// What every file says before parsing, in order, and what all say together.
fn looked_through(
    files: &[(PathBuf, Option<Form>)],
    modules: &Modules,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> (Vec<Result<Seen, LoadError>>, Facts) {
    let done = AtomicUsize::new(0);
    let facts = Mutex::new(Facts::default());
    let look = |buffer: &mut Vec<u8>, (file, (path, form)): (usize, &(PathBuf, Option<Form>))| {
        let mut result = prefilter::load(path, *form, FileId::try_from(file).unwrap_or(FileId::MAX), modules, buffer);
        if let (Ok(seen), Ok(mut facts)) = (&mut result, facts.lock()) {
            facts.add(seen);
        }
        progress(done.fetch_add(1, Ordering::Relaxed) + 1, files.len());
        result
    };
    let seen = files.par_iter().enumerate().map_init(Vec::new, look).collect();
    (seen, facts.into_inner().unwrap_or_default())
}

/// Scans one text, such as standard input.
#[must_use]
pub fn run_text(source: Source, rules: &RuleSet, options: &Options) -> Outcome {
    let mut paths = vec![source.path.clone()];
    let mut forms = vec![source.document.as_ref().map(|document| document.form())];
    let bytes = source.encode(&source.text).unwrap_or_default();
    let examples = Source::decode_as(Form::Docstrings, &source.path, &bytes).ok().filter(|_| options.docs && forms[0].is_none());
    let mut facts = Facts::default();
    let mut seen = vec![prefilter::look(source)];
    facts.add(&mut seen[0]);
    if let Some(examples) = examples {
        paths.push(examples.path.clone());
        forms.push(Some(Form::Docstrings));
        seen.push(prefilter::look(examples));
    }
    let mut modules = Modules::new(paths.iter().map(PathBuf::as_path));
    modules.forget(&HashSet::from([1]));
    let part = Some("only this text is known; scan the project, so that all callers are".to_owned());
    let files = Whole::new(Project { paths, forms, modules }, seen, Given { rules, options, facts: &facts }, part).run();
    Outcome { files, scanned: 1, ..Outcome::default() }
}
