//! `scan --watch`: once, and again whenever a Python file, a document or the configuration changes.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use notify::{Event, RecursiveMode, Watcher};

use super::Stop;
use crate::report::{one_line, path_text};
use crate::settings;
use crate::source::{Form, shown};

/// An editor writes a file in several steps; what comes within this time is one change.
const REST: Duration = Duration::from_millis(100);

/// Runs `once` now and after every change below the paths, for ever.
pub(super) fn watch(paths: &[PathBuf], err: &mut dyn Write, once: &mut dyn FnMut(&mut dyn Write) -> Result<(), Stop>) -> Result<u8, Stop> {
    let (sender, changes) = channel();
    // A send fails only when nobody listens any more.
    let failed = |error: notify::Error| Stop::Message(format!("the files cannot be watched: {}", one_line(&error.to_string())));
    let mut watcher = notify::recommended_watcher(move |event| drop(sender.send(event))).map_err(failed)?;
    let here = [PathBuf::from(".")];
    for path in if paths.is_empty() { &here } else { paths } {
        watcher.watch(path, RecursiveMode::Recursive).map_err(|error| unwatched(path, &error))?;
    }
    loop {
        once(err)?;
        let _ = writeln!(err, "Watching; Ctrl-C ends it.");
        let changed: Vec<String> = next(&changes)?.iter().map(|path| one_line(&path_text(&shown(path)))).collect();
        let _ = writeln!(err, "\n--- changed: {}", changed.join(", "));
    }
}

fn unwatched(path: &Path, error: &notify::Error) -> Stop {
    let why = match &error.kind {
        notify::ErrorKind::PathNotFound => "no such file or folder".to_owned(),
        notify::ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        _ => format!("cannot be watched: {}", one_line(&error.to_string())),
    };
    Stop::Message(format!("{}: {why}", one_line(&path_text(path))))
}

/// Waits for a change, and then until it is over.
fn next(changes: &Receiver<notify::Result<Event>>) -> Result<BTreeSet<PathBuf>, Stop> {
    let gone = || Stop::Message("the files cannot be watched any more".to_owned());
    let mut changed = BTreeSet::new();
    loop {
        let event = match changed.is_empty() {
            true => changes.recv().map_err(|_| gone())?,
            false => match changes.recv_timeout(REST) {
                Ok(event) => event,
                Err(RecvTimeoutError::Timeout) => return Ok(changed),
                Err(RecvTimeoutError::Disconnected) => return Err(gone()),
            },
        };
        // What cannot be told is left out; the next change shows it.
        if let Ok(event) = event.as_ref()
            && !event.kind.is_access()
        {
            changed.extend(event.paths.iter().filter(|path| matters(path)).cloned());
        }
    }
}

fn matters(path: &Path) -> bool {
    let ours = path.file_name().and_then(|name| name.to_str()).is_some_and(|name| settings::FILES.contains(&name));
    ours || Form::of(path).is_some() || path.extension().is_some_and(|ending| ending == "py" || ending == "pyi")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::matters;

    #[test]
    fn only_what_can_change_a_scan_starts_one() {
        assert!(matters(Path::new("a/b.py")) && matters(Path::new("b.pyi")) && matters(Path::new("x/pyproject.toml")));
        assert!(!matters(Path::new("a/b.pyc")) && !matters(Path::new("notes.toml")) && !matters(Path::new("a/.b.py.swp")));
    }
}
