//! Where a project begins, and whether a scan sees all of it.

use std::path::{Path, PathBuf};

/// What a folder has that is under version control; a working tree of git has a file.
const CONTROLLED: [&str; 2] = [".git", ".hg"];

/// Files of a project's root. In a package they are modules like any other.
const FILES: [&str; 3] = ["pyproject.toml", "setup.py", "setup.cfg"];

/// Whether something marks a folder as the root of a project.
fn is_marked(folder: &Path) -> bool {
    let has_file = || FILES.iter().any(|name| folder.join(name).is_file()) && !folder.join("__init__.py").exists();
    CONTROLLED.iter().any(|name| folder.join(name).exists()) || has_file()
}

/// The roots of the projects of which the paths are only a part; none where they hold all of them, or where nothing marks a
/// root. Marks in the user's own folder, or at the top of the file system, make nothing a project.
#[must_use]
pub fn parts_of(paths: &[PathBuf]) -> Vec<PathBuf> {
    let real: Vec<PathBuf> = paths.iter().filter_map(|path| std::fs::canonicalize(path).ok()).collect();
    let home = dirs::home_dir().and_then(|home| std::fs::canonicalize(home).ok());
    let root = |path: &PathBuf| path.ancestors().find(|folder| is_marked(folder)).map(Path::to_path_buf);
    let is_project = |root: &PathBuf| root.parent().is_some() && home.as_ref() != Some(root);
    let is_whole = |root: &PathBuf| real.iter().any(|path| root.starts_with(path));
    let mut roots: Vec<PathBuf> = real.iter().filter_map(root).filter(|root| is_project(root) && !is_whole(root)).collect();
    roots.sort();
    roots.dedup();
    roots
}

/// The absolute path of a file without links on the way; it need not exist.
#[must_use]
pub fn place(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let beside = || Some(std::fs::canonicalize(folder).ok()?.join(path.file_name()?));
    std::fs::canonicalize(path).ok().or_else(beside).unwrap_or_else(|| path.to_path_buf())
}

/// The path, or the first folder above it that is there.
#[must_use]
pub fn standing(path: &Path) -> PathBuf {
    path.ancestors().find(|path| path.exists()).map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// The root of the git tree that a folder lies in.
#[must_use]
pub fn git_tree(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|folder| folder.join(".git").exists())
}

/// The folder whose journal has the runs over a path: the tree under version control that it lies in, so that the packages
/// of one repository share a journal; else its project; else its own folder, or the working folder above it. That the user's
/// own folder is under version control makes it no project.
#[must_use]
pub fn project(path: &Path) -> PathBuf {
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let home = dirs::home_dir().and_then(|home| std::fs::canonicalize(home).ok());
    let is_tree = |folder: &&Path| home.as_deref() != Some(*folder) && CONTROLLED.iter().any(|name| folder.join(name).exists());
    let marked = real.ancestors().find(is_tree).or_else(|| real.ancestors().find(|folder| is_marked(folder)));
    let here = || std::env::current_dir().and_then(std::fs::canonicalize).ok().filter(|here| real.starts_with(here));
    let own = || if real.is_dir() { real.clone() } else { real.parent().map_or_else(PathBuf::new, Path::to_path_buf) };
    marked.map(Path::to_path_buf).or_else(here).unwrap_or_else(own)
}

/// The folder of the project in which the first path lies, where something marks it; else the one that holds all paths.
#[must_use]
pub fn marked(paths: &[PathBuf]) -> PathBuf {
    let real = |path: &PathBuf| std::fs::canonicalize(path).unwrap_or_else(|_| path.clone());
    let all: Vec<PathBuf> = paths.iter().map(real).collect();
    let Some(first) = all.first() else { return PathBuf::from(".") };
    let holds = |folder: &&Path| folder.is_dir() && all.iter().all(|path| path.starts_with(folder));
    first.ancestors().find(|folder| is_marked(folder)).or_else(|| first.ancestors().find(holds)).unwrap_or(first).to_path_buf()
}

#[cfg(test)]
mod tests {
    use super::parts_of;

    #[test]
    fn a_folder_below_the_root_is_a_part() {
        let dir = tempfile::tempdir().expect("a folder");
        let root = std::fs::canonicalize(dir.path()).expect("a path");
        for folder in ["app", "other"] {
            std::fs::create_dir_all(root.join(folder)).expect("a folder");
            std::fs::write(root.join(folder).join("a.py"), "").expect("a file");
        }
        let none: [std::path::PathBuf; 0] = [];
        assert_eq!(parts_of(&[root.join("app")]), none, "nothing marks a root");
        std::fs::write(root.join("pyproject.toml"), "").expect("a file");
        assert_eq!(parts_of(&[root.join("app")]), std::slice::from_ref(&root));
        assert_eq!(parts_of(&[root.join("app/a.py"), root.join("other")]), std::slice::from_ref(&root));
        assert_eq!(parts_of(&[root.clone(), root.join("app")]), none);
        std::fs::write(root.join("other/__init__.py"), "").expect("a file");
        std::fs::write(root.join("other/setup.py"), "").expect("a file");
        assert_eq!(parts_of(&[root.join("other/a.py")]), std::slice::from_ref(&root), "a module of a package");
        std::fs::remove_file(root.join("other/__init__.py")).expect("it is there");
        assert_eq!(parts_of(&[root.join("other/a.py"), root.join("app/a.py")]), [root.clone(), root.join("other")]);
    }
}
