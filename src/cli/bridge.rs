//! `bridge`: writes the module that gives the guide's coordinators to a release of victor-ai.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::Stop;
use super::args::BridgeArgs;
use crate::bridge::{self, MODULE, Seal};
use crate::edit::write::write_atomic;
use crate::report::{one_line, path_text};
use crate::target;

/// Writes the module to a file, or to standard output. A file that somebody changed is written only with `--force`.
pub(super) fn bridge(args: &BridgeArgs, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8, Stop> {
    let capabilities = bridge::of(&release(&args.target)?).map_err(Stop::Message)?;
    let text = bridge::generate(capabilities);
    match args.output.as_deref().filter(|path| *path != Path::new("-")) {
        None => out.write_all(text.as_bytes())?,
        Some(path) => {
            write(path, &text, args.force)?;
            // Standard error is the last resort.
            let shown = one_line(&path_text(path));
            let release = capabilities.release;
            let _ = match path.file_stem().and_then(|stem| stem.to_str()).filter(|_| path.extension().is_some_and(|end| end == "py")) {
                Some(module) => writeln!(err, "{shown}: the coordinators on victor-ai {release}; `import {module}` installs them."),
                None => writeln!(err, "{shown}: the coordinators on victor-ai {release}; Python imports it as a file NAME.py."),
            };
            if path.file_stem().is_none_or(|stem| stem != MODULE) {
                let _ = writeln!(err, "note: `scan` takes only {MODULE}.py for a bridge.");
            }
            for note in capabilities.notes {
                let _ = writeln!(err, "note: victor-ai {}: {note}", capabilities.release);
            }
        }
    }
    Ok(0)
}

/// What `installed` means here; other targets as they are.
fn release(target: &str) -> Result<String, Stop> {
    if target.trim() != "installed" {
        return Ok(target.to_owned());
    }
    let found = target::resolve(Some(("installed", "--target")), &[PathBuf::from(".")]).map_err(Stop::Message)?;
    Ok(found.release.map(|manifest| manifest.release).unwrap_or_default())
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
