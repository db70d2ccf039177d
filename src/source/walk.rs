//! Which files a list of paths means: Python, notebooks, and with examples in prose, that too. Reads folders, never files.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::sync::mpsc::{Sender, channel};

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::{Form, Skipped, regular, shown};

/// What a list of paths came to; every list is sorted.
#[derive(Clone, Debug, Default)]
pub struct Walk {
    /// Each file once, however many of the paths lead to it.
    pub files: Vec<PathBuf>,
    /// What was left out although nobody asked for that by a `.gitignore`.
    pub skipped: Vec<Skipped>,
    /// Paths that mean nothing, with the reason.
    pub failed: Vec<(PathBuf, String)>,
}

/// Finds the files to scan. A file named by the user is always taken; a folder gives its `.py`, `.pyi` and `.ipynb` files,
/// with `prose` also its `.md` and `.rst` files, without what is git-ignored, hidden folders, caches, virtual environments, installed packages and symbolic links.
pub fn python_files(paths: &[PathBuf], prose: bool) -> Walk {
    let mut walk = Walk::default();
    // Canonical path → the path to show: two ways to one file are one file.
    let mut files = BTreeMap::<PathBuf, PathBuf>::new();
    for path in paths {
        let (canonical, metadata) = match std::fs::canonicalize(path).and_then(|real| Ok((real, path.metadata()?))) {
            Ok(found) => found,
            Err(error) => {
                let dash = if path.as_os_str() == "-" { "; only `scan` without --watch reads standard input" } else { "" };
                walk.failed.push((path.clone(), why_not(&error) + dash));
                continue;
            }
        };
        if metadata.is_dir() {
            match canonical.ancestors().find_map(odd_ignores) {
                Some(odd) => walk.failed.push((path.clone(), unreadable(&odd))),
                None => walk_folder(path, &canonical, prose, &mut files, &mut walk.skipped),
            }
        } else if metadata.is_file() {
            keep(&mut files, canonical, clean(path));
        } else {
            walk.failed.push((path.clone(), "neither a file nor a folder".to_owned()));
        }
    }
    walk.files = files.into_values().collect();
    walk.files.sort();
    walk.skipped.sort();
    walk.skipped.dedup();
    walk.failed.sort();
    walk.failed.dedup();
    walk
}

/// What one folder walk meets.
enum Met {
    File(PathBuf),
    Skipped(PathBuf, String),
}

fn walk_folder(root: &Path, canonical: &Path, prose: bool, files: &mut BTreeMap<PathBuf, PathBuf>, skipped: &mut Vec<Skipped>) {
    let root = clean(root);
    let root = if root == Path::new(".") { Path::new("") } else { &root };
    let as_given = |path: &Path| match path.strip_prefix(canonical) {
        Ok(rest) if rest.as_os_str().is_empty() => clean(root),
        Ok(rest) => clean(&root.join(rest)),
        Err(_) => path.to_path_buf(),
    };
    let (sender, receiver) = channel();
    let mut builder = WalkBuilder::new(canonical);
    builder.hidden(false).require_git(false).follow_links(false);
    let refused = sender.clone();
    // Before the walk opens what is in a folder.
    builder.filter_entry(move |entry| {
        let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir()) && left_out(entry).is_none();
        let Some(odd) = odd_ignores(entry.path()).filter(|_| is_dir) else { return true };
        let _ = refused.send(Met::Skipped(entry.path().to_path_buf(), unreadable(&odd)));
        false
    });
    let walker = builder.build_parallel();
    drop(builder);
    walker.run(|| {
        let sender = sender.clone();
        Box::new(move |entry| visit(entry, prose, &sender))
    });
    drop(sender);
    for met in receiver {
        match met {
            Met::File(path) => {
                let given = as_given(&path);
                keep(files, path, given);
            }
            Met::Skipped(path, reason) => skipped.push(Skipped { path: as_given(&path), reason }),
        }
    }
}

/// A file of patterns in a folder that would be waited for without end.
fn odd_ignores(folder: &Path) -> Option<PathBuf> {
    [".gitignore", ".ignore"].iter().map(|name| folder.join(name)).find(|path| regular::is_odd(path))
}

fn unreadable(odd: &Path) -> String {
    format!("{} is no regular file; put one there, or take it away", shown(odd).display())
}

