//! What changed since a git reference: the lines of each file that are new or different. Asks git, and reads nothing else.

use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use super::git::{self, git};

/// The lines that a change touches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// By absolute path; no ranges for a file that is wholly new.
    files: HashMap<PathBuf, Vec<RangeInclusive<usize>>>,
    /// What git compares. Of everything else, such as ignored files and other repositories below this one, nobody knows what
    /// is new.
    compared: HashSet<PathBuf>,
}

impl Changes {
    /// What differs between the working tree and the place where it left the history of `reference`. Files that git does
    /// not know yet are new; a renamed one is new where it differs from what it was.
    ///
    /// # Errors
    /// What git said, for a person: no git, no repository, no such reference.
    pub fn since(folder: &Path, reference: &str) -> Result<Self, String> {
        let root = git::root(folder).map_err(|error| format!("--since needs a git repository: {error}"))?;
        let commit = format!("{reference}^{{commit}}");
        let known = git(&root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]);
        let commit = known.map_err(|_| {
            format!("--since {reference}: git knows no such commit, branch or tag; in CI, fetch it first (a shallow clone has no history)")
        })?;
        // Without a common ancestor the reference itself is compared.
        let base = git(&root, &["merge-base", commit.trim(), "HEAD"]).unwrap_or(commit);
        let diff = git(
            &root,
            &[
                "-c",
                "core.quotePath=false",
                "diff",
                "--unified=0",
                "--no-color",
                "--no-ext-diff",
                // Attributes would hide what differs.
                "--text",
                "--no-textconv",
                "--find-renames",
                "--src-prefix=a/",
                "--dst-prefix=b/",
                base.trim(),
                "--",
            ],
        )
        .map_err(|error| format!("--since {reference}: {error}"))?;
        let mut files = parse(&root, &diff);
        let new = git(&root, &["ls-files", "-z", "--others", "--exclude-standard"]).unwrap_or_default();
        files.extend(new.split('\0').filter(|name| !name.is_empty()).map(|name| (root.join(name), vec![1..=usize::MAX])));
        let tracked = git(&root, &["ls-files", "-z"]).map_err(|error| format!("--since {reference}: {error}"))?;
        let compared = tracked.split('\0').filter(|name| !name.is_empty()).map(|name| root.join(name)).collect();
        Ok(Self { files, compared })
    }

    /// Whether a change touches one of these lines, or may do so.
    #[must_use]
    pub fn touch(&self, path: &Path, lines: RangeInclusive<usize>) -> bool {
        let overlaps = |range: &RangeInclusive<usize>| range.start() <= lines.end() && range.end() >= lines.start();
        match self.files.get(path) {
            Some(ranges) => ranges.iter().any(overlaps),
            None => !self.compared.contains(path),
        }
    }
}

/// Reads a diff without context.
fn parse(root: &Path, diff: &str) -> HashMap<PathBuf, Vec<RangeInclusive<usize>>> {
    let mut files: HashMap<PathBuf, Vec<RangeInclusive<usize>>> = HashMap::new();
    let mut current: Option<PathBuf> = None;
    let (mut old, mut new) = (0, 0);
    for line in diff.lines() {
        if old + new > 0 {
            // Inside a hunk a line may look like anything.
            match line.as_bytes().first() {
                Some(b'-') => old -= usize::from(old > 0),
                Some(b'+') => new -= usize::from(new > 0),
                _ => {}
            }
        } else if let Some(name) = line.strip_prefix("+++ ") {
            current = path(name).map(|name| root.join(name));
        } else if let Some(((_, lost), (start, count))) = line.strip_prefix("@@ ").and_then(hunk) {
            (old, new) = (lost, count);
            if let (Some(path), true) = (&current, count > 0) {
                files.entry(path.clone()).or_default().push(start..=start + count - 1);
            }
        }
    }
    files
}

/// `-3,2 +3 @@ …`: start and length on both sides.
fn hunk(text: &str) -> Option<((usize, usize), (usize, usize))> {
    let mut sides = text.split(' ').take(2).map(|side| {
        let (start, count) = side[1..].split_once(',').unwrap_or((&side[1..], "1"));
        Some((start.parse().ok()?, count.parse().ok()?))
    });
    Some((sides.next()??, sides.next()??))
}

/// The name after `b/`, without the quotes that git puts around odd ones.
fn path(name: &str) -> Option<String> {
    let name = name.trim_end_matches('\t');
    let Some(quoted) = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) else {
        return name.strip_prefix("b/").map(str::to_owned);
    };
    let mut plain = String::new();
    let mut rest = quoted.chars();
    while let Some(c) = rest.next() {
        plain.push(match (c, if c == '\\' { rest.next() } else { None }) {
            ('\\', Some('t')) => '\t',
            ('\\', Some('n')) => '\n',
            ('\\', Some(other)) => other,
            (other, _) => other,
        });
    }
    plain.strip_prefix("b/").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_new_lines_of_every_file_are_read() {
        let diff = "diff --git a/x.py b/x.py\n--- a/x.py\n+++ b/x.py\n@@ -1 +1,2 @@ def f():\n-a\n+++ b/trap.py\n+c\n@@ -9,2 +10,0 @@\n-a\n-b\n\
                    diff --git a/my file.py b/my file.py\n--- /dev/null\n+++ b/my file.py\t\n@@ -0,0 +1 @@\n+x\n\
                    diff --git \"a/q\\\"\\t.py\" \"b/q\\\"\\t.py\"\n--- a/q\n+++ \"b/q\\\"\\t.py\"\n@@ -4,0 +5,3 @@\n+x\n+y\n+z\n";
        let compared = ["x.py", "trap.py", "old.py"].map(|name| Path::new("/r").join(name)).into();
        let changes = Changes { files: parse(Path::new("/r"), diff), compared };
        let touch = |name: &str, line: usize| changes.touch(&Path::new("/r").join(name), line..=line);
        assert!(touch("x.py", 1) && touch("x.py", 2) && !touch("x.py", 3) && !touch("x.py", 10));
        assert!(touch("my file.py", 1) && touch("q\"\t.py", 7) && !touch("q\"\t.py", 8) && !touch("trap.py", 1));
        assert!(!touch("old.py", 1) && touch("lib/of another repository.py", 1));
    }
}
