//! `undo`: takes back the last run of `--fix`, byte for byte, or completes one that was interrupted.

use std::io::Write;
use std::path::Path;

use super::Stop;
use super::args::UndoArgs;
use crate::edit::journal::{Journal, JournalError, Recorded, State};
use crate::report::{count, one_line, path_text};
use crate::source::root::{place, project};
use crate::source::shown;

/// Runs the command.
pub(super) fn undo(args: &UndoArgs, out: &mut dyn Write) -> Result<u8, Stop> {
    let path = args.path.as_deref().unwrap_or(Path::new("."));
    // The project of a path that is not there would be that of the working folder, which nobody named.
    if let Err(error) = std::fs::metadata(path) {
        return Err(Stop::Message(format!("{}: {}", one_line(&path_text(path)), unusable(&error))));
    }
    let root = project(path);
    if !root.join(crate::edit::journal::FOLDER).is_dir() {
        return Err(failed(&JournalError::Nothing { path: shown(&root) }));
    }
    let journal = Journal::open(&root).map_err(|error| failed(&error))?;
    let mut runs = journal.runs().map_err(|error| failed(&error))?;
    let others = runs.len();
    let below = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    // Runs over several folders may have changed files outside of the project whose journal they are in.
    if args.run.is_none() && below != root {
        runs.retain(|run| touches(run, &below));
    }
    let others = others - runs.len();
    if args.list {
        for run in &runs {
            let what = if run.damaged.is_some() { "its record is damaged".to_owned() } else { count(run.paths.len(), "file") };
            writeln!(out, "{}  {:7}  {what}", run.id, word(run))?;
        }
        if runs.is_empty() && others == 0 {
            writeln!(out, "No run is recorded.")?;
        }
        if others > 0 {
            let of_all = one_line(&path_text(&shown(&root)));
            writeln!(out, "{} changed nothing here; `victor-migrate undo --list {of_all}` shows them.", count(others, "run"))?;
        }
        return Ok(0);
    }
    let wanted = |run: &&Recorded| match &args.run {
        Some(id) => run.id == *id,
        None if args.finish => run.state == State::Begun,
        // A run that could write nothing is none to take back.
        None => run.state != State::Undone && (run.damaged.is_some() || !run.paths.is_empty()),
    };
    let nothing = || match &args.run {
        Some(id) => Stop::Message(format!("there is no run {}; `victor-migrate undo --list` shows them", one_line(id))),
        None if others > 0 => Stop::Message(format!(
            "{}: there is no run to undo that changed a file here; `victor-migrate undo {}` takes back the last one of the project",
            one_line(&path_text(path)),
            one_line(&path_text(&shown(&root)))
        )),
        None => failed(&JournalError::Nothing { path: shown(&root) }),
    };
    let run = runs.iter().rev().find(wanted).ok_or_else(nothing)?;
    if run.state == State::Undone {
        return Err(Stop::Message(format!("the run {} is undone already", run.id)));
    }
    let to = if args.finish { State::Done } else { State::Undone };
    let written = journal.settle(run, to).map_err(|error| failed(&error))?;
    let done = if args.finish { "finished" } else { "undone" };
    let already = match run.paths.len() - written.len() {
        0 => String::new(),
        number => format!("; {} already as {} should be", count(number, "file"), if number == 1 { "it" } else { "they" }),
    };
    writeln!(out, "Run {} {done}: {} written{already}.", run.id, count(written.len(), "file"))?;
    for path in &written {
        writeln!(out, "  {}", one_line(&path_text(&shown(path))))?;
    }
    Ok(0)
}

/// Whether a run changed a file at or below a place. Of a damaged record nobody can say that it did not.
fn touches(run: &Recorded, below: &Path) -> bool {
    run.damaged.is_some() || run.paths.iter().any(|path| place(path).starts_with(below))
}

fn word(run: &Recorded) -> &'static str {
    match run.state {
        State::Begun => "stopped",
        State::Done => "done",
        State::Undone => "undone",
    }
}

fn unusable(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        _ => format!("cannot be read: {}", one_line(&error.to_string())),
    }
}

fn failed(error: &JournalError) -> Stop {
    Stop::Message(one_line(&error.to_string()))
}
