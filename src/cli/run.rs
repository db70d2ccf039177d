//! `run`: one Python file in the sandbox, on a surface; and the hidden command that the sandbox's children are.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process;

use super::Stop;
use super::args::{RunArgs, Surface};
use crate::runtime::bridge::{Face, with_victor};
use crate::runtime::pipe::serve as serve_runtime;
use crate::runtime::sandbox::{Child, Ended, Program, Run, Share, serve};

impl Surface {
    pub(super) fn face(self) -> Face {
        match self {
            Surface::Legacy => Face::Legacy,
            Surface::Coordinator => Face::Coordinator,
            Surface::Both => Face::Both,
        }
    }
}

/// Runs the file and shows what it printed, or the whole record.
///
/// The exit code is 0 when the program came to its end, 1 when it raised, 2 when it was not seen to its end.
pub fn run(args: &RunArgs, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8, Stop> {
    let shown = args.file.display();
    let bytes = std::fs::read(&args.file).map_err(|error| Stop::Message(format!("{shown}: cannot be read: {error}")))?;
    let source = crate::source::Source::decode(&args.file, None, &bytes).map_err(|why| Stop::Message(format!("{shown}: {why}")))?;
    let run = child(args.surface)?.run(&Program::new(source.text));
    if args.record.is_some() {
        let text = serde_json::to_string_pretty(&run).map_err(|error| Stop::Message(error.to_string()))?;
        writeln!(out, "{text}").map_err(Stop::Output)?;
    } else {
        show(&args.file, &run, out, err).map_err(Stop::Output)?;
    }
    match (&run.ended, &run.exception) {
        (Ended::Normally, None) => Ok(0),
        (Ended::Normally, Some(raised)) if is_farewell(&raised.class, &raised.message) => Ok(0),
        (Ended::Normally, Some(_)) => Ok(1),
        (ended, _) => Err(Stop::Message(format!("{shown}: not seen to its end: {ended}"))),
    }
}

/// This program.
pub(super) fn own() -> Result<PathBuf, Stop> {
    std::env::current_exe().map_err(|error| Stop::Message(format!("cannot find this program itself: {error}")))
}

/// A sandbox in which `victor` is a surface: this program again, as its own child.
pub(super) fn child(surface: Surface) -> Result<Child, Stop> {
    let executable = own()?;
    Ok(Child::new(move || {
        let mut command = process::Command::new(&executable);
        command.args(["sandbox", surface.face().word()]);
        command
    }))
}

/// `sys.exit()` and `sys.exit(0)` end a program well.
fn is_farewell(class: &str, message: &str) -> bool {
    class == "SystemExit" && matches!(message, "" | "0" | "None")
}

fn show(file: &Path, run: &Run, out: &mut dyn Write, err: &mut dyn Write) -> std::io::Result<()> {
    write!(out, "{}", run.stdout)?;
    write!(err, "{}", run.stderr)?;
    for warning in &run.warnings {
        writeln!(err, "{}: {}", warning.category, warning.message)?;
    }
    if let Some(raised) = run.exception.as_ref().filter(|raised| !is_farewell(&raised.class, &raised.message)) {
        let line = raised.lines.last().map_or_else(String::new, |line| format!(":{line}"));
        writeln!(err, "{}{line}: {}: {}", file.display(), raised.class, raised.message)?;
    }
    Ok(())
}

/// The child's side.
pub fn sandbox(surface: Surface) -> Result<u8, Stop> {
    serve(&with_victor(surface.face()), Share::default()).map(|()| 0).map_err(Stop::Output)
}

/// The runtime for a program at the other end of the standard streams.
pub fn runtime(surface: Surface) -> u8 {
    serve_runtime(surface.face(), std::io::stdin().lock(), std::io::stdout());
    0
}