fn visit(entry: Result<DirEntry, ignore::Error>, prose: bool, sender: &Sender<Met>) -> WalkState {
    // A send fails only when the receiver is gone, and it outlives the walk.
    let entry = match entry {
        Ok(entry) => entry,
        Err(error) => {
            let path = path_of(&error).map(Path::to_path_buf).unwrap_or_default();
            let reason = error.io_error().map_or_else(|| error.to_string(), |io| format!("cannot be read: {}", why_not(io)));
            let _ = sender.send(Met::Skipped(path, reason));
            return WalkState::Continue;
        }
    };
    let Some(kind) = entry.file_type() else {
        return WalkState::Continue;
    };
    if kind.is_dir() {
        return match left_out(&entry) {
            None => WalkState::Continue,
            Some("") => WalkState::Skip,
            Some(reason) => {
                let _ = sender.send(Met::Skipped(entry.into_path(), reason.to_owned()));
                WalkState::Skip
            }
        };
    }
    if kind.is_symlink() {
        if let Some(reason) = why_link_matters(entry.path(), prose) {
            let _ = sender.send(Met::Skipped(entry.into_path(), reason.to_owned()));
        }
    } else if kind.is_file() && is_wanted(entry.path(), prose) {
        let _ = sender.send(Met::File(entry.into_path()));
    }
    WalkState::Continue
}

/// Why a folder met on the way is not entered; empty where that goes without saying.
fn left_out(entry: &DirEntry) -> Option<&'static str> {
    let name = entry.file_name();
    match name.to_str() {
        _ if entry.depth() == 0 => None,
        Some("__pycache__") => Some(""),
        Some(hidden) if hidden.starts_with('.') => Some(""),
        Some("node_modules" | "site-packages") => Some("installed packages; name the folder to scan it"),
        _ if entry.path().join("pyvenv.cfg").is_file() => Some("virtual environment; name the folder to scan it"),
        _ => None,
    }
}

fn why_link_matters(path: &Path, prose: bool) -> Option<&'static str> {
    match path.metadata() {
        Ok(target) if target.is_dir() => Some("symbolic link to a folder; name it to scan it"),
        Ok(target) if target.is_file() && is_wanted(path, prose) => Some("symbolic link; name it to scan it"),
        Err(_) if is_wanted(path, prose) => Some("symbolic link that leads nowhere"),
        _ => None,
    }
}

fn is_wanted(path: &Path, prose: bool) -> bool {
    let form = Form::of(path);
    form.is_some_and(|form| prose || !form.is_prose()) || path.extension().is_some_and(|ending| ending == "py" || ending == "pyi")
}

/// Of two spellings of one file the smaller is kept, so that the order of the arguments does not matter.
fn keep(files: &mut BTreeMap<PathBuf, PathBuf>, canonical: PathBuf, given: PathBuf) {
    let kept = files.entry(canonical).or_insert_with(|| given.clone());
    if given < *kept {
        *kept = given;
    }
}

/// Without `./`, and with `/` between the parts of a relative path.
pub(super) fn clean(path: &Path) -> PathBuf {
    if path.is_absolute() {
        return path.components().collect();
    }
    let parts: Vec<&OsStr> = path.components().filter(|part| *part != Component::CurDir).map(|part| part.as_os_str()).collect();
    if parts.is_empty() { PathBuf::from(".") } else { parts.join(OsStr::new("/")).into() }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::Loop { child, .. } => Some(child),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        ignore::Error::Partial(errors) => errors.iter().find_map(path_of),
        _ => None,
    }
}

