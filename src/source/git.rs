//! Asks git, and tells what it said.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The lines of a complaint that are kept, the last ones: there git says what it comes to.
const MOST: usize = 20;

/// What is under way in a working tree by the file or folder that git keeps as long, with the command that goes on with it.
const UNDER_WAY: [(&str, &str); 7] = [
    ("rebase-apply/applying", "am"),
    ("rebase-apply", "rebase"),
    ("rebase-merge", "rebase"),
    ("MERGE_HEAD", "merge"),
    ("CHERRY_PICK_HEAD", "cherry-pick"),
    ("REVERT_HEAD", "revert"),
    ("sequencer", "cherry-pick"),
];

/// Runs git in a folder; what it printed.
///
/// # Errors
/// The first line of its complaint.
pub fn git(folder: &Path, args: &[&str]) -> Result<String, String> {
    told(folder, args, "").map_err(|said| said.lines().next().unwrap_or_default().trim_start_matches("fatal: ").to_owned())
}

/// The same with something to read.
///
/// # Errors
/// Its complaint and that of its hooks, of a long one the end.
pub fn told(folder: &Path, args: &[&str], input: &str) -> Result<String, String> {
    let mut command = Command::new("git");
    command.arg("-C").arg(OsStr::new(folder)).args(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let failed = |error: std::io::Error| format!("git cannot be run: {error}");
    let mut child = command.spawn().map_err(failed)?;
    // Git may not want to read it all.
    let _ = child.stdin.take().map(|mut stdin| stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().map_err(failed)?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(printed);
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    Err(end_of(if complaint.trim().is_empty() { &printed } else { &complaint }))
}

/// The last lines of what git said.
fn end_of(said: &str) -> String {
    let lines: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).collect();
    let before = lines.len().saturating_sub(MOST);
    let more = (before > 0).then(|| format!("({before} lines before these)"));
    let kept: Vec<String> = more.into_iter().chain(lines[before..].iter().map(|line| (*line).to_owned())).collect();
    if kept.is_empty() { "git failed and did not say why".to_owned() } else { kept.join("\n") }
}

/// The command that goes on with what is under way in a working tree, such as `merge`: the next commit there would be its.
#[must_use]
pub fn under_way(folder: &Path) -> Option<&'static str> {
    let own = PathBuf::from(git(folder, &["rev-parse", "--absolute-git-dir"]).ok()?.trim_end_matches(['\n', '\r']));
    UNDER_WAY.iter().find(|(mark, _)| own.join(mark).exists()).map(|(_, command)| *command)
}

/// The root of the working tree that a folder lies in.
///
/// # Errors
/// There is no git, or no working tree.
pub fn root(folder: &Path) -> Result<PathBuf, String> {
    let root = git(folder, &["rev-parse", "--show-toplevel"])?;
    Ok(PathBuf::from(root.trim_end_matches(['\n', '\r'])))
}

#[cfg(test)]
mod tests {
    use super::{MOST, end_of};

    #[test]
    fn of_a_long_complaint_the_end_is_kept() {
        assert_eq!(end_of("error: a\n\nfatal: b\n"), "error: a\nfatal: b");
        let long = end_of(&(0..MOST + 5).map(|number| format!("{number}\n")).collect::<String>());
        assert!(long.starts_with("(5 lines before these)\n5\n") && long.ends_with(&format!("\n{}", MOST + 4)), "{long}");
        assert!(!end_of("\n").is_empty());
    }
}
