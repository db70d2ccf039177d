//! The record of every fix, on disk before the first file changes: the old and the new bytes of all files. Whatever stops
//! a run, each file is old or new, and the journal can finish the run or take it back.

mod record;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use record::{Blobs, Record};
pub use record::{Recorded, State};

use super::paths::{decode, encode};
use super::write::{Ready, TEMPORARY, WriteError, writing};
use crate::source::shown;

/// The folder of the tool in a project.
pub const FOLDER: &str = ".victor-migrate";

/// Runs that are kept; the oldest go.
const KEPT: usize = 20;

/// What the name of a record ends with until all of it is on disk.
const DRAFT: &str = ".draft";

/// Why the journal could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another process is changing the project.
    #[error("{}: another victor-migrate is changing this project; wait until it is done", path.display())]
    Busy {
        /// The lock.
        path: PathBuf,
    },
    /// An earlier run was interrupted.
    #[error("the run {id} was interrupted; `victor-migrate undo` takes it back, `victor-migrate undo --finish` completes it")]
    Interrupted {
        /// The run.
        id: String,
    },
    /// There is nothing to undo.
    #[error("{}: there is no run to undo", path.display())]
    Nothing {
        /// The project.
        path: PathBuf,
    },
    /// Files were changed after the run.
    #[error("changed since, so that nothing was undone: {}", names(paths))]
    Changed {
        /// The files.
        paths: Vec<PathBuf>,
    },
    /// A record cannot be understood.
    #[error(
        "{}: is no record of a run: {reason}; take the files of that run back from version control where they need it, and move or \
         delete {}",
        path.display(), run.display()
    )]
    Damaged {
        /// The record.
        path: PathBuf,
        /// The folder of its run.
        run: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// What a file would be restored from is not what was written there.
    #[error(
        "{}: is not as it was written, so that nothing was undone; take your files back from version control, and delete {}",
        path.display(), run.display()
    )]
    Blob {
        /// The blob.
        path: PathBuf,
        /// The folder of its run.
        run: PathBuf,
    },
    /// The system refused one of the steps.
    #[error("{}: cannot {step}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was being done, after "cannot".
        step: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// A file could not be put back.
    #[error(transparent)]
    Write(#[from] WriteError),
}

fn names(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

/// One file of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The file.
    pub path: PathBuf,
    /// Its bytes before the run.
    pub before: Vec<u8>,
    /// Its bytes after it.
    pub after: Vec<u8>,
}

/// The journal of one project, locked for this process.
#[derive(Debug)]
pub struct Journal {
    root: PathBuf,
    folder: PathBuf,
    /// Held until the journal is dropped.
    _lock: File,
}

impl Journal {
    /// Opens and locks the journal of a project; `root` is the project's folder.
    ///
    /// # Errors
    /// Somebody else holds it, or the folder cannot be made.
    pub fn open(root: &Path) -> Result<Self, JournalError> {
        let folder = root.join(FOLDER);
        let failed = |path: &Path, step| {
            let path = path.to_path_buf();
            move |source| JournalError::Io { path, step, source }
        };
        fs::create_dir_all(folder.join("journal")).map_err(failed(&folder, "make the folder of the journal"))?;
        let ignore = folder.join(".gitignore");
        if !ignore.exists() {
            fs::write(&ignore, "*\n").map_err(failed(&ignore, "write"))?;
        }
        let path = folder.join("lock");
        let lock = File::options().create(true).truncate(false).write(true).open(&path).map_err(failed(&path, "open the lock"))?;
        match lock.try_lock() {
            Ok(()) => {
                let journal = Self { root: root.to_path_buf(), folder: folder.join("journal"), _lock: lock };
                journal.drop_drafts();
                Ok(journal)
            }
            Err(fs::TryLockError::WouldBlock) => Err(JournalError::Busy { path }),
            Err(fs::TryLockError::Error(source)) => Err(JournalError::Io { path, step: "lock", source }),
        }
    }

