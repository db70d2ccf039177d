//! What a shell wants to know of the program: completions and manual pages, made from the same declaration as the help.

use std::io::Write;
use std::path::Path;

use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use super::Stop;
use super::args::Cli;
use crate::report::{one_line, path_text};

/// What the program is called.
const NAME: &str = "victor-migrate";

/// Prints the completions of a shell.
pub(super) fn completions(shell: Shell, out: &mut dyn Write) -> Result<u8, Stop> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut for_people(), NAME, &mut script);
    if shell == Shell::Bash {
        script = with_one_spelling(&String::from_utf8_lossy(&script)).into_bytes();
    }
    out.write_all(&script)?;
    Ok(0)
}

/// The commands that the help lists. Completions would offer the hidden ones too.
fn for_people() -> Command {
    let all = Cli::command();
    let shown = all.get_subcommands().filter(|command| !command.is_hide_set()).cloned();
    Command::new(NAME).version(env!("CARGO_PKG_VERSION")).args(all.get_arguments().cloned()).subcommands(shown)
}

/// The script for bash spells the hyphen of the program's name in two ways: where it says which command was typed, and where
/// it asks for it. With two spellings nothing is completed after a command.
fn with_one_spelling(script: &str) -> String {
    script.replace(&NAME.replace('-', "__subcmd__"), &NAME.replace('-', "__"))
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

#[cfg(test)]
mod tests {
    use super::for_people;

    #[test]
    fn only_commands_that_the_help_lists_are_completed() {
        let mut command = for_people();
        command.build();
        let names: Vec<&str> = command.get_subcommands().map(|command| command.get_name()).collect();
        assert!(names.contains(&"scan") && !names.contains(&"sandbox") && !names.contains(&"runtime"), "{names:?}");
    }
}
