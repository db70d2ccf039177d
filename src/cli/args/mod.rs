//! The command line as clap types. Declares flags; does nothing.

mod bridge;
mod new;
mod scan;
mod surface;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use bridge::BridgeArgs;
pub use new::NewArgs;
#[cfg(feature = "verify")]
pub use scan::Required;
pub use scan::{Color, Given, Interactive, ScanArgs, Selection};
pub use surface::{SurfaceCommand, SurfaceFormat};

use super::output::Target;

/// Moves Python from Victor's legacy AgentOrchestrator to its coordinators, and says what it did not understand.
#[derive(Debug, Parser)]
#[command(name = "victor-migrate", version, arg_required_else_help = true, after_help = EXIT_CODES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 nothing is left to do, 1 open sites are left, 2 the work could not be done.";

const NEW_CODES: &str =
    "Exit codes: 0 the page was written and proven, 1 no page can be drafted from these programs, 2 the work could not be done.";

const GATE_CODES: &str = "Without a threshold, no open site may be left; with a baseline or --since, no new one.\n\
Exit codes: 0 the gate passed, 1 it failed, 2 it could not be judged.";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Find uses of the orchestrator's internals, and fix what can be fixed
    #[command(after_help = EXIT_CODES)]
    Scan(ScanArgs),
    /// Say whether a code base is ready enough: 0 it is, 1 it is not, with the reason
    #[command(after_help = GATE_CODES)]
    Gate(GateArgs),
    /// Write down the open sites that may stay for now, so that the gate fails only on new ones
    Baseline {
        /// Create or update.
        #[command(subcommand)]
        command: BaselineCommand,
    },
    /// Execute every edit that --fix would make, before and after, in the sandbox
    #[cfg(feature = "verify")]
    #[command(after_help = "Exit codes: 0 no edit can be told, 1 one can, 2 the work could not be done.")]
    Verify(VerifyArgs),
    /// Take back the last run of --fix, byte for byte
    Undo(UndoArgs),
    /// Serve an editor: the language server protocol on the standard streams
    #[command(after_help = "Exit codes: 0 the editor took its leave, 1 it went away, 2 what came in was not the protocol.")]
    Lsp(Given),
    /// Run one Python file in the sandbox, with the bundled runtime as `victor`
    #[cfg(feature = "verify")]
    Run(RunArgs),
    /// The sandbox's child process.
    #[cfg(feature = "verify")]
    #[command(hide = true)]
    Sandbox {
        /// What `victor` is.
        surface: Surface,
    },
    /// The runtime, for a Python at the other end of the standard streams.
    #[cfg(feature = "verify")]
    #[command(hide = true)]
    Runtime {
        /// What `victor` is.
        surface: Surface,
    },
    /// Write the Python module that gives the guide's coordinators to a release of victor-ai
    Bridge(BridgeArgs),
    /// What the published releases of victor-ai offer, as their source says
    #[command(name = "surface", after_help = "Exit codes: 0 done, 1 (diff) the releases differ, 2 the work could not be done.")]
    Releases {
        /// Extract, show or compare.
        #[command(subcommand)]
        command: SurfaceCommand,
    },
    /// Print the completions of a shell; its manual says where they go
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write those of all commands
    Man {
        /// The folder for victor-migrate.1 and one page for each command
        #[arg(long, value_name = "DIR")]
        output: Option<PathBuf>,
    },
    /// What is looked for, and what replaces it
    Rules {
        /// List or show.
        #[command(subcommand)]
        command: RulesCommand,
    },
}

/// What `run` takes.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// The file; nothing of your machine is reached from it
    pub file: PathBuf,
    /// What `victor` is: the internals, the coordinators, or both over the same state
    #[arg(long, value_enum, default_value_t = Surface::Legacy)]
    pub surface: Surface,
    /// Print everything that could be seen of the run
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub record: Option<RecordFormat>,
}

/// What `victor` is in the sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Surface {
    /// The internals of the old orchestrator
    Legacy,
    /// The coordinators
    Coordinator,
    /// Both, for half-migrated code
    Both,
}

/// The form of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RecordFormat {
    /// One object
    Json,
}

/// The commands about rules.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// A table of all rules
    List {
        /// Add the rules of this folder; one with the name of a built-in rule replaces it
        #[arg(long, value_name = "DIR")]
        rules: Option<PathBuf>,
    },
    /// Run the samples of rules before and after, and say whether anybody could tell
    #[cfg(feature = "verify")]
    Prove {
        /// Names of rules [default: those of --rules DIR, else all]
        #[arg(value_name = "RULE")]
        names: Vec<String>,
        /// Add the rules of this folder; one with the name of a built-in rule replaces it
        #[arg(long, value_name = "DIR")]
        rules: Option<PathBuf>,
    },
    /// Draft the page of a rule from programs before and after, and prove that it does the one to make the other
    #[command(after_help = NEW_CODES)]
    New(NewArgs),
    /// Try every sample of every page of a folder: validated, reported, noisy or missing
    #[command(after_help = "Exit codes: 0 every sample holds, 1 one does not, 2 a page could not be read.")]
    Test {
        /// The folder [default: the configuration's `rules`, else the built-in pages]
        #[arg(value_name = "DIR")]
        dir: Option<PathBuf>,
        /// Form of the report on standard output
        #[arg(long, value_enum, default_value_t = VerifyFormat::Text)]
        format: VerifyFormat,
    },
    /// The page of one rule
    Show {
        /// Name of the rule, as a finding shows it in brackets
        rule: String,
        /// Add the rules of this folder; one with the name of a built-in rule replaces it
        #[arg(long, value_name = "DIR")]
        rules: Option<PathBuf>,
    },
}

