//! `--diff`: the diffs of all files, with the names that `git apply` takes. In a git tree it reads them from the root of the
//! tree, wherever it is called, and passes silently over what does not lie below the working folder.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::write::bytes;
use crate::report::{diff, one_line, path_text};
use crate::scan::Outcome;
use crate::source::root::git_tree;

/// The diffs of a run.
pub(super) struct Patch {
    /// One after the other.
    pub text: Vec<u8>,
    /// The folder in which they have to be applied, where the working folder will not do.
    folder: Option<PathBuf>,
}

impl Patch {
    /// The diffs of all files; one whose new text cannot be encoded counts as failed.
    pub fn of(outcome: &mut Outcome) -> Self {
        let (mut changed, mut failed) = (Vec::new(), Vec::new());
        for file in &outcome.files {
            match bytes(file) {
                Ok(Some(both)) => changed.push((real(&file.source.path), file.source.path.clone(), both)),
                Ok(None) => {}
                Err(reason) => failed.push((file.source.path.clone(), reason)),
            }
        }
        let here = std::env::current_dir().and_then(std::fs::canonicalize).unwrap_or_default();
        let places: Vec<&Path> = changed.iter().filter_map(|(real, ..)| real.as_deref()).collect();
        let base = base(&here, &places);
        let folder = places.iter().any(|place| !place.starts_with(&here)).then(|| base.clone());
        let mut text = Vec::new();
        for (real, path, (before, after)) in &changed {
            let name = real.as_deref().and_then(|real| real.strip_prefix(&base).ok()).unwrap_or(path);
            if let Err(error) = diff::unified(name, before, after, &mut text) {
                failed.push((path.clone(), error.to_string()));
            }
        }
        outcome.failed.append(&mut failed);
        Self { text, folder }
    }

    /// Says where the diffs have to be applied, when that is not the working folder.
    pub fn tell_where(&self, err: &mut dyn Write) {
        if let Some(folder) = &self.folder {
            let folder = one_line(&path_text(folder));
            // The diff is what counts.
            let _ = writeln!(err, "The paths in the diff are from {folder}; apply it there, as with `git -C {folder} apply`.");
        }
    }
}

/// Where a file lies; a link is where it stands itself. Nothing for what has no place, such as standard input.
fn real(path: &Path) -> Option<PathBuf> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().filter(|_| path != Path::new("-"))?;
    Some(std::fs::canonicalize(folder).ok()?.join(name))
}

/// The folder that names start from: the root of the git tree, else the working folder, else the nearest above that has all.
fn base(here: &Path, places: &[&Path]) -> PathBuf {
    let first = git_tree(here).unwrap_or(here);
    first.ancestors().find(|folder| places.iter().all(|place| place.starts_with(folder))).unwrap_or(first).to_path_buf()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_start_where_all_files_are_below() {
        let here = Path::new("/no/such/folder");
        assert_eq!(base(here, &[]), here);
        assert_eq!(base(here, &[Path::new("/no/such/folder/a.py")]), here);
        assert_eq!(base(here, &[Path::new("/no/such/a.py"), Path::new("/no/such/folder/b.py")]), Path::new("/no/such"));
    }
}
