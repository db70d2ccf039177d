//! From files to findings and new texts: which rules apply where, at which level, and the rounds of fixing.
//! Prints nothing and writes nothing.

mod against;
mod approved;
mod callers;
mod catching;
mod doubts;
mod file;
mod findings;
mod ground;
mod guarded;
mod handlers;
mod heirs;
mod keeping;
mod near;
pub mod outcome;
mod parts;
mod prefilter;
mod rounds;
mod site;
mod unseen;
mod walked;
mod whole;
mod words;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use callers::Callers;
use file::Given;
use ground::Ground;
use prefilter::{Facts, Seen};
use whole::{Project, Whole};
use words::Sought;

pub use near::NearMiss;
pub use outcome::{Against, Applied, FileOutcome, Outcome};
pub use walked::{NEEDS_DOCS, Walked, walk};

pub(crate) use handlers::widen;
pub(crate) use rounds::error_count;
pub(crate) use site::{Context, Draft};

use crate::bridge;
use crate::finding::Edit;
use crate::python::modules::Modules;
use crate::rule::RuleSet;
use crate::settings::PerFile;
use crate::source::{self, Form, LoadError, Overlay, Source};
use crate::target::Target;

/// What becomes of our comments in the code.
#[derive(Clone, Debug, Default)]
pub struct Comments {
    /// One for every site that is due, with this reason.
    pub add: Option<String>,
    /// Those that keep nothing quiet go.
    pub remove_unused: bool,
}

impl Comments {
    /// Whether anything does.
    #[must_use]
    pub fn changes(&self) -> bool {
        self.add.is_some() || self.remove_unused
    }
}

/// The fixes that may be made, by file, first byte of the site, and rule; with what is written in their stead, where a person
/// wrote that.
#[derive(Clone, Debug, Default)]
pub struct Approved(BTreeMap<(PathBuf, usize, String), Option<Rewritten>>);

/// Edits of files, in the place of those of a fix.
pub type Rewritten = Vec<(PathBuf, Edit)>;

impl Approved {
    /// A set of edits.
    pub fn new(edits: impl Iterator<Item = (PathBuf, usize, String)>) -> Self {
        Self(edits.map(|edit| (edit, None)).collect())
    }

    /// Adds a fix that was rewritten.
    pub fn rewrite(&mut self, path: PathBuf, start: usize, rule: String, edits: Rewritten) {
        self.0.insert((path, start, rule), Some(edits));
    }

    /// What is written in the stead of a fix.
    #[must_use]
    pub fn rewritten(&self, path: &Path, start: usize, rule: &str) -> Option<&Rewritten> {
        self.0.get(&(path.to_path_buf(), start, rule.to_owned()))?.as_ref()
    }

    /// Whether an edit is one of them.
    #[must_use]
    pub fn has(&self, path: &Path, start: usize, rule: &str) -> bool {
        self.0.contains_key(&(path.to_path_buf(), start, rule.to_owned()))
    }
}

/// What the user asked for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What the configuration says of single files and rules.
    pub per_file: PerFile,
    /// Comments to write or to take out.
    pub comments: Comments,
    /// Only these files are looked into, as [`source::shown`] shows them; what the others say of types is known all the same.
    pub focus: Option<BTreeSet<PathBuf>>,
    /// Compute the fixed text.
    pub fix: bool,
    /// Also say what has the name of something that the user's rules look for, and is not it.
    pub near: bool,
    /// Only these edits, in one round.
    pub approved: Option<Approved>,
    /// Apply fixes of level review too.
    pub unsafe_fixes: bool,
    /// Rewrite compatible code to its new spelling.
    pub modernize: bool,
    /// What the code is to run with.
    pub target: Arc<Target>,
    /// Look at examples in prose, too.
    pub docs: bool,
    /// Only these rules or Examples; empty for all.
    pub select: Vec<String>,
    /// Not these rules or Examples.
    pub ignore: Vec<String>,
}

impl Options {
    /// Whether nothing is to be changed, or looked for beyond findings.
    #[must_use]
    pub fn only_looks(&self) -> bool {
        !self.fix && !self.near && self.approved.is_none() && !self.comments.changes()
    }

