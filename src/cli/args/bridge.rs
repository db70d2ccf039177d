//! What `bridge` takes.

use std::path::PathBuf;

use clap::Args;

/// What `bridge` takes.
#[derive(Debug, Args)]
pub struct BridgeArgs {
    /// The release, as pip names it: victor-ai==0.9.5
    #[arg(long, value_name = "RELEASE")]
    pub target: String,
    /// The file, victor_coordinators.py for `import victor_coordinators` [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write over a file that was changed, or that is no bridge
    #[arg(long)]
    pub force: bool,
}