/// What `gate` takes.
#[derive(Debug, Args)]
pub struct GateArgs {
    /// What is scanned.
    #[command(flatten)]
    pub selection: Selection,
    /// Least readiness, in percent
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub min_readiness: Option<u8>,
    /// Most open sites of class manual, those of the baseline included
    #[arg(long, value_name = "N")]
    pub max_manual: Option<usize>,
    /// Most unresolved sites, those of the baseline included
    #[arg(long, value_name = "N")]
    pub max_unresolved: Option<usize>,
    /// Most dynamic sites, whose attribute is known when the program runs, those of the baseline included
    #[arg(long, value_name = "N")]
    pub max_dynamic: Option<usize>,
    /// New open sites of this level, or a heavier one, fail
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub fail_on: Option<FailOn>,
    /// Open sites that this file knows are not new
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Only sites on lines that changed since this commit, branch or tag are new
    #[arg(long, value_name = "GIT-REF")]
    pub since: Option<String>,
    /// Form of the report on standard output
    #[arg(long, value_enum, default_value_t = GateFormat::Text)]
    pub format: GateFormat,
    /// Write a report of all sites to this file too, in FORMAT, else as its name says
    #[arg(long, value_name = "[FORMAT=]FILE", value_parser = parse_target)]
    pub output: Vec<Target>,
}

/// Which new sites fail the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Every one
    Safe,
    /// Those that --fix does not do
    Review,
    /// Those that a person must do
    Manual,
    /// None
    Never,
}

/// The form of the gate's report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum GateFormat {
    /// For a person
    Text,
    /// For programs
    Json,
    /// Annotations of GitHub Actions, and then the text
    Github,
}

/// What both commands about baselines take.
#[derive(Debug, Args)]
pub struct BaselineArgs {
    /// The file [default: the configuration's `baseline`, else victor-migrate-baseline.json]
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Files and folders to scan [default: .]
    #[arg(long, value_name = "PATH")]
    pub path: Vec<PathBuf>,
    /// Rules and configuration.
    #[command(flatten)]
    pub given: Given,
}

/// The commands about baselines.
#[derive(Debug, Subcommand)]
pub enum BaselineCommand {
    /// Write a file with every open site that is due
    Create {
        /// The file and what is scanned.
        #[command(flatten)]
        args: BaselineArgs,
        /// Write it anew; what the old file says of debts that stay is kept
        #[arg(long)]
        force: bool,
        /// Who takes care of the debts
        #[arg(long)]
        owner: Option<String>,
        /// Why they may stay
        #[arg(long)]
        reason: Option<String>,
        /// The last day on which they may stay, such as 2027-06-30
        #[arg(long, value_name = "DATE", value_parser = day)]
        expires: Option<jiff::civil::Date>,
    },
    /// Drop the entries that have no site any more, and follow renamed files
    Update {
        /// The file and what is scanned.
        #[command(flatten)]
        args: BaselineArgs,
    },
}

/// What `verify` takes.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// What is scanned.
    #[command(flatten)]
    pub selection: Selection,
    /// Also the edits that --unsafe-fixes would make
    #[arg(long)]
    pub unsafe_fixes: bool,
    /// Run your code in this Python, with the libraries installed there, on a copy of the project; it can do there what your
    /// code can do
    #[arg(long, value_name = "PYTHON")]
    pub python: Option<PathBuf>,
    /// Also run your tests with this command, on copies of the project before and after
    #[arg(long, value_name = "COMMAND")]
    pub tests: Option<String>,
    /// Seconds that one run of the tests may take
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    pub timeout: u64,
    /// Form of the report on standard output
    #[arg(long, value_enum, default_value_t = VerifyFormat::Text)]
    pub format: VerifyFormat,
}

/// The form of the verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum VerifyFormat {
    /// For a person
    Text,
    /// For programs
    Json,
}

/// What `undo` takes.
#[derive(Debug, Args)]
pub struct UndoArgs {
    /// The file or folder; of the runs over its project, those that changed something in it [default: .]
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,
    /// Show the runs that are recorded
    #[arg(long)]
    pub list: bool,
    /// This run, as --list names it [default: the last one]
    #[arg(long, value_name = "RUN")]
    pub run: Option<String>,
    /// Complete a run that was interrupted, instead of taking it back
    #[arg(long)]
    pub finish: bool,
}

/// `80`, or `80%`.
fn percent(text: &str) -> Result<u8, String> {
    let number = text.trim().strip_suffix('%').unwrap_or(text).trim().parse().ok();
    number.filter(|number| *number <= 100).ok_or_else(|| "write a whole number from 0 to 100".to_owned())
}

/// `2027-06-30`.
fn day(text: &str) -> Result<jiff::civil::Date, String> {
    text.trim().parse().map_err(|_| "write a day as year, month and day: 2027-06-30".to_owned())
}

fn parse_target(text: &str) -> Result<Target, String> {
    Target::parse(OsString::from(text))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_declaration_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
