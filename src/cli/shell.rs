//! What a shell wants to know of the program: completions and manual pages, made from the same declaration as the help.

use std::io::Write;
use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;

use super::Stop;
use super::args::Cli;
use crate::report::{one_line, path_text};

/// Prints the completions of a shell.
pub(super) fn completions(shell: Shell, out: &mut dyn Write) -> Result<u8, Stop> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "victor-migrate", &mut script);
    out.write_all(&script)?;
    Ok(0)
}

/// Prints the manual page of the program, or writes those of all commands into a folder.
pub(super) fn man(folder: Option<&Path>, out: &mut dyn Write) -> Result<u8, Stop> {
    let Some(folder) = folder else {
        Man::new(Cli::command()).render(out)?;
        return Ok(0);
    };
    let shown = one_line(&path_text(folder));
    let failed = |error: std::io::Error| Stop::Message(format!("{shown}: the manual pages cannot be written: {error}"));
    std::fs::create_dir_all(folder).map_err(failed)?;
    clap_mangen::generate_to(Cli::command(), folder).map_err(failed)?;
    writeln!(out, "The manual pages are in {shown}.")?;
    Ok(0)
}
