//! What a scan depends on beside the files that it scans: configuration, what says the release, what is ignored, rules.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use notify::RecursiveMode;

use crate::settings;
use crate::source::{Form, root};

/// Files that say something wherever they lie: which release, what is left out, who owns what, who runs a function.
const NAMES: [&str; 14] = [
    "uv.lock",
    "poetry.lock",
    "pdm.lock",
    "pylock.toml",
    "Pipfile",
    "Pipfile.lock",
    "setup.cfg",
    "setup.py",
    "tox.ini",
    "pytest.ini",
    ".gitignore",
    ".ignore",
    "CODEOWNERS",
    "pyvenv.cfg",
];

/// What is watched, by real paths.
pub(super) struct Around {
    /// What is scanned.
    scanned: Vec<PathBuf>,
    /// The folder of rules that was named.
    rules: Option<PathBuf>,
    /// Files that the configuration speaks of, and its own.
    files: BTreeSet<PathBuf>,
    /// Folders of rules.
    pages: BTreeSet<PathBuf>,
    /// What is watched already.
    watched: BTreeSet<PathBuf>,
}

impl Around {
    /// The surroundings of what is scanned; [`Self::look`] finds them.
    pub fn new(scanned: Vec<PathBuf>, rules: Option<&Path>) -> Self {
        let (files, pages, watched) = Default::default();
        Self { scanned, rules: rules.map(Path::to_path_buf), files, pages, watched }
    }

    /// Looks again what the paths depend on; the folders that are not watched yet.
    pub fn look(&mut self, paths: &[PathBuf]) -> Vec<(PathBuf, RecursiveMode)> {
        let real = |path: PathBuf| std::fs::canonicalize(path).ok();
        let settings = settings::load(paths).unwrap_or_default();
        let named = [settings.path("baseline")].into_iter().flatten();
        self.files = settings::read_for(paths).into_iter().chain(named).filter_map(real).collect();
        self.pages = [self.rules.clone(), settings.path("rules")].into_iter().flatten().filter_map(real).collect();
        let beside = self.files.iter().filter_map(|file| file.parent()).map(Path::to_path_buf);
        let flat: Vec<PathBuf> = self.scanned.iter().flat_map(|path| above(path)).chain(beside).collect();
        let deep: Vec<PathBuf> = self.pages.iter().cloned().collect();
        let deep = self.new_ones(deep).into_iter().map(|folder| (folder, RecursiveMode::Recursive)).collect::<Vec<_>>();
        let flat = self.new_ones(flat).into_iter().map(|folder| (folder, RecursiveMode::NonRecursive));
        deep.into_iter().chain(flat).collect()
    }

    fn new_ones(&mut self, folders: Vec<PathBuf>) -> Vec<PathBuf> {
        let is_below = |folder: &PathBuf| self.scanned.iter().any(|path| folder.starts_with(path));
        let new: Vec<PathBuf> = folders.into_iter().filter(|folder| !is_below(folder)).collect();
        new.into_iter().filter(|folder| self.watched.insert(folder.clone())).collect()
    }

    /// Whether what was moved from or to a path may be a folder with files that are scanned.
    pub fn holds(&self, path: &Path) -> bool {
        let is_seen = |name: &std::ffi::OsStr| !name.to_string_lossy().starts_with('.') && name != "__pycache__";
        let below = self.scanned.iter().find_map(|folder| path.strip_prefix(folder).ok());
        let may_be_folder = path.is_dir() || !path.exists() && path.extension().is_none();
        below.is_some_and(|below| below.iter().all(is_seen)) && may_be_folder
    }

    /// Whether a change of a file can change the scan.
    pub fn matters(&self, path: &Path) -> bool {
        let code = Form::of(path).is_some() || path.extension().is_some_and(|ending| ending == "py" || ending == "pyi");
        let is_below = || self.scanned.iter().chain(&self.pages).any(|folder| path.starts_with(folder));
        says_something(path) || self.files.contains(path) || code && is_below()
    }
}

/// Whether a file says something about others because of its name.
fn says_something(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let listed = path.parent().is_some_and(|folder| folder.ends_with("requirements")) || name.starts_with("requirements");
    let is_list = listed && [".txt", ".in"].iter().any(|ending| name.ends_with(ending));
    path.ends_with(".git/info/exclude") || settings::FILES.contains(&name.as_ref()) || NAMES.contains(&name.as_ref()) || is_list
}

/// The folders from a path up to the one of its project, and the `requirements` of each.
fn above(path: &Path) -> Vec<PathBuf> {
    let top = root::marked(&[path.to_path_buf()]);
    let up = path.ancestors().skip(usize::from(path.is_file())).take_while(|folder| folder.starts_with(&top));
    up.flat_map(|folder| [folder.to_path_buf(), folder.join("requirements")]).filter(|folder| folder.is_dir()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_change_a_scan_starts_one() {
        let mut around = Around::new(vec![PathBuf::from("/p/src"), PathBuf::from("/p/one.py")], None);
        around.files.insert(PathBuf::from("/shared/team.toml"));
        let matters = |path: &str| around.matters(Path::new(path));
        assert!(matters("/p/src/a/b.py") && matters("/p/src/b.pyi") && matters("/p/one.py") && matters("/shared/team.toml"));
        assert!(matters("/p/pyproject.toml") && matters("/p/requirements-dev.txt") && matters("/p/requirements/base.txt"));
        assert!(matters("/p/.git/info/exclude") && matters("/p/uv.lock") && matters("/p/.gitignore") && matters("/p/setup.py"));
        assert!(!matters("/p/src/b.pyc") && !matters("/p/notes.toml") && !matters("/p/src/.b.py.swp") && !matters("/p/other.py"));
    }
}
