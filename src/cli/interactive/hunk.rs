//! A change as a person sees it, and as a person may rewrite it: the hunks of a diff, with `#` lines that do not count.
//! Texts in, texts out.

use std::path::{Path, PathBuf};

use crate::finding::Edit;
use crate::report::diff::unified;
use crate::scan::Rewritten;

/// One file of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub path: PathBuf,
    pub before: String,
    pub after: String,
}

/// What a person reads at the end of what they edit.
const ADVICE: &str = "\
# Lines that begin with `-` go, lines that begin with `+` come.
# To keep a line, make its `-` a blank; to leave out a line that comes, delete it.
# The lines that begin with a blank, and those that go, must stay what they are in the file.
# Lines that begin with `#` do not count. Without any other line nothing is changed, and you are asked again.
";

/// The hunks of all files, as a diff.
pub(super) fn diff(changes: &[Change]) -> String {
    let mut out = Vec::new();
    for change in changes {
        // A vector takes everything.
        let _ = unified(&change.path, change.before.as_bytes(), change.after.as_bytes(), &mut out);
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The same for a terminal: in colours where they are wanted, and nothing of the code is taken for a command to it.
pub(super) fn shown(changes: &[Change], color: bool) -> String {
    let mut text = String::new();
    for line in diff(changes).lines().filter(|line| !line.starts_with("diff --git ")) {
        let line: String =
            line.chars().flat_map(|c| if c.is_control() && c != '\t' { c.escape_default().collect() } else { vec![c] }).collect();
        let paint = match line.as_bytes().first() {
            Some(b'-') if line.starts_with("--- ") => "1",
            Some(b'+') if line.starts_with("+++ ") => "1",
            Some(b'-') => "31",
            Some(b'+') => "32",
            Some(b'@') => "36",
            _ => "",
        };
        text += &if color && !paint.is_empty() { format!("\u{1b}[{paint}m{line}\u{1b}[m\n") } else { format!("{line}\n") };
    }
    text
}

/// What a person gets to edit.
pub(super) fn to_edit(changes: &[Change]) -> String {
    format!("{}{ADVICE}", diff(changes))
}

/// Reads what a person made of [`to_edit`]: the edits that it means, `None` where there is nothing left.
///
/// # Errors
/// What is wrong, with the line.
pub(super) fn edited(text: &str, changes: &[Change]) -> Result<Option<Rewritten>, String> {
    let mut edits = Rewritten::new();
    let mut files = changes.iter();
    let mut hunk: Option<Hunk<'_>> = None;
    let mut file: Option<&Change> = None;
    let mut any = false;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let wrong = |why: &str| format!("line {}: {why}", number + 1);
        if line.starts_with('#') || line.starts_with("\\ ") {
            continue;
        }
        any |= !line.trim().is_empty();
        if line.starts_with("diff --git ") {
            edits.extend(hunk.take().map(Hunk::close).transpose().map_err(|why| wrong(&why))?.flatten());
            file = files.next();
            continue;
        }
        if hunk.is_none() && (line.starts_with("--- ") || line.starts_with("+++ ")) {
            continue;
        }
        if line.starts_with("@@ ") {
            edits.extend(hunk.take().map(Hunk::close).transpose().map_err(|why| wrong(&why))?.flatten());
            let change = file.ok_or_else(|| wrong("a hunk without its file; leave the lines with `diff` in"))?;
            hunk = Some(Hunk::at(change, line).ok_or_else(|| wrong("the numbers of the hunk are not understood; leave them as they are"))?);
            continue;
        }
        match &mut hunk {
            Some(hunk) => hunk.take(line).map_err(|why| wrong(&why))?,
            None if line.trim().is_empty() => {}
            None => return Err(wrong("belongs to no hunk; leave the lines with `@@` in")),
        }
    }
    edits.extend(hunk.map(Hunk::close).transpose()?.flatten());
    edits.retain(|(path, edit)| changes.iter().any(|change| change.path == *path && change.before[edit.start..edit.end] != edit.text));
    Ok((any && !edits.is_empty()).then_some(edits))
}

/// A hunk while it is read: the lines of the file that it is about, and what becomes of them.
struct Hunk<'c> {
    path: &'c Path,
    before: &'c str,
    start: usize,
    /// The first byte that no line of the hunk was about yet.
    at: usize,
    text: String,
}

impl<'c> Hunk<'c> {
    /// The beginning of a hunk, from `@@ -12,7 +12,9 @@`.
    fn at(change: &'c Change, head: &str) -> Option<Self> {
        let old = head.strip_prefix("@@ -")?.split(' ').next()?;
        let (line, count) = old.split_once(',').unwrap_or((old, "1"));
        let (line, count): (usize, usize) = (line.parse().ok()?, count.parse().ok()?);
        // A hunk that only adds names the line before it.
        let lines = if count == 0 { line } else { line.checked_sub(1)? };
        let start = change.before.split_inclusive('\n').take(lines).map(str::len).sum();
        Some(Hunk { path: &change.path, before: &change.before, start, at: start, text: String::new() })
    }

