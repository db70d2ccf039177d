//! Which files a run looks at: what the paths mean, without what the settings exclude, and in which form each is read.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::Options;
use crate::source::{self, Form, root};

/// The files that paths mean, without those that the settings exclude.
pub struct Walked {
    /// Each file once, sorted.
    pub files: Vec<PathBuf>,
    /// How many are excluded.
    pub excluded: usize,
    /// What was met and left out.
    pub skipped: Vec<source::Skipped>,
    /// Paths that mean nothing, with the reason.
    pub failed: Vec<(PathBuf, String)>,
    /// The projects of which the paths are only a part.
    pub whole: Vec<PathBuf>,
    rest: OnceLock<Option<Rest>>,
}

/// The files of a project beside those that were asked for: they say what types pass on, and who calls.
pub struct Rest {
    /// Each file once, as it is called on the way to what was asked for, with where it is.
    pub files: Vec<(PathBuf, PathBuf)>,
    /// How many the settings exclude.
    pub excluded: usize,
}

/// What is said of prose that is named where nobody asked for its examples.
pub const NEEDS_DOCS: &str = "is no Python file; --docs scans the examples in it";

/// Walks files and folders.
#[must_use]
pub fn walk(given: &[PathBuf], options: &Options) -> Walked {
    let source::Walk { mut files, skipped, mut failed } = source::python_files(given, options.docs);
    let before = files.len();
    files.retain(|path| given.contains(path) || !options.per_file.excludes(path));
    let excluded = before - files.len();
    if !options.docs {
        let is_prose = |path: &PathBuf| Form::of(path).is_some_and(Form::is_prose);
        failed.extend(files.extract_if(.., |path| is_prose(path)).map(|path| (path, NEEDS_DOCS.to_owned())));
    }
    Walked { files, excluded, skipped, failed, whole: root::parts_of(given), rest: OnceLock::new() }
}

impl Walked {
    /// A file of which somebody else has the text; of no project where its name is none of Python's.
    pub(super) fn one(path: &Path) -> Self {
        // It need not be there yet.
        let is_python = path.extension().is_some_and(|ending| ending == "py" || ending == "pyi");
        let is_code = is_python || Form::of(path).is_some_and(|form| !form.is_prose());
        let whole = if is_code { root::parts_of(&[root::standing(path)]) } else { Vec::new() };
        Self { files: vec![path.to_path_buf()], excluded: 0, skipped: Vec::new(), failed: Vec::new(), whole, rest: OnceLock::new() }
    }

    /// The rest of the project, walked when it is first asked for; `None` where the paths hold all of it.
    #[must_use]
    pub fn rest(&self, given: &[PathBuf], options: &Options) -> Option<&Rest> {
        self.rest.get_or_init(|| (!self.whole.is_empty()).then(|| self.walk_rest(given, options))).as_ref()
    }

    fn walk_rest(&self, given: &[PathBuf], options: &Options) -> Rest {
        let asked: HashSet<PathBuf> = self.files.iter().filter_map(|file| std::fs::canonicalize(file).ok()).collect();
        let mut files = source::python_files(&self.whole, false).files;
        files.retain(|file| !asked.contains(file));
        let before = files.len();
        files.retain(|file| !options.per_file.excludes(file));
        let excluded = before - files.len();
        let bases: Vec<(&PathBuf, PathBuf)> = self.whole.iter().map(|root| (root, spelled(given, root))).collect();
        let spelled = |file: &PathBuf| bases.iter().find_map(|(root, base)| Some(base.join(file.strip_prefix(root).ok()?)));
        let spell = |file: PathBuf| (spelled(&file).unwrap_or_else(|| file.clone()), file);
        Rest { files: files.into_iter().map(spell).collect(), excluded }
    }
}

/// A folder as it is called on the way to one of the paths, so that files find each other behind a symbolic link.
fn spelled(given: &[PathBuf], root: &Path) -> PathBuf {
    let is_root = |folder: &&Path| std::fs::canonicalize(folder).is_ok_and(|real| real == root);
    let above = |path: &PathBuf| std::path::absolute(path).ok()?.ancestors().find(is_root).map(Path::to_path_buf);
    given.iter().find_map(above).unwrap_or_else(|| root.to_path_buf())
}

/// The files with their forms; with examples, every Python file is looked at again for those in its docstrings.
pub(super) fn files(paths: &[PathBuf], docs: bool) -> Vec<(PathBuf, Option<Form>)> {
    let once = paths.iter().map(|path| (path.clone(), Form::of(path)));
    let again = once.clone().filter(|(_, form)| docs && form.is_none()).map(|(path, _)| (path, Some(Form::Docstrings)));
    once.chain(again).collect()
}
