//! Fixed texts on their way to the disk: one by one, or several that need each other.

use std::path::{Path, PathBuf};

use crate::edit::write::{Ready, WriteError, write_atomic};
use crate::report::one_line;
use crate::scan::FileOutcome;

/// Puts one fixed text on disk.
pub(super) fn write_fix(file: &FileOutcome) -> Result<(), String> {
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
pub(super) fn write_joined(files: &[&FileOutcome]) -> Vec<(PathBuf, String)> {
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

/// The bytes of a file that was changed.
pub(super) fn bytes(file: &FileOutcome) -> Result<Option<BeforeAfter>, String> {
    let Some(fixed) = &file.fixed else {
        return Ok(None);
    };
    let encode = |text: &str| file.source.encode(text).map_err(|reason| format!("the fix cannot be written: {reason}"));
    Ok(Some((encode(&file.source.text)?, encode(fixed)?)))
}