    fn take(&mut self, line: &str) -> Result<(), String> {
        // An editor may have taken the blank of an empty line away.
        let (sign, rest) = match line.split_at_checked(1) {
            Some((sign @ (" " | "-" | "+"), rest)) => (sign, rest),
            _ if line.trim().is_empty() => (" ", line),
            _ => return Err("begins with none of ` `, `-`, `+`, `#`".to_owned()),
        };
        if sign == "+" {
            self.text += rest;
            return Ok(());
        }
        let old = self.before[self.at..].split_inclusive('\n').next().unwrap_or("");
        let bare = |text: &'_ str| text.trim_end_matches(['\n', '\r']).to_owned();
        if bare(old) != bare(rest) {
            return Err(format!("the file has `{}` there", bare(old).trim()));
        }
        self.at += old.len();
        if sign == " " {
            self.text += old;
        }
        Ok(())
    }

    /// The edit that the hunk means; nothing where it has no lines.
    fn close(self) -> Result<Option<(PathBuf, Edit)>, String> {
        let old = &self.before[self.start..self.at];
        let mut text = self.text;
        // Lines that come end as the lines of the file do.
        if self.before.contains("\r\n") {
            text = text.replace("\r\n", "\n").replace('\n', "\r\n");
        }
        if !old.is_empty() && !old.ends_with('\n') {
            text.truncate(text.trim_end_matches(['\n', '\r']).len());
        }
        Ok((!old.is_empty() || !text.is_empty()).then(|| (self.path.to_path_buf(), Edit { start: self.start, end: self.at, text })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::apply;

    fn change(path: &str, before: &str, after: &str) -> Change {
        Change { path: path.into(), before: before.to_owned(), after: after.to_owned() }
    }

    /// The texts after what a person made of a change.
    fn made(changes: &[Change], edit: impl Fn(String) -> String) -> Result<Option<Vec<String>>, String> {
        let rewritten = edited(&edit(to_edit(changes)), changes)?;
        let of = |rewritten: &Rewritten, change: &Change| {
            let edits: Vec<Edit> = rewritten.iter().filter(|(path, _)| *path == change.path).map(|(_, edit)| edit.clone()).collect();
            apply(&change.before, &edits)
        };
        Ok(rewritten.map(|rewritten| changes.iter().map(|change| of(&rewritten, change)).collect()))
    }

    const BEFORE: &str = "1\n2\n3\n4\nold\n5\n6\n7\n8\n9\n10\n11\n12\nolder\nend";

    #[test]
    fn what_is_left_alone_is_the_change_and_what_is_edited_is_that() {
        let after = BEFORE.replace("old\n", "new\n").replace("older", "newer");
        for (before, after) in [(BEFORE.to_owned(), after.clone()), (BEFORE.replace('\n', "\r\n"), after.replace('\n', "\r\n"))] {
            let changes = [change("a.py", &before, &after), change("b b.py", "x", "y\n")];
            assert_eq!(made(&changes, |text| text), Ok(Some(vec![after.clone(), "y".to_owned()])), "the end of the file stays what it was");
            let mine = made(&changes, |text| text.replace("+new\r\n", "+mine\r\n").replace("+new\n", "+mine\n+two\n"));
            let expected = after.replace("new\r\n", "mine\r\n").replace("new\n", "mine\ntwo\n");
            assert_eq!(mine.expect("understood").expect("something")[0], expected);
        }
    }

    #[test]
    fn a_line_may_be_kept_and_nothing_may_be_left() {
        let changes = [change("a.py", "a\nb\nc\n", "a\nB\nc\n")];
        assert_eq!(
            made(&changes, |text| text.replace("-b", " b").replace("+B\n", "+more\n")),
            Ok(Some(vec!["a\nb\nmore\nc\n".to_owned()]))
        );
        assert_eq!(made(&changes, |text| text.replace("-b", " b").replace("+B\n", "")), Ok(None), "nothing differs");
        assert_eq!(made(&changes, |_| "# nothing\n\n".to_owned()), Ok(None));
    }

    #[test]
    fn what_does_not_fit_is_said_with_its_line() {
        let changes = [change("a.py", "a\nb\nc\n", "a\nB\nc\n")];
        for (from, to, why) in [
            (" a\n", " x\n", "line 5: the file has `a` there"),
            ("-b\n", "-bb\n", "line 6: the file has `b` there"),
            ("+B\n", "B\n", "line 7: begins with none of"),
            ("@@ -1,3", "@@ -x,3", "line 4: the numbers of the hunk"),
            ("@@ -1,3 +1,3 @@\n", "", "line 4: belongs to no hunk"),
        ] {
            let error = made(&changes, |text| text.replace(from, to)).expect_err(from);
            assert!(error.starts_with(why), "{error}");
        }
    }

    #[test]
    fn a_terminal_sees_colours_only_when_they_are_wanted_and_no_commands() {
        let changes = [change("a.py", "a\n", "\u{1b}[2Jb\n")];
        assert_eq!(shown(&changes, false), "--- a/a.py\n+++ b/a.py\n@@ -1,1 +1,1 @@\n-a\n+\\u{1b}[2Jb\n");
        assert!(shown(&changes, true).contains("\u{1b}[32m+\\u{1b}[2Jb\u{1b}[m\n"));
    }
}
