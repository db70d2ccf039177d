//! `bridge`: writes the module that gives the guide's coordinators to a release of victor-ai.

use std::io::{ErrorKind, Write};
use std::path::Path;

use super::Stop;
use super::args::BridgeArgs;
use crate::bridge::{self, MODULE, Seal};
use crate::edit::write::write_atomic;
use crate::report::{one_line, path_text};

/// Writes the module to a file, or to standard output. A file that somebody changed is written only with `--force`.
pub(super) fn bridge(args: &BridgeArgs, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8, Stop> {
    let capabilities = bridge::of(&args.target).map_err(Stop::Message)?;
    let text = bridge::generate(capabilities);
    match args.output.as_deref().filter(|path| *path != Path::new("-")) {
        None => out.write_all(text.as_bytes())?,
        Some(path) => {
            write(path, &text, args.force)?;
            // Standard error is the last resort.
            let shown = one_line(&path_text(path));
            let _ = writeln!(err, "{shown}: the coordinators on victor-ai {}; `import {MODULE}` installs them.", capabilities.release);
            for note in capabilities.notes {
                let _ = writeln!(err, "note: victor-ai {}: {note}", capabilities.release);
            }
        }
    }
    Ok(0)
}

fn write(path: &Path, text: &str, force: bool) -> Result<(), Stop> {
    let shown = one_line(&path_text(path));
    let failed = |error: &dyn std::fmt::Display| Stop::Message(format!("{shown}: cannot be written: {error}"));
    let before = match std::fs::read(path) {
        Ok(before) => before,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return std::fs::write(path, text).map_err(|error| failed(&error));
        }
        Err(error) => return Err(Stop::Message(format!("{shown}: cannot be read: {error}"))),
    };
    if !force && Seal::of(&String::from_utf8_lossy(&before)) == Seal::Broken {
        let what = "is no bridge, or was changed since it was written";
        return Err(Stop::Message(format!("{shown}: {what}; --force writes it anew, another -o keeps it")));
    }
    write_atomic(path, &before, text.as_bytes()).map_err(|error| Stop::Message(error.to_string()))
}
