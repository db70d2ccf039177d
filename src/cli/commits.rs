//! `scan --fix --commit-per-rule`: the fixes of each rule as a commit of their own, with the rule's page to read in the log.

mod together;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::Stop;
use super::scan::Run;
use super::write::{bytes, undo_of};
use crate::report::{count, one_line, path_text};
use crate::rule::Page;
use crate::scan::{FileOutcome, Outcome};
use crate::source::git;
use crate::source::root::marked;

/// A rule may find work in what others wrote, but not for ever.
const PASSES: usize = 4;

/// Fixes and commits rule by rule; the files of every commit, in their order. A commit is a run of its own in the journal.
pub(super) fn commit(run: &Run<'_>, out: &mut dyn Write, err: &mut dyn Write) -> Result<Vec<Vec<FileOutcome>>, Stop> {
    let folder = marked(&run.setup.paths);
    let root = git::root(&folder).map_err(|why| Stop::Message(format!("--commit-per-rule needs a git tree: {}", one_line(&why))))?;
    if let Some(command) = git::under_way(&root) {
        return Err(Stop::Message(format!(
            "--commit-per-rule: a {command} is under way in this git tree, and the first commit would be taken for its; finish it with \
             `git {command} --continue`, or drop it with `git {command} --abort`, and run again"
        )));
    }
    let dirty = git::git(&root, &["status", "--porcelain", "--untracked-files=normal"]).map_err(Stop::Message)?;
    if let Some(first) = dirty.lines().next() {
        return Err(Stop::Message(format!(
            "--commit-per-rule needs a tree without changes, and git says `{}`; commit or stash them, and run again",
            one_line(first)
        )));
    }
    for who in ["GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"] {
        git::git(&root, &["var", who]).map_err(|_| {
            Stop::Message("--commit-per-rule: git does not know who commits; set user.name and user.email, and run again".to_owned())
        })?;
    }
    let mut made = Vec::new();
    let mut is_done = false;
    for _ in 0..PASSES {
        let before = made.len();
        let leaders = together::leaders(&run.unfixed(), run.level());
        is_done = leaders.is_empty();
        for page in run.setup.rules.pages() {
            let Some(others) = leaders.get(&page.name) else { continue };
            let rules = std::iter::once(page.name.clone()).chain(others.iter().cloned()).collect();
            made.extend(one(&run.only(rules), Some(page), &root, out, err)?);
        }
        if made.len() == before {
            break;
        }
    }
    if !is_done {
        // What needs several rules at once, and what the passes did not come to.
        made.extend(one(run, None, &root, out, err)?);
    }
    if !run.is_silent() {
        let each = if made.len() > 1 { ", each a run of its own for `victor-migrate undo`" } else { "" };
        let _ = writeln!(err, "{}{each}.", count(made.len(), "commit"));
    }
    Ok(made)
}

/// Puts what the commits fixed into the account of the scan that follows them, which sees it no more.
pub(super) fn account(committed: Vec<Vec<FileOutcome>>, outcome: &mut Outcome) {
    for mut file in committed.into_iter().flatten().rev() {
        match outcome.files.iter_mut().find(|known| known.source.path == file.source.path) {
            Some(known) => drop(known.applied.splice(0..0, file.applied)),
            None => {
                // What else there is to say of the file, the scan has said.
                (file.findings, file.notes, file.unused) = (Vec::new(), Vec::new(), Vec::new());
                outcome.files.push(file);
            }
        }
    }
    outcome.files.sort_by(|a, b| a.source.path.cmp(&b.source.path));
}

