//! The flags of `rules new`.

use std::path::PathBuf;

use clap::Args;

/// What `rules new` takes.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// A program, or a folder of programs, as it is before the migration; repeat it with its --to for more
    #[arg(long, value_name = "FILE", required = true)]
    pub from: Vec<PathBuf>,
    /// The same after it, written by you; in a folder the files of the same names
    #[arg(long, value_name = "FILE", required = true)]
    pub to: Vec<PathBuf>,
    /// Name of the rule, in kebab-case [default: from what it replaces]
    #[arg(long)]
    pub name: Option<String>,
    /// The folder of the page [default: the configuration's `rules`, else the working folder]
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Write the page although there is one of that name
    #[arg(long)]
    pub force: bool,
    /// A tree in which the draft's hits and near misses are shown [default: the working folder, where it has Python]
    #[arg(long, value_name = "TREE")]
    pub on: Option<PathBuf>,
}
