//! The flags of `scan`, and those that every command has which scans.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::parse_target;
use crate::cli::output::Target;
use crate::readiness::breakdown::By;
use crate::report::{Format, one_line, path_text};

/// What is scanned, and by which rules.
#[derive(Debug, Args)]
pub struct Selection {
    /// Files and folders to scan [default: .]; for `scan`, `-` reads one file from standard input
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Only these rules, by name or number of the Example (11: common patterns, 0: the rest)
    #[arg(long, value_name = "RULE|N", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Not these rules, by name or number of the Example
    #[arg(long, value_name = "RULE|N", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Rules and configuration.
    #[command(flatten)]
    pub given: Given,
}

impl Selection {
    /// As a person writes it behind a command that scans, each word with a space before it.
    #[must_use]
    pub fn spelled(&self) -> String {
        let path = |path: &PathBuf| path_text(path);
        let given = &self.given;
        let paths = self.paths.iter().map(path);
        let flags = [("--select", self.select.join(",")), ("--ignore", self.ignore.join(","))].into_iter();
        let flags = flags.chain([("--rules", given.rules.as_ref().map_or_else(String::new, path))]);
        let flags = flags.chain([("--target", given.target.clone().unwrap_or_default())]);
        let flags = flags.filter(|(_, value)| !value.is_empty()).chain(given.config.iter().map(|one| ("--config", one.clone())));
        let isolated = given.isolated.then(|| "--isolated".to_owned());
        let words = paths.chain(flags.flat_map(|(flag, value)| [flag.to_owned(), value])).chain(isolated);
        words.map(|word| format!(" {}", quoted(&one_line(&word)))).collect()
    }
}

/// A word as a shell takes it whole.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./=,:@+%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// Where rules and settings come from.
#[derive(Debug, Default, Args)]
pub struct Given {
    /// Add the rules of this folder; one with the name of a built-in rule replaces it
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
    /// Set a key of the configuration for this run, such as gate.min-readiness=80
    #[arg(long, value_name = "KEY=VALUE")]
    pub config: Vec<String>,
    /// Remember nothing of earlier runs, and nothing for later ones
    #[arg(long)]
    pub no_cache: bool,
    /// What the code is to run with: guide, a release (victor-ai==0.9.5), installed, a manifest or a package [default: what the
    /// project's environment, lock file or dependencies say, else guide]
    #[arg(long, visible_alias = "to", value_name = "TARGET")]
    pub target: Option<String>,
    /// Read no configuration file
    #[arg(long)]
    pub isolated: bool,
}

/// What `scan` takes.
#[derive(Debug, Args)]
pub struct ScanArgs {
    /// What is scanned.
    #[command(flatten)]
    pub selection: Selection,
    /// Write the fixes that change nothing anybody can tell
    #[arg(long)]
    pub fix: bool,
    /// With --fix or --diff: also the fixes whose behaviour may differ in the way the finding states
    #[arg(long)]
    pub unsafe_fixes: bool,
    /// Also rewrite compatible calls into their newer spelling
    #[arg(long)]
    pub modernize: bool,
    /// Also the Python examples in Markdown, reStructuredText and docstrings; notebooks are scanned anyway
    #[arg(long)]
    pub docs: bool,
    /// Execute every edit in the sandbox first, and make none that can be told in a way that its rule does not declare
    #[cfg(feature = "verify")]
    #[arg(long)]
    pub verify: bool,
    /// With --fix or --diff: make only edits with this verdict (implies --verify)
    #[cfg(feature = "verify")]
    #[arg(long, value_enum, value_name = "VERDICT")]
    pub require: Option<Required>,
    /// With --verify: in this Python of yours instead, see `verify --help` (implies --verify)
    #[cfg(feature = "verify")]
    #[arg(long, value_name = "PYTHON")]
    pub python: Option<PathBuf>,
    /// Only what changed since this release, for code that was written for it; --to says the later one
    #[arg(long, value_name = "RELEASE")]
    pub from: Option<String>,
    /// With --fix: show every fix and ask; `=restart` forgets what was answered in earlier runs
    #[arg(
        short, long, value_enum, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "resume",
        requires = "fix", conflicts_with_all = ["diff", "commit_per_rule", "watch", "add_ignores", "remove_unused_ignores", "stdin_filename"]
    )]
    pub interactive: Option<Interactive>,
    /// Print what --fix would write as a diff, and write nothing
    #[arg(long)]
    pub diff: bool,
    /// Form of the report on standard output [default: text]
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Write the report to this file too, in FORMAT, else in that of --format, else as its name says
    #[arg(long, value_name = "[FORMAT=]FILE", value_parser = parse_target)]
    pub output: Vec<Target>,
    /// For the trend in html: an earlier report of `scan --format json`; oldest first
    #[arg(long, value_name = "FILE")]
    pub earlier: Vec<PathBuf>,
    /// Show why each receiver is taken for an orchestrator, and ready and suppressed sites too
    #[arg(long)]
    pub explain: bool,
    /// What the table of sites is by
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = By::Example)]
    pub by: By,
    /// Write `# victor-migrate: ignore[…] REASON` to every site that is due; with --diff show it
    #[arg(long, value_name = "REASON")]
    pub add_ignores: Option<String>,
    /// Take out the comments that keep nothing quiet; with --diff show it
    #[arg(long)]
    pub remove_unused_ignores: bool,
    /// Only how many open sites each rule has
    #[arg(long, conflicts_with_all = ["format", "diff", "explain", "by"])]
    pub statistics: bool,
    /// With --fix: one commit for each rule, in a git tree without changes
    #[arg(long, requires = "fix", conflicts_with_all = ["diff", "add_ignores", "remove_unused_ignores"])]
    pub commit_per_rule: bool,
    /// Scan again whenever a file changes, or what says how it is scanned, until Ctrl-C
    #[arg(long, conflicts_with_all = ["fix", "diff", "add_ignores", "remove_unused_ignores", "show_settings", "stdin_filename", "commit_per_rule"])]
    pub watch: bool,
    /// Findings without the account; twice, nothing but errors
    #[arg(short, long, action = clap::ArgAction::Count)]
    pub quiet: u8,
    /// Also say what was read, what was looked into, and how long it took
    #[arg(short, long, conflicts_with = "quiet")]
    pub verbose: bool,
    /// End with 0 although open sites are left
    #[arg(long)]
    pub exit_zero: bool,
    /// When to use colours
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    pub color: Color,
    /// Print the configuration with the place of every value, and do nothing else
    #[arg(long)]
    pub show_settings: bool,
    /// Name of the file that standard input holds
    #[arg(long, value_name = "FILE")]
    pub stdin_filename: Option<PathBuf>,
}

/// The verdict that an edit needs.
#[cfg(feature = "verify")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Required {
    /// It was executed, and cannot be told but in the way that its rule declares
    Verified,
}

/// What becomes of answers of earlier runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Interactive {
    /// They hold; only what was not answered is asked
    Resume,
    /// They are forgotten
    Restart,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Also into files and pipes
    Always,
    /// Not at all
    Never,
}
