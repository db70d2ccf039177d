//! Puts new bytes in the place of a file's old ones: all of them or none. Not a backup and not a journal.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// How the name of a file begins and ends that is to take another's place.
pub(super) const TEMPORARY: (&str, &str) = (".victor-migrate-", ".tmp");

/// Why a file was left as it is.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Somebody else wrote to it after it was read.
    #[error("{}: changed on disk while it was being fixed; left as it is, run again", path.display())]
    Changed {
        /// The file as given.
        path: PathBuf,
    },
    /// Its mode forbids writing; a rename would have got around that.
    #[error("{}: read-only; make it writable and run again", path.display())]
    ReadOnly {
        /// The file as given.
        path: PathBuf,
    },
    /// The system refused one of the steps.
    #[error("{}: cannot {step}: {source}", path.display())]
    Io {
        /// The file as given.
        path: PathBuf,
        /// What was being done, after "cannot".
        step: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

/// Threads that write: they wait for the disk, which takes what many have for it in one go.
const WRITERS: usize = 16;

/// Does work that writes many files, with more threads than there are processors.
pub fn writing<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    match rayon::ThreadPoolBuilder::new().num_threads(WRITERS).build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}

/// Replaces the content of `path` by `after`, provided that it still is `before`: a reader sees one or the other, never
/// a part. Mode and, where the system allows it, owner are kept; a symbolic link stays and its target is written.
pub fn write_atomic(path: &Path, before: &[u8], after: &[u8]) -> Result<(), WriteError> {
    Ready::new(path, before, after)?.commit()
}

/// New bytes beside a file, ready to take its place. Dropped, it leaves nothing behind.
pub struct Ready {
    path: PathBuf,
    target: PathBuf,
    before: Vec<u8>,
    temporary: tempfile::NamedTempFile,
}

impl Ready {
    /// Writes the new bytes beside the file.
    ///
    /// # Errors
    /// The file cannot be written, or is not `before`.
    pub fn new(path: &Path, before: &[u8], after: &[u8]) -> Result<Self, WriteError> {
        let (target, temporary) = beside(path, after)?;
        let ready = Self { path: path.to_path_buf(), target, before: before.to_vec(), temporary };
        ready.unchanged()?;
        Ok(ready)
    }

    fn unchanged(&self) -> Result<(), WriteError> {
        let failed = |source| WriteError::Io { path: self.path.clone(), step: "read it again", source };
        if std::fs::read(&self.target).map_err(failed)? != self.before {
            return Err(WriteError::Changed { path: self.path.clone() });
        }
        Ok(())
    }

    /// Puts the new bytes in the file's place.
    ///
    /// # Errors
    /// The file changed meanwhile, or the system refuses.
    pub fn commit(self) -> Result<(), WriteError> {
        // As late as possible: what is written between here and the rename would be lost.
        self.unchanged()?;
        let path = self.path;
        self.temporary.persist(&self.target).map_err(|error| WriteError::Io { path, step: "replace it", source: error.error })?;
        sync_folder(self.target.parent().unwrap_or(Path::new(".")));
        Ok(())
    }
}

fn beside(path: &Path, after: &[u8]) -> Result<(PathBuf, tempfile::NamedTempFile), WriteError> {
    let failed = |step| move |source| WriteError::Io { path: path.to_path_buf(), step, source };
    let target = std::fs::canonicalize(path).map_err(failed("find the file"))?;
    let metadata = target.metadata().map_err(failed("find the file"))?;
    if metadata.permissions().readonly() {
        return Err(WriteError::ReadOnly { path: path.to_path_buf() });
    }
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut temporary =
        tempfile::Builder::new().prefix(TEMPORARY.0).suffix(TEMPORARY.1).tempfile_in(folder).map_err(failed("write in its folder"))?;
    temporary.write_all(after).map_err(failed("write the new text"))?;
    keep_owner(temporary.as_file(), &metadata);
    temporary.as_file().set_permissions(metadata.permissions()).map_err(failed("keep its mode"))?;
    temporary.as_file().sync_all().map_err(failed("write the new text"))?;
    Ok((target, temporary))
}

/// Only root may give a file away; for everybody else the new file is theirs, as after any save by rename.
#[cfg(unix)]
fn keep_owner(file: &std::fs::File, old: &std::fs::Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let _ = fchown(file, Some(old.uid()), Some(old.gid())).or_else(|_| fchown(file, None, Some(old.gid())));
}

#[cfg(not(unix))]
fn keep_owner(_: &std::fs::File, _: &std::fs::Metadata) {}

/// The rename is done; not every file system can be told to remember it now.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = std::fs::File::open(folder) {
        let _ = folder.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{WriteError, write_atomic};

    fn files_in(dir: &Path) -> usize {
        std::fs::read_dir(dir).expect("a folder").count()
    }

    #[test]
    fn the_new_bytes_take_the_place_of_the_old_and_nothing_is_left_behind() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("a.py");
        std::fs::write(&path, b"old\r\n").expect("a file");
        write_atomic(&path, b"old\r\n", b"n\xe9w").expect("written");
        assert_eq!(std::fs::read(&path).expect("a file"), b"n\xe9w");
        assert_eq!(files_in(dir.path()), 1);
    }

    #[test]
    fn a_file_changed_meanwhile_is_left_alone() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("a.py");
        std::fs::write(&path, b"theirs").expect("a file");
        let error = write_atomic(&path, b"read", b"ours").expect_err("refused");
        assert!(matches!(&error, WriteError::Changed { path: named } if *named == path));
        assert_eq!(std::fs::read(&path).expect("a file"), b"theirs");
        assert_eq!(files_in(dir.path()), 1);
    }

    #[test]
    fn a_file_that_is_gone_stays_gone() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("a.py");
        let error = write_atomic(&path, b"", b"ours").expect_err("refused");
        assert!(error.to_string().starts_with(&format!("{}: cannot find the file", path.display())));
        assert_eq!(files_in(dir.path()), 0);
    }

    #[cfg(unix)]
    #[test]
    fn the_mode_is_kept_and_a_read_only_file_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("a.py");
        std::fs::write(&path, b"1").expect("a file");
        let mode = |bits| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(bits)).expect("a mode");
        mode(0o751);
        write_atomic(&path, b"1", b"2").expect("written");
        assert_eq!(path.metadata().expect("metadata").permissions().mode() & 0o7777, 0o751);
        mode(0o444);
        let error = write_atomic(&path, b"2", b"3").expect_err("refused");
        assert!(matches!(error, WriteError::ReadOnly { .. }));
        assert_eq!(std::fs::read(&path).expect("a file"), b"2");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_its_target_is_written() {
        let dir = tempfile::tempdir().expect("a folder");
        let (real, link) = (dir.path().join("real.py"), dir.path().join("link.py"));
        std::fs::write(&real, b"1").expect("a file");
        std::os::unix::fs::symlink("real.py", &link).expect("a link");
        write_atomic(&link, b"1", b"2").expect("written");
        assert!(link.is_symlink());
        assert_eq!(std::fs::read(&real).expect("a file"), b"2");
    }
}
