//! The flags of `surface`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

/// The commands about what releases offer.
#[derive(Debug, Subcommand)]
pub enum SurfaceCommand {
    /// Read the source of a package, and write down what its orchestrator, coordinators and services offer; nothing is imported
    Extract {
        /// A folder that has `victor`, a wheel (.whl) or a source distribution (.tar.gz); of several, the oldest first, each
        /// after the first is written as what differs
        #[arg(value_name = "PATH|WHEEL|SDIST", required = true)]
        packages: Vec<PathBuf>,
        /// Write the manifest to this file [default: standard output]
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// What a release offers [default: the releases that are known]
    Show {
        /// A release such as 0.6.0 or victor-ai==0.6.0, a manifest file, or a package
        #[arg(value_name = "RELEASE|FILE")]
        release: Option<String>,
        /// A class, or a member of the orchestrator; an orchestrator's own where both exist
        #[arg(value_name = "NAME")]
        name: Option<String>,
        /// Form of the answer
        #[arg(long, value_enum, default_value_t = SurfaceFormat::Text)]
        format: SurfaceFormat,
    },
    /// What changed from one release to another
    Diff {
        /// A release, a manifest file, or a package
        #[arg(value_name = "A")]
        old: String,
        /// The same, the later one
        #[arg(value_name = "B")]
        new: String,
        /// Form of the answer
        #[arg(long, value_enum, default_value_t = SurfaceFormat::Text)]
        format: SurfaceFormat,
    },
}

/// The form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SurfaceFormat {
    /// For a person
    Text,
    /// For programs
    Json,
}
