//! Asks git, and tells what it said.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Runs git in a folder; what it printed.
///
/// # Errors
/// The first line of its complaint.
pub fn git(folder: &Path, args: &[&str]) -> Result<String, String> {
    told(folder, args, "")
}

/// The same with something to read.
///
/// # Errors
/// The first line of its complaint.
pub fn told(folder: &Path, args: &[&str], input: &str) -> Result<String, String> {
    let mut command = Command::new("git");
    command.arg("-C").arg(OsStr::new(folder)).args(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let failed = |error: std::io::Error| format!("git cannot be run: {error}");
    let mut child = command.spawn().map_err(failed)?;
    // Git may not want to read it all.
    let _ = child.stdin.take().map(|mut stdin| stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().map_err(failed)?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(said.lines().next().unwrap_or("git failed").trim_start_matches("fatal: ").to_owned());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The root of the working tree that a folder lies in.
///
/// # Errors
/// There is no git, or no working tree.
pub fn root(folder: &Path) -> Result<PathBuf, String> {
    let root = git(folder, &["rev-parse", "--show-toplevel"])?;
    Ok(PathBuf::from(root.trim_end_matches(['\n', '\r'])))
}
