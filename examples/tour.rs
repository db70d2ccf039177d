//! The main job on the bundled project, as somebody would type it: findings, the diff of `--fix`, the checklist.
//! Writes nothing.

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

const STEPS: [&[&str]; 3] = [&[], &["--diff"], &["--format", "markdown"]];

fn main() -> ExitCode {
    let project = "fixtures/shop/before";
    let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
    for flags in STEPS {
        let words = ["victor-migrate", "scan"].iter().chain(flags).copied().chain([project]);
        let typed = words.clone().collect::<Vec<_>>().join(" ");
        if writeln!(out, "\n$ {typed}\n").is_err() {
            return ExitCode::SUCCESS;
        }
        // The project has open sites, so 1 is the right answer; 2 is trouble.
        if victor_migrate::cli::run(words.map(OsString::from), &mut out, &mut err) == 2 {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
