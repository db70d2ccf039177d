//! What the files of one folder say about the victor-ai that the project needs, and which files could not be read. Reads
//! files; judges nothing.

use std::path::{Path, PathBuf};

use super::requirement::{Found, Line, Wanted, best, dynamic, in_lock, in_pipfile_lock, in_project, in_requirements};
use super::requirement::{in_setup_cfg, in_setup_py};
use crate::source::regular;

/// Files that include files that include files end somewhere.
const DEEPEST: usize = 8;

/// What a folder says.
#[derive(Debug, Default)]
pub(super) struct Declared {
    /// The file and line that say most, and what.
    pub found: Option<(PathBuf, Found)>,
    /// Files that speak of victor-ai and are not what their name promises.
    pub broken: Vec<PathBuf>,
}

impl Declared {
    /// Nothing is said at all.
    pub fn is_silent(&self) -> bool {
        self.found.is_none() && self.broken.is_empty()
    }

    /// Locks before requirements before ranges of the project itself; what says a release before what does not.
    pub fn of(folder: &Path) -> Self {
        let mut said = Self::default();
        for name in ["uv.lock", "poetry.lock", "pdm.lock", "pylock.toml"] {
            said.add(folder.join(name), in_lock);
        }
        said.add(folder.join("Pipfile.lock"), in_pipfile_lock);
        for path in requirements(folder) {
            said.add_requirements(&path, 0);
        }
        said.add(folder.join("Pipfile"), in_project);
        let project = folder.join("pyproject.toml");
        said.add(project.clone(), in_project);
        let files = regular::read_text(&project).map(|text| dynamic(&text)).unwrap_or_default();
        files.iter().for_each(|file| said.add_requirements(&folder.join(file), 0));
        said.add(folder.join("setup.cfg"), |text| Ok(in_setup_cfg(text)));
        said.add(folder.join("setup.py"), |text| Ok(in_setup_py(text)));
        said
    }

    fn is_clear(&self) -> bool {
        self.found.as_ref().is_some_and(|(_, (_, wanted))| *wanted != Wanted::Unclear)
    }

    fn add(&mut self, path: PathBuf, find: fn(&str) -> Result<Option<Found>, ()>) {
        if self.is_clear() {
            return;
        }
        let Ok(text) = regular::read_text(&path) else { return };
        match find(&text) {
            Ok(Some(found)) => self.take(path, found),
            Ok(None) => {}
            Err(()) if text.to_lowercase().replace(['_', '.'], "-").contains("victor-ai") => self.broken.push(path),
            Err(()) => {}
        }
    }

    fn add_requirements(&mut self, path: &Path, depth: usize) {
        if self.is_clear() || depth > DEEPEST {
            return;
        }
        let Ok(text) = regular::read_text(path) else { return };
        let (mut own, mut included) = (Vec::new(), Vec::new());
        for (number, line) in in_requirements(&text) {
            match line {
                Line::Needs(wanted) => own.push((number, wanted)),
                Line::Includes(file) => included.push(path.with_file_name(file)),
            }
        }
        if let Some(found) = best(own) {
            self.take(path.to_path_buf(), found);
        }
        included.iter().for_each(|path| self.add_requirements(path, depth + 1));
    }

    fn take(&mut self, path: PathBuf, found: Found) {
        if self.found.is_none() || found.1 != Wanted::Unclear {
            self.found = Some((path, found));
        }
    }
}

/// `requirements*.txt` of a folder and of `requirements/` in it, the shortest name first.
fn requirements(folder: &Path) -> Vec<PathBuf> {
    let list = |folder: PathBuf| std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let of_name = |path: &PathBuf, start: &str| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(start) && name.ends_with(".txt")
    };
    let own = list(folder.to_path_buf()).filter(|path| of_name(path, "requirements"));
    let mut all: Vec<PathBuf> = own.chain(list(folder.join("requirements")).filter(|path| of_name(path, ""))).collect();
    all.sort_by_key(|path| (path.as_os_str().len(), path.clone()));
    all
}
