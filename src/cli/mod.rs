//! The command line: reads arguments, runs a command, says how it ended. No logic of its own.

pub mod args;
mod baseline;
mod bridge;
#[cfg(feature = "verify")]
mod children;
mod commits;
mod debts;
mod draft;
mod gate;
mod interactive;
mod lsp;
pub mod output;
mod patch;
mod progress;
#[cfg(feature = "verify")]
mod prove;
mod rules;
#[cfg(feature = "verify")]
mod run;
mod scan;
mod setup;
mod shell;
#[cfg(feature = "verify")]
mod suite;
mod surface;
mod trials;
mod undo;
#[cfg(feature = "verify")]
mod verify;
mod watch;
mod write;

use std::ffi::OsString;
use std::io::{self, ErrorKind, IsTerminal, Write};

use clap::Parser;

use args::{Cli, Command, RulesCommand};

/// What is known about the two streams.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terminal {
    /// Colours may go to standard output.
    pub color_out: bool,
    /// Colours may go to standard error.
    pub color_err: bool,
    /// Somebody watches standard error.
    pub watched: bool,
}

impl Terminal {
    /// The process's own streams; `NO_COLOR` and a dumb terminal turn colours off.
    pub fn detect() -> Self {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let color = !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        let (out, err) = (io::stdout().is_terminal(), io::stderr().is_terminal());
        Terminal { color_out: color && out, color_err: color && err, watched: err }
    }
}

/// Why a command ended early.
#[derive(Debug)]
enum Stop {
    /// For the user, without `error: `; several lines are several errors.
    Message(String),
    /// The payload could not be written.
    Output(io::Error),
}

#[cfg(feature = "verify")]
impl Stop {
    /// The same, for somebody else.
    fn again(&mut self) -> Self {
        Stop::Message(match self {
            Stop::Message(message) => message.clone(),
            Stop::Output(error) => error.to_string(),
        })
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Stop::Output(error)
    }
}

/// The exit code where the reader of standard output went away, as shells count SIGPIPE: no gate passes by it.
const GONE: u8 = 141;

/// Runs the program on streams that are no terminal; `args` begins with the program's name. Returns the exit code.
pub fn run(args: impl Iterator<Item = OsString>, out: &mut dyn Write, err: &mut dyn Write) -> u8 {
    run_on(Terminal::default(), args, out, err)
}

/// Runs the program; the payload goes to `out`, everything else to `err`. Returns the exit code.
pub fn run_on(terminal: Terminal, args: impl Iterator<Item = OsString>, out: &mut dyn Write, err: &mut dyn Write) -> u8 {
    let ended = match Cli::try_parse_from(args) {
        Ok(cli) => command(&cli, terminal, out, err),
        Err(usage) => return explain(&usage, terminal, out, err),
    };
    let ended = ended.and_then(|code| out.flush().map(|()| code).map_err(Stop::Output));
    match ended {
        Ok(code) => code,
        // The reader has seen enough, but nobody knows what else there was to say: as one whom the signal ends.
        Err(Stop::Output(error)) if error.kind() == ErrorKind::BrokenPipe => GONE,
        Err(Stop::Output(error)) => {
            complain(err, &format!("standard output: cannot write: {error}"));
            2
        }
        Err(Stop::Message(message)) => {
            message.lines().for_each(|line| complain(err, line));
            2
        }
    }
}

fn command(cli: &Cli, terminal: Terminal, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8, Stop> {
    match &cli.command {
        Command::Scan(args) => scan::scan(args, terminal, out, err),
        #[cfg(feature = "verify")]
        Command::Verify(args) => verify::verify(args, terminal, out, err),
        Command::Releases { command } => surface::surface(command, out, err),
        Command::Undo(args) => undo::undo(args, out),
        Command::Bridge(args) => bridge::bridge(args, out, err),
        Command::Lsp(given) => lsp::lsp(given),
        Command::Completions { shell } => shell::completions(*shell, out),
        Command::Man { output } => shell::man(output.as_deref(), out),
        Command::Gate(args) => gate::gate(args, terminal, out, err),
        Command::Baseline { command } => baseline::baseline(command, terminal, out, err),
        #[cfg(feature = "verify")]
        Command::Run(args) => run::run(args, out, err),
        #[cfg(feature = "verify")]
        Command::Sandbox { surface } => run::sandbox(*surface),
        #[cfg(feature = "verify")]
        Command::Runtime { surface } => Ok(run::runtime(*surface)),
        Command::Rules { command: RulesCommand::List { rules } } => rules::list(&rules::load(rules.as_deref())?, out).map(|()| 0),
        #[cfg(feature = "verify")]
        Command::Rules { command: RulesCommand::Prove { names, rules } } => {
            prove::prove(&rules::load(rules.as_deref())?, names, terminal, out)
        }
        Command::Rules { command: RulesCommand::New(args) } => draft::new(args, terminal, out, err),
        Command::Rules { command: RulesCommand::Test { dir, format } } => trials::test(dir.as_deref(), *format, out),
        Command::Rules { command: RulesCommand::Show { rule, rules } } => {
            rules::show(&rules::load(rules.as_deref())?, rule, out).map(|()| 0)
        }
    }
}

/// Help and version are a payload; a wrong command line is not.
fn explain<'a>(usage: &clap::Error, terminal: Terminal, out: &'a mut dyn Write, err: &'a mut dyn Write) -> u8 {
    let text = usage.render();
    let (stream, color) = if usage.use_stderr() { (err, terminal.color_err) } else { (out, terminal.color_out) };
    // Nobody is left to tell when this fails.
    let _ = if color { write!(stream, "{}", text.ansi()) } else { write!(stream, "{text}") };
    let _ = stream.flush();
    u8::try_from(usage.exit_code()).unwrap_or(2)
}

/// Standard error is the last resort, so that its own failure is not reported.
fn complain(err: &mut dyn Write, message: &str) {
    let _ = writeln!(err, "error: {message}");
}

#[cfg(test)]
mod tests;