    /// Everything that a look depends on, but what the settings say of single files.
    #[must_use]
    pub fn words(&self) -> String {
        let Self { per_file: _, comments: _, fix: _, approved: _, unsafe_fixes, modernize, select, ignore, target, focus, near, docs } =
            self;
        format!("{unsafe_fixes} {modernize} {select:?} {ignore:?} {focus:?} {near} {docs} {target:?}")
    }

    /// Whether a rule takes part.
    #[must_use]
    pub fn wants(&self, rule: &str, example: u8) -> bool {
        let named = |list: &[String]| list.iter().any(|word| word == rule || word.parse() == Ok(example));
        (self.select.is_empty() || named(&self.select)) && !named(&self.ignore)
    }
}

/// Scans files and folders. `progress` hears of files done and files in all.
pub fn run(given: &[PathBuf], rules: &RuleSet, options: &Options, progress: &(dyn Fn(usize, usize) + Sync)) -> Outcome {
    run_over(given, &Overlay::default(), rules, options, progress)
}

/// The same, with texts that stand over some files.
pub fn run_over(
    given: &[PathBuf],
    overlay: &Overlay,
    rules: &RuleSet,
    options: &Options,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Outcome {
    let mut walked = walk(given, options);
    let new = given.iter().flat_map(|path| overlay.new_below(path));
    walked.files.extend(new.filter(|path| !options.per_file.excludes(path)));
    run_on(given, walked, overlay, rules, options, progress)
}

/// The same for paths that were walked.
pub fn run_on(
    given: &[PathBuf],
    walk: Walked,
    overlay: &Overlay,
    rules: &RuleSet,
    options: &Options,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Outcome {
    let named = |path: &PathBuf| given.contains(path);
    let target = Against::of(&options.target);
    let sought = Sought::new(rules.names(), options.near);
    let ground = Ground::new((given, &walk), overlay, &sought, options, progress);
    let mut outcome = Outcome { failed: walk.failed, skipped: walk.skipped, excluded: walk.excluded, target, ..Outcome::default() };
    let Ground { files, paths, mut modules, results, mut facts, asked, excluded } = ground;
    let is_asked = |path: &PathBuf| asked.as_ref().is_none_or(|asked| asked.contains(path));
    let (mut seen, mut unread, mut unknown) = (Vec::new(), HashSet::new(), 0);
    for (file, result) in (0..).zip(results) {
        let at = seen.len();
        seen.push(result.unwrap_or_else(|error| {
            unread.insert(file);
            // What Python cannot read either calls nothing.
            unknown += usize::from(!matches!(error, LoadError::Binary { .. }) && !files[at].1.is_some_and(Form::is_prose));
            match error {
                // Said of the file itself.
                _ if files[at].1 == Some(Form::Docstrings) => {}
                _ if !is_asked(&paths[at]) => {}
                error if named(&files[at].0) => outcome.failed.push((paths[at].clone(), error.to_string())),
                error => outcome.skipped.push(error.into()),
            }
            Seen::default()
        }));
    }
    modules.forget(&unread);
    let is_bridge =
        |path: &&PathBuf| path.file_stem().is_some_and(|stem| stem == bridge::MODULE) && path.extension().is_some_and(|end| end == "py");
    let bridges: Vec<PathBuf> = files.iter().filter(|(_, form)| form.is_none()).map(|(path, _)| path).filter(is_bridge).cloned().collect();
    facts.bridged = bridged(&mut outcome, options, &bridges, (&facts, given));
    let ours = as_written(&mut outcome, if facts.bridged { &bridges } else { &[] });
    let is_file = |(_, form): &&(PathBuf, Option<Form>)| *form != Some(Form::Docstrings);
    let count = files.iter().take_while(is_file).count();
    let looked = (0..).zip(&paths[..count]).filter(|(file, path)| !unread.contains(file) && is_asked(path) && !ours.contains(*path));
    outcome.looked = looked.map(|(_, path)| path.clone()).collect();
    outcome.scanned = outcome.looked.len();
    outcome.part = walk.whole.first().map(|root| source::shown(root));
    let callers = Callers::of(&outcome, (asked.as_ref(), unknown), excluded);
    let mut focus = options.focus.clone().or(asked);
    if !ours.is_empty() {
        focus.get_or_insert_with(|| paths.iter().cloned().collect()).retain(|path| !ours.contains(path));
    }
    let forms = files.into_iter().map(|(_, form)| form).collect();
    let project = Project { paths, forms, modules, overlay: overlay.clone() };
    let focused = Options { focus, ..options.clone() };
    let given = Given { rules, options: &focused, facts: &facts };
    let whole = Whole::new(project, seen, given, callers);
    outcome.looked_into = whole.looked_into();
    outcome.files = whole.run();
    outcome.skipped.sort_by(|a, b| a.path.cmp(&b.path));
    outcome.failed.sort();
    outcome
}

/// Whether the project has the bridge of its release; what is notable about that is said with the target.
fn bridged(outcome: &mut Outcome, options: &Options, files: &[PathBuf], (facts, given): (&Facts, &[PathBuf])) -> bool {
    let Some(release) = options.target.release.as_ref().map(|manifest| manifest.release.as_str()) else { return false };
    let presence = bridge::Presence::of(release, files, facts.imports(bridge::MODULE), given);
    if let Some(target) = outcome.target.as_mut().filter(|_| !presence.note.is_empty()) {
        target.why = format!("{}; {}", target.why, presence.note);
    }
    presence.bridged
}

/// The bridges that nobody changed: they are known and not looked into, which is said with the target.
fn as_written(outcome: &mut Outcome, bridges: &[PathBuf]) -> BTreeSet<PathBuf> {
    let Some(target) = &mut outcome.target else { return BTreeSet::new() };
    let ours: BTreeSet<PathBuf> = bridges.iter().filter(|path| bridge::is_as_written(path)).map(|path| source::shown(path)).collect();
    for path in &ours {
        target.why = format!("{}; {} is its bridge, as it was written, and not looked into", target.why, path.display());
    }
    ours
}

/// Scans one text, such as standard input; where it stands for a file of a project, with what the rest of that gives it.
#[must_use]
pub fn run_text(source: Source, rules: &RuleSet, options: &Options) -> Outcome {
    let walk = Walked::one(&source.path);
    if walk.whole.is_empty() || source.form().is_some_and(Form::is_prose) {
        return run_alone(source, rules, options);
    }
    let mut overlay = Overlay::default();
    // The text of a notebook is that of its cells.
    let whole = source.document.as_ref().and_then(|_| String::from_utf8(source.encode(&source.text).ok()?).ok());
    overlay.cover(&source.path, whole.as_deref().unwrap_or(&source.text).into());
    let mut outcome = run_on(std::slice::from_ref(&source.path), walk, &overlay, rules, options, &|_, _| {});
    // How it is encoded is known here alone.
    for file in outcome.files.iter_mut().filter(|file| file.source.form() == source.form()) {
        file.source = Source { path: file.source.path.clone(), ..source.clone() };
    }
    outcome
}

/// Scans one text that stands for itself.
fn run_alone(source: Source, rules: &RuleSet, options: &Options) -> Outcome {
    let mut paths = vec![source.path.clone()];
    let mut forms = vec![source.document.as_ref().map(|document| document.form())];
    let bytes = source.encode(&source.text).unwrap_or_default();
    let examples = Source::decode_as(Form::Docstrings, &source.path, &bytes).ok().filter(|_| options.docs && forms[0].is_none());
    let mut facts = Facts::default();
    let sought = Sought::new(rules.names(), options.near);
    let mut seen = vec![prefilter::look(source, &sought)];
    facts.add(&mut seen[0]);
    let mut outcome = Outcome { scanned: 1, target: Against::of(&options.target), ..Outcome::default() };
    facts.bridged = bridged(&mut outcome, options, &[], (&facts, &[]));
    if let Some(examples) = examples {
        paths.push(examples.path.clone());
        forms.push(Some(Form::Docstrings));
        seen.push(prefilter::look(examples, &sought));
    }
    let mut modules = Modules::new(paths.iter().map(PathBuf::as_path));
    modules.forget(&HashSet::from([1]));
    let missing = Some("only this text is known; scan the project, so that all callers are".to_owned());
    let project = Project { paths, forms, modules, overlay: Overlay::default() };
    let callers = Callers { missing, fence: None };
    let files = Whole::new(project, seen, Given { rules, options, facts: &facts }, callers).run();
    Outcome { files, ..outcome }
}