fn why_not(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file or folder".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{Walk, clean, python_files};
    use crate::source::shown;

    /// A folder with these files in it.
    fn folder(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("a folder");
        for file in files {
            let path = dir.path().join(file);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
            std::fs::write(path, "").expect("a file");
        }
        dir
    }

    fn names<'a>(dir: &Path, paths: impl IntoIterator<Item = &'a PathBuf>) -> Vec<String> {
        let below = |path: &PathBuf| path.strip_prefix(dir).unwrap_or(path).display().to_string();
        paths.into_iter().map(below).collect()
    }

    fn walk(dir: &Path, paths: &[&str]) -> Walk {
        python_files(&paths.iter().map(|path| dir.join(path)).collect::<Vec<_>>(), false)
    }

    #[test]
    fn a_folder_means_its_python_files_in_order() {
        let dir = folder(&[
            "b.py",
            "a/z.pyi",
            "a/.hidden.py",
            "notes.txt",
            "x.pyc",
            ".hidden/h.py",
            "a/__pycache__/c.py",
            "env/pyvenv.cfg",
            "env/lib/v.py",
            "node_modules/n.py",
            "lib/site-packages/s.py",
            "ignored/i.py",
            "made.py",
        ]);
        std::fs::write(dir.path().join(".gitignore"), "ignored/\nmade.py\n").expect("a file");
        let found = walk(dir.path(), &[""]);
        assert_eq!(names(dir.path(), &found.files), ["a/.hidden.py", "a/z.pyi", "b.py"]);
        let skipped = names(dir.path(), found.skipped.iter().map(|skip| &skip.path));
        assert_eq!(skipped, ["env", "lib/site-packages", "node_modules"]);
        assert!(found.skipped[0].reason.starts_with("virtual environment"));
        assert!(found.failed.is_empty());
    }

    #[test]
    fn what_the_user_names_is_taken() {
        let dir = folder(&["tool", "made.py", "env/pyvenv.cfg", "env/v.py", ".ci/c.py"]);
        std::fs::write(dir.path().join(".gitignore"), "made.py\n").expect("a file");
        let found = walk(dir.path(), &["made.py", "tool", "env", ".ci"]);
        assert_eq!(names(dir.path(), &found.files), [".ci/c.py", "env/v.py", "made.py", "tool"]);
    }

    #[test]
    fn a_file_named_twice_is_scanned_once_in_any_order() {
        let dir = folder(&["a/x.py", "a/y.py"]);
        for paths in [["a", "a/x.py", "a/../a"], ["a/../a", "a/x.py", "a"]] {
            assert_eq!(names(dir.path(), &walk(dir.path(), &paths).files), ["a/../a/x.py", "a/../a/y.py"]);
        }
        assert_eq!(walk(dir.path(), &["a", "a", "a/x.py"]).files.len(), 2);
    }

    #[test]
    fn a_missing_path_fails_and_the_others_are_walked() {
        let dir = folder(&["a.py"]);
        let found = walk(dir.path(), &["gone.py", "a.py"]);
        assert_eq!(found.failed, [(dir.path().join("gone.py"), "no such file or folder".to_owned())]);
        assert_eq!(found.files.len(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_only_when_named() {
        let dir = folder(&["real/a.py"]);
        let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, dir.path().join(name)).expect("a link");
        link("real", "folder");
        link("real/a.py", "link.py");
        link("nowhere", "dead.py");
        let found = walk(dir.path(), &[""]);
        assert_eq!(names(dir.path(), &found.files), ["real/a.py"]);
        let skipped = names(dir.path(), found.skipped.iter().map(|skip| &skip.path));
        assert_eq!(skipped, ["dead.py", "folder", "link.py"]);
        assert_eq!(names(dir.path(), &walk(dir.path(), &["link.py"]).files), ["link.py"]);
        assert_eq!(names(dir.path(), &walk(dir.path(), &["folder"]).files), ["folder/a.py"]);
        assert_eq!(walk(dir.path(), &["dead.py"]).failed.len(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn an_unreadable_folder_is_listed_and_the_others_are_walked() {
        use std::os::unix::fs::PermissionsExt;
        let dir = folder(&["a.py", "shut/b.py"]);
        let shut = dir.path().join("shut");
        let mode = |bits| std::fs::set_permissions(&shut, std::fs::Permissions::from_mode(bits)).expect("a mode");
        mode(0o000);
        let readable = std::fs::read_dir(&shut).is_ok();
        let found = walk(dir.path(), &[""]);
        mode(0o755);
        // The superuser may read everything.
        if !readable {
            assert_eq!(names(dir.path(), &found.files), ["a.py"]);
            assert_eq!(found.skipped[0].path, shut);
            assert_eq!(found.skipped[0].reason, "cannot be read: permission denied");
        }
    }

    #[test]
    fn a_path_is_shown_from_the_working_folder() {
        let here = std::env::current_dir().expect("a working folder");
        assert_eq!(shown(&here.join("src/a.py")), Path::new("src/a.py"));
        assert_eq!(shown(Path::new("./src//a.py")), Path::new("src/a.py"));
        assert_eq!(shown(Path::new("../a.py")), Path::new("../a.py"));
        assert_eq!(shown(&here), Path::new("."));
        assert_eq!(clean(Path::new("./.")), Path::new("."));
    }
}
