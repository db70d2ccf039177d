//! Which files a run looks at: what the paths mean, without what the settings exclude, and in which form each is read.

use std::path::PathBuf;

use super::Options;
use crate::source::{self, Form};

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
    Walked { files, excluded, skipped, failed }
}

/// The files with their forms; with examples, every Python file is looked at again for those in its docstrings.
pub(super) fn files(paths: Vec<PathBuf>, docs: bool) -> Vec<(PathBuf, Option<Form>)> {
    let mut files: Vec<(PathBuf, Option<Form>)> = paths.into_iter().map(|path| (path.clone(), Form::of(&path))).collect();
    let python = |(_, form): &&(PathBuf, Option<Form>)| docs && form.is_none();
    let again: Vec<_> = files.iter().filter(python).map(|(path, _)| (path.clone(), Some(Form::Docstrings))).collect();
    files.extend(again);
    files
}