/// The commit of one rule, or without one of all that is left, as the files in it; nothing where there is nothing to fix.
fn one(
    run: &Run<'_>,
    page: Option<&Page>,
    root: &Path,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Option<Vec<FileOutcome>>, Stop> {
    let mut outcome = run.executed(err)?;
    if outcome.files.iter().all(|file| file.fixed.is_none()) {
        return Ok(None);
    }
    let here = std::env::current_dir().map_err(|error| Stop::Message(format!("the working folder cannot be told: {error}")))?;
    takes(&here, &outcome)?;
    run.write_fixes(&run.setup.paths, &mut outcome)?;
    let written: Vec<&FileOutcome> = outcome.files.iter().filter(|file| file.fixed.is_some()).collect();
    let paths: BTreeSet<String> = written.iter().map(|file| path_text(&file.source.path)).collect();
    if paths.is_empty() {
        return Ok(None);
    }
    let names: Vec<&str> = paths.iter().map(String::as_str).collect();
    let added = git::told(&here, &[&["--literal-pathspecs", "add", "--"], names.as_slice()].concat(), "");
    let commit = ["commit", "--quiet", "--file", "-", "--cleanup", "whitespace"];
    if let Err(why) = added.and_then(|_| git::told(&here, &commit, &message(page, &outcome))) {
        return Err(refused(&why, page, (&here, &names), &run.setup.paths, &written));
    }
    let hash = git::git(root, &["rev-parse", "--short", "HEAD"]).unwrap_or_default();
    let line = format!("{} {} ({})", hash.trim(), one_line(title(page)), count(paths.len(), "file"));
    match (run.is_silent(), run.prints_text()) {
        (true, _) => {}
        (false, true) => writeln!(out, "{line}")?,
        // The commit is made; that nobody listens changes nothing.
        (false, false) => drop(writeln!(err, "{line}")),
    }
    outcome.files.retain(|file| file.fixed.is_some());
    Ok(Some(outcome.files))
}

/// Whether git takes the files that would be written, asked before they are: it must know them, in this tree, and look at them.
fn takes(here: &Path, outcome: &Outcome) -> Result<(), Stop> {
    let of = |file: &FileOutcome| path_text(&file.source.path);
    let names: BTreeSet<String> = outcome.files.iter().filter(|file| file.fixed.is_some()).map(of).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let listed = git::git(here, &[&["--literal-pathspecs", "ls-files", "-v", "--error-unmatch", "--"], names.as_slice()].concat());
    let refused = match &listed {
        Ok(listed) => listed
            .lines()
            .find(|line| !line.starts_with("H "))
            .map(|line| format!("`{}` is marked so that git does not look at its changes", one_line(line.get(2..).unwrap_or(line)))),
        Err(why) => Some(format!("git does not take them all ({})", one_line(why))),
    };
    match refused {
        Some(why) => Err(Stop::Message(format!(
            "--commit-per-rule: {why}; scan files of one git tree that are committed in it, or use --fix alone. Nothing more was changed"
        ))),
        None => Ok(()),
    }
}

/// What git said against a commit, and what to do; what was staged for it is staged no more.
fn refused(why: &str, page: Option<&Page>, (here, names): (&Path, &[&str]), given: &[PathBuf], written: &[&FileOutcome]) -> Stop {
    let unstaged = git::told(here, &[&["--literal-pathspecs", "reset", "--quiet", "--"], names].concat(), "");
    let said = why.lines().map(|line| format!("git: {}", one_line(line)));
    let staged = unstaged.err().map(|why| format!("git: they are still staged: {}", one_line(&why)));
    let as_written =
        |file: &&FileOutcome| matches!(bytes(file), Ok(Some((_, after))) if std::fs::read(&file.source.path).is_ok_and(|now| now == after));
    let back = match written.iter().all(as_written) {
        true => format!("`{}`", undo_of(given)),
        // A hook wrote to them too.
        false => format!("`git checkout -- {}`", names.join(" ")),
    };
    let end = format!(
        "the fixes of {} are written and not committed; commit them by hand when git takes them, or take them back with {back}",
        page.map_or("several rules", |page| page.name.as_str())
    );
    Stop::Message(said.chain(staged).chain([end]).collect::<Vec<_>>().join("\n"))
}

/// What a commit is called.
fn title(page: Option<&Page>) -> &str {
    page.map_or("Fix what several rules do together", |page| page.title.as_str())
}

/// The title of the rule, what its page says before its samples, and the numbers.
fn message(page: Option<&Page>, outcome: &Outcome) -> String {
    let body = page.and_then(|page| page.text.split_once("\n# ")).map_or("", |(_, rest)| rest);
    let body = body.split_once('\n').map_or("", |(_, rest)| rest);
    let body = body.split("\n## ").next().unwrap_or(body).trim();
    let mut sites: BTreeMap<&str, usize> = BTreeMap::new();
    for applied in outcome.files.iter().flat_map(|file| &file.applied) {
        *sites.entry(&applied.rule).or_default() += 1;
    }
    // The rule of the title comes first.
    let mut sites: Vec<(&str, usize)> = sites.into_iter().collect();
    sites.sort_by_key(|(rule, _)| page.is_none_or(|page| page.name != *rule));
    let sites: Vec<String> = sites.into_iter().map(|(rule, number)| format!("{rule}: {}", count(number, "site"))).collect();
    let files = outcome.files.iter().filter(|file| file.fixed.is_some()).count();
    let body = if body.is_empty() { String::new() } else { format!("{body}\n\n") };
    format!("{}\n\n{body}victor-migrate {} in {}.\n", title(page), sites.join(", "), count(files, "file"))
}
