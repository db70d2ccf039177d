//! Fixed texts on their way to the disk: one by one, or several that need each other.

use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::Stop;
use crate::edit::journal::{Change, FOLDER, Journal, JournalError};
use crate::edit::write::{Ready, WriteError, write_atomic, writing};
use crate::report::{one_line, path_text};
use crate::scan::FileOutcome;
use crate::source::root::{place, project};
use crate::source::{Source, shown};

/// Writes all fixed texts, after the journal has them. What was not written, with the reason.
pub(super) fn write_all(paths: &[PathBuf], files: &[FileOutcome]) -> Result<Vec<(PathBuf, String)>, Stop> {
    let mut changes = Vec::new();
    let mut unwritten = Vec::new();
    for file in files {
        match bytes(file) {
            Ok(Some((before, after))) => changes.push(Change { path: file.source.path.clone(), before, after }),
            Ok(None) => {}
            // Those that need each other fail together.
            Err(_) if file.joined => {}
            Err(reason) => unwritten.push((file.source.path.clone(), reason)),
        }
    }
    if changes.is_empty() {
        return Ok(unwritten);
    }
    let failed = |error: JournalError| Stop::Message(format!("{}; nothing was changed", one_line(&error.to_string())));
    let first = paths.first().map_or(Path::new("."), PathBuf::as_path);
    let journal = Journal::open(&project(first)).map_err(failed)?;
    let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let run = journal.begin(&now, &changes).map_err(failed)?;
    let (joined, alone): (Vec<&FileOutcome>, Vec<&FileOutcome>) = files.iter().partition(|file| file.joined);
    unwritten.extend(write_joined(&joined));
    let changed: HashSet<&Path> = changes.iter().map(|change| change.path.as_path()).collect();
    let alone: Vec<&FileOutcome> = alone.into_iter().filter(|file| changed.contains(file.source.path.as_path())).collect();
    unwritten.extend(writing(|| {
        let failed = |file: &&FileOutcome| Some((file.source.path.clone(), write_fix(file).err()?));
        alone.par_iter().filter_map(failed).collect::<Vec<_>>()
    }));
    let done = |error: JournalError| Stop::Message(format!("{}; the files were written", one_line(&error.to_string())));
    let left: Vec<&Path> = unwritten.iter().map(|(path, _)| path.as_path()).collect();
    journal.done(&run, &left).map_err(done)?;
    Ok(unwritten)
}

/// Says where the journal of a run is, when `undo` in the working folder would not take the run back: what was named lies in
/// another project, beside that folder, or is a link to one.
pub(super) fn tell_where(paths: &[PathBuf], err: &mut dyn Write) {
    let Some(first) = paths.first() else { return };
    if !is_here(paths) {
        let folder = one_line(&path_text(&project(first).join(FOLDER)));
        // The files are written; that nobody listens changes nothing.
        let _ = writeln!(err, "The journal of this run is in {folder}; `{}` takes it back.", undo_of(paths));
    }
}

/// The command that takes the fixes of these paths back.
pub(super) fn undo_of(paths: &[PathBuf]) -> String {
    match paths {
        _ if is_here(paths) => "victor-migrate undo".to_owned(),
        [one] => format!("victor-migrate undo {}", one_line(&path_text(one))),
        // What changed may lie in any of them.
        _ => format!("victor-migrate undo {}", one_line(&path_text(&shown(&project(&paths[0]))))),
    }
}

/// Whether `undo` in the working folder asks the journal of these paths, and about all of them.
fn is_here(paths: &[PathBuf]) -> bool {
    let here = place(Path::new("."));
    let first = paths.first().map_or(Path::new("."), PathBuf::as_path);
    let root = project(&here);
    project(first) == root && (here == root || paths.iter().all(|path| place(path).starts_with(&here)))
}

/// Puts one fixed text on disk.
fn write_fix(file: &FileOutcome) -> Result<(), String> {
    match ready(file)? {
        Some(ready) => ready.commit().map_err(|error| reason(&file.source.path, &error)),
        None => Ok(()),
    }
}

fn ready(file: &FileOutcome) -> Result<Option<Ready>, String> {
    let Some((before, after)) = bytes(file)? else { return Ok(None) };
    Ready::new(&file.source.path, &before, &after).map(Some).map_err(|error| reason(&file.source.path, &error))
}

/// What went wrong, without the path, which is named beside it.
fn reason(path: &Path, error: &WriteError) -> String {
    let message = error.to_string();
    message.strip_prefix(&format!("{}: ", path.display())).map_or(message.clone(), str::to_owned)
}

/// Writes files whose new texts need each other: all, or none. What was not written, with the reason.
fn write_joined(files: &[&FileOutcome]) -> Vec<(PathBuf, String)> {
    let mut waiting = Vec::new();
    let mut stopped: Option<(PathBuf, String)> = None;
    for file in files {
        match ready(file) {
            Ok(ready) => waiting.extend(ready.map(|ready| (*file, ready))),
            Err(reason) => stopped = stopped.or(Some((file.source.path.clone(), reason))),
        }
    }
    let mut written: Vec<&FileOutcome> = Vec::new();
    for (file, ready) in if stopped.is_none() { waiting } else { Vec::new() } {
        match ready.commit() {
            Ok(()) => written.push(file),
            Err(error) => {
                stopped = Some((file.source.path.clone(), reason(&file.source.path, &error)));
                break;
            }
        }
    }
    let Some((culprit, reason)) = stopped else { return Vec::new() };
    let mut unwritten: Vec<(PathBuf, String)> = Vec::new();
    for file in files {
        let path = &file.source.path;
        let back = |(before, after): BeforeAfter| write_atomic(path, &after, &before);
        let kept = written.iter().any(|done| done.source.path == *path).then(|| bytes(file).ok().flatten().map(back));
        let why = match kept.flatten() {
            _ if *path == culprit => reason.clone(),
            Some(Err(error)) => format!("was written, and could not be put back ({error}); undo it by hand"),
            _ => format!("left as it is, because its fix needs that of {}", one_line(&culprit.to_string_lossy())),
        };
        unwritten.push((path.clone(), why));
    }
    unwritten
}

/// What is on disk and what is to be.
type BeforeAfter = (Vec<u8>, Vec<u8>);

/// The bytes of a file that was changed; nothing where the file is written with the examples in it.
pub(super) fn bytes(file: &FileOutcome) -> Result<Option<BeforeAfter>, String> {
    let Some(fixed) = file.fixed.as_ref().filter(|_| !file.carried) else {
        return Ok(None);
    };
    let encode = |source: &Source, text: &str| source.encode(text).map_err(|reason| format!("the fix cannot be written: {reason}"));
    let before = file.before.as_deref().unwrap_or(&file.source);
    Ok(Some((encode(before, &before.text)?, encode(&file.source, fixed)?)))
}
