//! `scan --watch`: once, and again whenever something changes that the scan depends on.

mod around;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use notify::event::ModifyKind;
use notify::{Event, EventKind, RecursiveMode, Watcher};

use super::Stop;
use crate::report::{one_line, path_text};
use crate::source::{root, shown};
use around::Around;

/// An editor writes a file in several steps; what comes within this time is one change.
const REST: Duration = Duration::from_millis(100);

/// Runs `once` now and after every change to the files below the paths, and to what says how they are scanned, for ever.
/// `rules` is the folder of rules that was named.
pub(super) fn watch(
    paths: &[PathBuf],
    rules: Option<&Path>,
    err: &mut dyn Write,
    once: &mut dyn FnMut(&mut dyn Write) -> Result<(), Stop>,
) -> Result<u8, Stop> {
    let (sender, changes) = channel();
    // A send fails only when nobody listens any more.
    let failed = |error: notify::Error| Stop::Message(format!("the files cannot be watched: {}", one_line(&error.to_string())));
    let mut watcher = notify::recommended_watcher(move |event| drop(sender.send(event))).map_err(failed)?;
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here } else { paths };
    let mut scanned = Vec::new();
    for path in paths {
        let real = std::fs::canonicalize(path).map_err(|error| unwatched(path, &notify::Error::io(error)))?;
        watcher.watch(&real, RecursiveMode::Recursive).map_err(|error| unwatched(path, &error))?;
        scanned.push(real);
    }
    // What the rest of a project gives to a part of it. Where that cannot be watched, the part is.
    scanned.extend(root::parts_of(paths).into_iter().filter(|root| watcher.watch(root, RecursiveMode::Recursive).is_ok()));
    let mut around = Around::new(scanned, rules);
    loop {
        // What a configuration extends may be another file now.
        for (folder, mode) in around.look(paths) {
            // Where that cannot be watched, the rest is all the same.
            let _ = watcher.watch(&folder, mode);
        }
        once(err)?;
        let _ = writeln!(err, "Watching; Ctrl-C ends it.");
        let changed: Vec<String> = next(&changes, &around)?.iter().map(|path| one_line(&path_text(&shown(path)))).collect();
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
fn next(changes: &Receiver<notify::Result<Event>>, around: &Around) -> Result<BTreeSet<PathBuf>, Stop> {
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
            let moved = matches!(event.kind, EventKind::Modify(ModifyKind::Name(_)));
            // Before a new folder is watched, files may come into it that nobody tells of.
            let folder = |path: &Path| event.kind.is_create() && path.is_dir();
            let counts = |path: &&PathBuf| around.matters(path) || (moved || folder(path)) && around.holds(path);
            changed.extend(event.paths.iter().filter(counts).cloned());
        }
    }
}
