//! Where a project begins, and whether a scan sees all of it.

use std::path::{Path, PathBuf};

const MARKS: [&str; 5] = [".git", "pyproject.toml", "setup.py", "setup.cfg", ".hg"];

/// The root of a project of which the paths are only a part; `None` where they hold all of it, or where nothing marks a
/// root.
#[must_use]
pub fn part_of(paths: &[PathBuf]) -> Option<PathBuf> {
    let real: Vec<PathBuf> = paths.iter().filter_map(|path| std::fs::canonicalize(path).ok()).collect();
    let root = |path: &PathBuf| path.ancestors().find(|folder| MARKS.iter().any(|mark| folder.join(mark).exists())).map(Path::to_path_buf);
    real.iter().filter_map(root).find(|root| !real.iter().any(|path| root.starts_with(path)))
}

/// The root of the git tree that a folder lies in.
#[must_use]
pub fn git_tree(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|folder| folder.join(".git").exists())
}

/// The folder of the project that a path belongs to; its own folder, or the working folder above it, where nothing marks
/// one.
#[must_use]
pub fn project(path: &Path) -> PathBuf {
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let marked = real.ancestors().find(|folder| MARKS.iter().any(|mark| folder.join(mark).exists()));
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
    let is_marked = |folder: &&Path| MARKS.iter().any(|mark| folder.join(mark).exists());
    let holds = |folder: &&Path| folder.is_dir() && all.iter().all(|path| path.starts_with(folder));
    first.ancestors().find(is_marked).or_else(|| first.ancestors().find(holds)).unwrap_or(first).to_path_buf()
}

#[cfg(test)]
mod tests {
    use super::part_of;

    #[test]
    fn a_folder_below_the_root_is_a_part() {
        let dir = tempfile::tempdir().expect("a folder");
        let root = std::fs::canonicalize(dir.path()).expect("a path");
        std::fs::create_dir_all(root.join("app")).expect("a folder");
        std::fs::write(root.join("app/a.py"), "").expect("a file");
        assert_eq!(part_of(&[root.join("app")]), None, "nothing marks a root");
        std::fs::write(root.join("pyproject.toml"), "").expect("a file");
        assert_eq!(part_of(&[root.join("app")]), Some(root.clone()));
        assert_eq!(part_of(&[root.join("app/a.py")]), Some(root.clone()));
        assert_eq!(part_of(&[root]), None);
    }
}