    /// Drops the drafts of runs that were stopped before they changed anything. Who holds the lock is the only one to have
    /// a draft, so that these are nobody's; that they stay would cost room and no more.
    fn drop_drafts(&self) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().ends_with(DRAFT) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }

    /// Records a run before its first file is written; `now` names it.
    ///
    /// # Errors
    /// An earlier run was interrupted, or the record cannot be written; then nothing is to be changed.
    pub fn begin(&self, now: &str, changes: &[Change]) -> Result<String, JournalError> {
        let runs = self.runs()?;
        // One that came to its end is in nobody's way, whatever became of its record.
        if let Some(open) = runs.iter().find(|run| run.state == State::Begun) {
            self.understood(open)?;
            return Err(JournalError::Interrupted { id: open.id.clone() });
        }
        let last = runs.iter().map(|run| name_and_number(&run.id)).filter(|(name, _)| *name == now).map(|(_, number)| number).max();
        let id = last.map_or_else(|| now.to_owned(), |number| format!("{now}-{}", number + 1));
        let draft = self.folder.join(format!("{id}{DRAFT}"));
        let written = self.write_draft(&draft, changes).and_then(|()| fs::rename(&draft, self.folder.join(&id)));
        if let Err(source) = written {
            // A disk that is full must not stay so because of what was not used.
            let _ = fs::remove_dir_all(&draft);
            return Err(JournalError::Io { path: draft, step: "write the journal", source });
        }
        Ok(id)
    }

    fn write_draft(&self, draft: &Path, changes: &[Change]) -> io::Result<()> {
        fs::create_dir(draft)?;
        writing(|| {
            changes.par_iter().enumerate().try_for_each(|(number, change)| {
                put(&draft.join(format!("{number}.before")), &change.before)?;
                put(&draft.join(format!("{number}.after")), &change.after)
            })
        })?;
        let record = Record::new(changes.iter().map(|change| encode(self.inside(&change.path))).collect(), changes);
        put(&draft.join("record.json"), &serde_json::to_vec_pretty(&record)?)?;
        put(&draft.join("begun"), b"")
    }

    /// Ends a run; files that were left as they were are nobody's to undo.
    ///
    /// # Errors
    /// The system refuses.
    pub fn done(&self, id: &str, left: &[&Path]) -> Result<(), JournalError> {
        if !left.is_empty() {
            let path = self.folder.join(id).join("left.json");
            let names: Vec<String> = left.iter().map(|path| encode(self.inside(path))).collect();
            put(&path, &serde_json::to_vec_pretty(&names).unwrap_or_default()).map_err(|source| JournalError::Io {
                path,
                step: "write the journal",
                source,
            })?;
        }
        self.set(id, State::Done)
    }

    /// Says how far a run came.
    ///
    /// # Errors
    /// The system refuses.
    pub fn set(&self, id: &str, state: State) -> Result<(), JournalError> {
        let folder = self.folder.join(id);
        let failed = |source| JournalError::Io { path: folder.clone(), step: "write the journal", source };
        let name = |state| match state {
            State::Begun => "begun",
            State::Done => "done",
            State::Undone => "undone",
        };
        let old = [State::Begun, State::Done, State::Undone].into_iter().map(name).find(|old| folder.join(old).exists());
        fs::rename(folder.join(old.unwrap_or("begun")), folder.join(name(state))).map_err(failed)?;
        self.prune();
        Ok(())
    }

    /// Drops the oldest runs; that they stay would harm nobody.
    fn prune(&self) {
        let runs = self.runs().unwrap_or_default();
        for old in runs.iter().rev().skip(KEPT).filter(|run| run.state != State::Begun) {
            let _ = fs::remove_dir_all(self.folder.join(&old.id));
        }
    }

    /// All runs, the oldest first.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn runs(&self) -> Result<Vec<Recorded>, JournalError> {
        let failed = |source| JournalError::Io { path: self.folder.clone(), step: "read the journal", source };
        let mut runs = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(failed)? {
            let id = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
            if !id.ends_with(DRAFT) && self.folder.join(&id).is_dir() {
                runs.push(self.recorded(id));
            }
        }
        runs.sort_by_key(|run| {
            let (time, number) = name_and_number(&run.id);
            (time.to_owned(), number)
        });
        Ok(runs)
    }

    fn recorded(&self, id: String) -> Recorded {
        let folder = self.folder.join(&id);
        let state = match (folder.join("undone").exists(), folder.join("done").exists()) {
            (true, _) => State::Undone,
            (_, true) => State::Done,
            _ => State::Begun,
        };
        let text = fs::read(folder.join("record.json")).map_err(|error| error.to_string());
        let record = match text.and_then(|text| Record::read(&text)) {
            Ok(record) => record,
            Err(reason) => return Recorded { id, state, paths: Vec::new(), damaged: Some(reason), blobs: Vec::new() },
        };
        let left: Vec<String> =
            fs::read(folder.join("left.json")).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
        let all = record.paths.iter().enumerate().filter(|(_, path)| !left.contains(path));
        let (blobs, paths) = all.map(|(number, path)| (record.blobs(number), self.root.join(decode(path)))).unzip();
        Recorded { id, state, paths, damaged: None, blobs }
    }

    /// Refuses a run whose record cannot be understood.
    fn understood(&self, run: &Recorded) -> Result<(), JournalError> {
        let folder = self.folder.join(&run.id);
        match &run.damaged {
            Some(reason) => {
                Err(JournalError::Damaged { path: shown(&folder.join("record.json")), run: shown(&folder), reason: reason.clone() })
            }
            None => Ok(()),
        }
    }

    /// Takes a run back, or completes it: byte for byte in all files, or in none. What it did are the files that were
    /// written; one that already is as it should be is none of them.
    ///
    /// # Errors
    /// The record is damaged; a file is neither old nor new, or cannot be written; or its bytes in the journal are not those that were put there.
    pub fn settle(&self, run: &Recorded, to: State) -> Result<Vec<PathBuf>, JournalError> {
        self.understood(run)?;
        let mut waiting = Vec::new();
        let mut changed = Vec::new();
        for (blobs, path) in run.blobs.iter().zip(&run.paths) {
            let (before, after) = (self.blob(run, blobs, "before")?, self.blob(run, blobs, "after")?);
            let (from, into) = if to == State::Undone { (after, before) } else { (before, after) };
            match fs::read(path) {
                Ok(now) if now == into => {}
                Ok(now) if now == from => waiting.push((path, from, into)),
                _ => changed.push(path.clone()),
            }
        }
        if !changed.is_empty() {
            return Err(JournalError::Changed { paths: changed });
        }
        // All new bytes lie beside their files before the first takes its place.
        writing(|| {
            let ready = waiting.par_iter().map(|(path, from, into)| Ready::new(path, from, into));
            ready.collect::<Result<Vec<Ready>, _>>()?.into_par_iter().try_for_each(Ready::commit)
        })?;
        if run.state == State::Begun {
            run.paths.iter().filter_map(|path| path.parent()).for_each(drop_leftovers);
        }
        self.set(&run.id, to)?;
        Ok(waiting.into_iter().map(|(path, ..)| path.clone()).collect())
    }

    /// The bytes of one side of a file, as they were put there.
    fn blob(&self, run: &Recorded, blobs: &Blobs, side: &str) -> Result<Vec<u8>, JournalError> {
        let folder = self.folder.join(&run.id);
        let path = folder.join(format!("{}.{side}", blobs.number));
        match fs::read(&path) {
            Ok(bytes) if blobs.digests.as_ref().is_none_or(|digests| digests.hold(side, &bytes)) => Ok(bytes),
            Ok(_) => Err(JournalError::Blob { path: shown(&path), run: shown(&folder) }),
            Err(source) => Err(JournalError::Io { path, step: "read the journal", source }),
        }
    }

    /// A path as the journal writes it: below the project's folder where it is.
    fn inside<'p>(&self, path: &'p Path) -> std::borrow::Cow<'p, Path> {
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        match real.strip_prefix(&self.root) {
            Ok(inside) => inside.to_path_buf().into(),
            Err(_) => real.into(),
        }
    }
}

