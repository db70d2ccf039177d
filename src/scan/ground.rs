//! The files of a run before any is parsed: those that were asked for and, where one of them may hold a finding, the rest of
//! the project around them, which is known and not looked into.

use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::Options;
use super::prefilter::{self, Facts, Seen};
use super::walked::{self, Walked};
use super::words::Sought;
use crate::python::modules::{FileId, Modules};
use crate::source::{Form, LoadError, Overlay, root, shown};

/// Files by their numbers, with what each says before parsing.
pub(super) struct Ground {
    /// As they are opened.
    pub files: Vec<(PathBuf, Option<Form>)>,
    /// As people see them.
    pub paths: Vec<PathBuf>,
    pub modules: Modules,
    pub results: Vec<Result<Seen, LoadError>>,
    pub facts: Facts,
    /// The files that were asked for, as people see them; `None` for all.
    pub asked: Option<BTreeSet<PathBuf>>,
    /// How many files of the project the settings exclude.
    pub excluded: usize,
}

impl Ground {
    /// Reads what was asked for, and the rest of its project where that can matter.
    pub fn new(
        (given, walk): (&[PathBuf], &Walked),
        overlay: &Overlay,
        sought: &Sought<'_>,
        options: &Options,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Self {
        let own = Self::read(walked::files(&walk.files, options.docs), &[], overlay, sought, progress);
        let own = Self { excluded: walk.excluded, ..own };
        let rest = Some(()).filter(|()| own.may_hold(options)).and_then(|()| walk.rest(given, options));
        let Some(rest) = rest else { return own };
        let real = |path: &PathBuf| (path.clone(), root::place(path));
        let mut all: Vec<(PathBuf, PathBuf)> = walk.files.iter().map(real).chain(rest.files.iter().cloned()).collect();
        all.sort_by_cached_key(|(path, _)| shown(path));
        let asked: HashSet<&PathBuf> = walk.files.iter().collect();
        let (paths, places): (Vec<PathBuf>, Vec<PathBuf>) = all.into_iter().unzip();
        let mut files = walked::files(&paths, options.docs);
        files.retain(|(path, form)| *form != Some(Form::Docstrings) || asked.contains(path));
        let asked = Some(walk.files.iter().map(|path| shown(path)).collect());
        Self { asked, excluded: walk.excluded + rest.excluded, ..Self::read(files, &places, overlay, sought, progress) }
    }

    /// What every file says, in order, and what all say together. The first files are at these places, the others where their
    /// paths say.
    fn read(
        files: Vec<(PathBuf, Option<Form>)>,
        places: &[PathBuf],
        overlay: &Overlay,
        sought: &Sought<'_>,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Self {
        let paths: Vec<PathBuf> = files.iter().map(|(path, _)| shown(path)).collect();
        let mut modules = match places.is_empty() {
            true => Modules::new(paths.iter().map(PathBuf::as_path)),
            false => Modules::at(paths.iter().zip(&files).zip(0..).map(|((path, (file, _)), at)| {
                let place = places.get(at).cloned();
                (path.as_path(), place.unwrap_or_else(|| root::place(file)))
            })),
        };
        // Nobody imports a document.
        modules.forget(&(0..).zip(&files).filter(|(_, (_, form))| form.is_some()).map(|(file, _)| file).collect());
        let done = AtomicUsize::new(0);
        let facts = Mutex::new(Facts::default());
        let look = |buffer: &mut Vec<u8>, (file, (path, form)): (usize, &(PathBuf, Option<Form>))| {
            let number = FileId::try_from(file).unwrap_or(FileId::MAX);
            let mut result = prefilter::load((path, *form), overlay, (number, &modules), sought, buffer);
            if let (Ok(seen), Ok(mut facts)) = (&mut result, facts.lock()) {
                facts.add(seen);
            }
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, files.len());
            result
        };
        let results = files.par_iter().enumerate().map_init(Vec::new, look).collect();
        let facts = facts.into_inner().unwrap_or_default();
        Self { files, paths, modules, results, facts, asked: None, excluded: 0 }
    }

    /// Whether a file that is looked into names something that a rule looks for.
    fn may_hold(&self, options: &Options) -> bool {
        let focused = |path: &PathBuf| options.focus.as_ref().is_none_or(|focus| focus.contains(path));
        let tells = |result: &Result<Seen, LoadError>| result.as_ref().is_ok_and(|seen| seen.source.is_some() || seen.glance.telling);
        self.paths.iter().zip(&self.results).any(|(path, result)| tells(result) && focused(path))
    }
}
