//! A copy of a project, for code that may do anything: whole files, never links to them.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

/// Folders that no program of the project needs, and that are large; caches say so themselves (`CACHEDIR.TAG`).
const LEFT_OUT: [&str; 8] = [".git", ".hg", ".svn", ".nox", ".tox", ".victor-migrate", "__pycache__", "node_modules"];

/// A project of more bytes is not copied.
const MOST: u64 = 4 << 30;

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The system refused.
    #[error("{}: cannot be copied: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is too large.
    #[error("{}: is not copied, it has more than {} GiB; name a smaller folder, or mark the project's with a pyproject.toml", path.display(), MOST >> 30)]
    Large {
        /// The folder.
        path: PathBuf,
    },
}

/// A copy.
pub struct Copy {
    /// Goes with this value.
    _folder: tempfile::TempDir,
    root: PathBuf,
    original: PathBuf,
    /// What is not in it, and why.
    pub left_out: BTreeMap<PathBuf, String>,
}

impl Copy {
    /// Copies everything below a folder.
    ///
    /// # Errors
    /// Where there is no room, or the folder is not readable. A single file that cannot be read is left out.
    pub fn new(root: &Path) -> Result<Self, CopyError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| CopyError::Io { path, source }
        };
        let original = fs::canonicalize(root).map_err(failed(root))?;
        let folder = tempfile::Builder::new().prefix("victor-migrate-").tempdir().map_err(failed(root))?;
        let to = fs::canonicalize(folder.path()).map_err(failed(root))?;
        let mut copy = Copy { _folder: folder, root: to, original, left_out: BTreeMap::new() };
        let wanted = |entry: &ignore::DirEntry| {
            let named = entry.file_name().to_str().is_some_and(|name| LEFT_OUT.contains(&name));
            entry.depth() == 0 || !named && !entry.path().join("CACHEDIR.TAG").exists()
        };
        let walk = WalkBuilder::new(&copy.original).standard_filters(false).filter_entry(wanted).build();
        let mut environments: Vec<PathBuf> = Vec::new();
        let mut room = MOST;
        for entry in walk {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    copy.left_out.insert(copy.original.clone(), error.to_string());
                    continue;
                }
            };
            let (from, Some(to)) = (entry.path(), copy.path(entry.path())) else { continue };
            if entry.depth() == 0 || environments.iter().any(|environment| from.starts_with(environment)) {
                continue;
            }
            let kind = entry.file_type();
            let done = if kind.is_some_and(|kind| kind.is_dir()) {
                if from.join("pyvenv.cfg").exists() {
                    environments.push(from.to_owned());
                    link(from, &to)
                } else {
                    fs::create_dir_all(&to)
                }
            } else if kind.is_some_and(|kind| kind.is_symlink()) {
                copy.linked(from, &to)
            } else if kind.is_some_and(|kind| kind.is_file()) {
                let size = fs::copy(from, &to);
                room = room.checked_sub(*size.as_ref().unwrap_or(&0)).ok_or_else(|| CopyError::Large { path: root.to_owned() })?;
                size.map(drop)
            } else {
                Err(io::Error::other("neither a file nor a folder"))
            };
            match done {
                Err(error) if error.kind() == io::ErrorKind::StorageFull => return Err(failed(&to)(error)),
                Err(error) => drop(copy.left_out.insert(from.to_owned(), error.to_string())),
                Ok(()) => {}
            }
        }
        Ok(copy)
    }

    /// The folder that stands for the project's.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where a file or folder of the project is in the copy; `None` for what is outside.
    #[must_use]
    pub fn path(&self, of: &Path) -> Option<PathBuf> {
        let whole = if of.starts_with(&self.original) { of.to_owned() } else { fs::canonicalize(of).ok()? };
        whole.strip_prefix(&self.original).ok().map(|rest| self.root.join(rest))
    }

    /// A link within the project becomes one within the copy; what lies outside is copied where it is a file.
    fn linked(&self, from: &Path, to: &Path) -> io::Result<()> {
        let target = fs::canonicalize(from)?;
        match self.path(&target).filter(|_| target.starts_with(&self.original)) {
            Some(inside) => link(&inside, to),
            None if target.is_file() => fs::copy(&target, to).map(drop),
            None => Err(io::Error::other("a link to a folder outside the project")),
        }
    }
}

#[cfg(unix)]
fn link(target: &Path, at: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, at)
}

#[cfg(windows)]
fn link(target: &Path, at: &Path) -> io::Result<()> {
    if target.is_dir() { std::os::windows::fs::symlink_dir(target, at) } else { std::os::windows::fs::symlink_file(target, at) }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_copy_shares_no_file_with_what_it_is_of() {
        use std::os::unix::fs::{MetadataExt, symlink};

        let (project, outside) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let at = |name: &str| project.path().join(name);
        fs::write(outside.path().join("shared.py"), "x = 1\n").expect("written");
        for folder in ["app", ".venv", ".git"] {
            fs::create_dir(at(folder)).expect("made");
        }
        for file in ["app/a.py", ".venv/pyvenv.cfg", ".git/config"] {
            fs::write(at(file), "x = 1\n").expect("written");
        }
        symlink("a.py", at("app/inside.py")).expect("linked");
        symlink(outside.path().join("shared.py"), at("app/shared.py")).expect("linked");
        symlink(outside.path(), at("app/folder")).expect("linked");
        symlink("loop", at("app/loop")).expect("linked");
        let copy = Copy::new(project.path()).expect("copied");
        let to = |name: &str| copy.path(&at("app")).expect("inside").join(name);
        assert!(!copy.root().join(".git").exists() && copy.root().join(".venv/pyvenv.cfg").exists());
        for file in ["a.py", "inside.py", "shared.py"] {
            assert_ne!(fs::metadata(to(file)).expect("copied").ino(), fs::metadata(at("app").join(file)).expect("there").ino());
        }
        fs::write(to("shared.py"), "x = 2\n").expect("written");
        fs::write(to("inside.py"), "x = 2\n").expect("written");
        assert_eq!(fs::read_to_string(outside.path().join("shared.py")).expect("read"), "x = 1\n");
        assert_eq!(fs::read_to_string(at("app/a.py")).expect("read"), "x = 1\n");
        assert_eq!(copy.left_out.len(), 2, "{:?}", copy.left_out);
    }
}