/// Takes away what a run that was killed wrote beside its files. It holds the lock no more, so that nobody needs them.
fn drop_leftovers(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| name.starts_with(TEMPORARY.0) && name.ends_with(TEMPORARY.1)) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// A run's time, and its number among those of the same second.
fn name_and_number(id: &str) -> (&str, usize) {
    let (time, number) = id.split_once('-').unwrap_or((id, "1"));
    (time, number.parse().unwrap_or(0))
}

fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project() -> (tempfile::TempDir, PathBuf, Vec<Change>) {
        let dir = tempfile::tempdir().expect("a folder");
        let root = fs::canonicalize(dir.path()).expect("a path");
        let change = |name: &str| {
            let path = root.join(name);
            fs::write(&path, b"old").expect("a file");
            Change { path, before: b"old".to_vec(), after: b"new\xff".to_vec() }
        };
        let changes = vec![change("a.py"), change("b %25.py")];
        (dir, root, changes)
    }

    #[test]
    fn a_run_that_stopped_halfway_is_finished_or_taken_back() {
        for to in [State::Undone, State::Done] {
            let (_dir, root, changes) = project();
            let journal = Journal::open(&root).expect("opens");
            journal.begin("20270101T000000", &changes).expect("begins");
            fs::write(&changes[0].path, &changes[0].after).expect("a file");
            assert!(matches!(journal.begin("20270101T000001", &changes), Err(JournalError::Interrupted { .. })));
            let run = journal.runs().expect("runs").remove(0);
            assert_eq!(run.state, State::Begun);
            assert_eq!(journal.settle(&run, to).expect("settles").len(), 1);
            for change in &changes {
                let expected = if to == State::Undone { &change.before } else { &change.after };
                assert_eq!(&fs::read(&change.path).expect("a file"), expected);
            }
            assert_eq!(journal.runs().expect("runs")[0].state, to);
        }
    }

    #[test]
    fn a_file_that_is_neither_old_nor_new_stops_all_of_it() {
        let (_dir, root, changes) = project();
        let journal = Journal::open(&root).expect("opens");
        let id = journal.begin("x", &changes).expect("begins");
        changes.iter().for_each(|change| fs::write(&change.path, &change.after).expect("a file"));
        journal.set(&id, State::Done).expect("done");
        fs::write(&changes[1].path, b"theirs").expect("a file");
        let run = journal.runs().expect("runs").remove(0);
        let error = journal.settle(&run, State::Undone).expect_err("refused");
        assert!(matches!(&error, JournalError::Changed { paths } if *paths == [changes[1].path.clone()]));
        assert_eq!(fs::read(&changes[0].path).expect("a file"), changes[0].after);
    }

    #[test]
    fn a_record_without_digests_is_read_as_before() {
        let (_dir, root, changes) = project();
        let journal = Journal::open(&root).expect("opens");
        let id = journal.begin("x", &changes).expect("begins");
        changes.iter().for_each(|change| fs::write(&change.path, &change.after).expect("a file"));
        let old = br#"{ "version": 1, "paths": ["a.py", "b %2525.py"] }"#;
        fs::write(root.join(FOLDER).join("journal").join(id).join("record.json"), old).expect("a file");
        let run = journal.runs().expect("runs").remove(0);
        assert_eq!(journal.settle(&run, State::Undone).expect("settles").len(), 2);
        assert_eq!(fs::read(&changes[1].path).expect("a file"), changes[1].before);
    }

    #[test]
    fn only_one_process_holds_the_journal_and_only_some_runs_are_kept() {
        let (_dir, root, changes) = project();
        let journal = Journal::open(&root).expect("opens");
        assert!(matches!(Journal::open(&root), Err(JournalError::Busy { .. })));
        for _ in 0..KEPT + 5 {
            let id = journal.begin("20270101T000000", &changes).expect("begins");
            journal.set(&id, State::Done).expect("done");
        }
        let runs = journal.runs().expect("runs");
        assert_eq!((runs.len(), runs.last().map(|run| run.id.as_str())), (KEPT, Some("20270101T000000-25")));
    }
}
