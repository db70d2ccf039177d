//! Debts on disk: the baseline file that a command means, and the debts of a run as that file names them.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Stop;
use super::setup::Setup;
use crate::readiness::baseline::{Baseline, Compared, Debt, Entry, NOT_READ, debts};
use crate::report::one_line;
use crate::scan::Outcome;
use crate::source::{path_text, regular};

/// Where a baseline is kept when nobody says otherwise.
pub(super) const DEFAULT: &str = "victor-migrate-baseline.json";

/// The folder that the paths of a baseline are relative to; the working folder without one.
pub(super) fn folder(file: Option<&Path>) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let folder = file.and_then(Path::parent).map_or(here.clone(), |parent| here.join(parent));
    std::fs::canonicalize(&folder).unwrap_or(folder)
}

/// Reads a baseline.
pub(super) fn read(file: &Path) -> Result<Baseline, Stop> {
    let name = one_line(&path_text(file));
    // It may be a pipe: `--baseline <(git show main:baseline.json)`.
    let text = std::fs::read_to_string(file).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            Stop::Message(format!("{name}: there is no such baseline; `victor-migrate baseline create {name}` writes it"))
        }
        _ => Stop::Message(format!("{name}: cannot be read: {error}")),
    })?;
    let damaged = |reason: String| {
        Stop::Message(format!(
            "{name}: is no baseline, {reason}; restore it, or write it anew with `victor-migrate baseline create {name} --force`"
        ))
    };
    Baseline::parse(&text).map_err(|reason| match marks_of_merge(&text) {
        Some(line) if was_one(&text) => damaged(format!("line {line}: a merge left its conflict there")),
        _ if was_one(&text) => damaged(reason),
        _ => Stop::Message(stranger(&name)),
    })
}

/// The line, from 1, where git says that two sides differ.
fn marks_of_merge(text: &str) -> Option<usize> {
    text.lines().position(|line| line.starts_with("<<<<<<< ")).map(|at| at + 1)
}

/// Whether a text is a damaged baseline, or nothing at all: what may be written anew.
pub(super) fn was_one(text: &str) -> bool {
    let is_cut = || text.contains("\"version\"") && serde_json::from_str::<serde_json::Value>(text).is_err();
    let is_json = text.trim_start().starts_with('{') || marks_of_merge(text).is_some();
    text.trim().is_empty() || is_json && (text.contains("\"entries\"") || is_cut())
}

/// Said of a file that is something else.
pub(super) fn stranger(name: &str) -> String {
    format!("{name}: is no baseline but something else; name the baseline here, such as {DEFAULT}, and what is scanned with --path")
}

/// Marks the sites that a baseline knows.
pub(super) fn mark(outcome: &mut Outcome, known: &[Debt], folder: &Path) {
    let known: HashSet<(&str, usize, &str)> = known.iter().map(|debt| (debt.path.as_str(), debt.line, debt.rule.as_str())).collect();
    for file in &mut outcome.files {
        let path = name(&file.source.path, folder);
        let in_file = file.in_file();
        let lines: Vec<usize> = file.findings.iter().map(|finding| in_file.spot(finding.span.start).line).collect();
        for (finding, line) in file.findings.iter_mut().zip(lines).filter(|(finding, _)| finding.is_due()) {
            finding.known = known.contains(&(path.as_str(), line, finding.rule.as_str()));
        }
    }
}

/// Marks what the baseline of the settings knows; one that is not written yet knows nothing.
pub(super) fn mark_configured(setup: &Setup, outcome: &mut Outcome) -> Result<(), Stop> {
    let Some(file) = setup.settings.path("baseline").filter(|file| file.exists()) else { return Ok(()) };
    let folder = folder(Some(&file));
    let (compared, _) = compare(setup, outcome, &read(&file)?, &folder);
    mark(outcome, &compared.known, &folder);
    Ok(())
}

/// A path as the baseline in `folder` writes it: from there, also upwards, so that it means the same on every machine.
fn name(path: &Path, folder: &Path) -> String {
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| folder.join(path));
    let shared = folder.ancestors().find(|above| above.parent().is_some() && real.starts_with(above));
    let Some((shared, rest)) = shared.and_then(|shared| Some((shared, real.strip_prefix(shared).ok()?))) else { return path_text(&real) };
    let up = folder.components().count() - shared.components().count();
    path_text(&std::iter::repeat_n(Path::new(".."), up).collect::<PathBuf>().join(rest))
}

/// The debts of a run beside a baseline, and all of them.
pub(super) fn compare(setup: &Setup, outcome: &Outcome, baseline: &Baseline, folder: &Path) -> (Compared, Vec<Debt>) {
    let mut all = debts(outcome, &|path| name(path, folder));
    all.extend(unread(outcome).map(|path| Debt::of_file(name(path, folder), 1, NOT_READ)));
    (baseline.compare(&all, &seen(outcome, folder), &ran(setup), today()), all)
}

/// Python files that were met and not read as text, and name `victor` all the same.
fn unread(outcome: &Outcome) -> impl Iterator<Item = &Path> {
    let is_python = |path: &&Path| path.extension().is_some_and(|ending| ending == "py" || ending == "pyi");
    let names_victor = |path: &&Path| regular::read(path).is_ok_and(|bytes| memchr::memmem::find(&bytes, b"victor").is_some());
    outcome.skipped.iter().map(|skipped| skipped.path.as_path()).filter(is_python).filter(names_victor)
}

/// The entries of a baseline that a run says nothing of.
pub(super) fn beyond(setup: &Setup, outcome: &Outcome, baseline: &Baseline, folder: &Path) -> Vec<Entry> {
    baseline.beyond(&seen(outcome, folder), &ran(setup)).cloned().collect()
}

/// Whether a run looked at a path of a baseline; nothing for one that is not there.
fn seen(outcome: &Outcome, folder: &Path) -> impl Fn(&str) -> Option<bool> {
    let met = outcome.looked.iter().map(PathBuf::as_path).chain(unread(outcome));
    let looked: BTreeSet<String> = met.map(|path| name(path, folder)).collect();
    move |path| if looked.contains(path) { Some(true) } else { folder.join(path).exists().then_some(false) }
}

fn ran(setup: &Setup) -> impl Fn(&str) -> bool {
    |rule| setup.rules.page(rule).is_none_or(|page| setup.options.wants(rule, page.example))
}

/// The day in UTC.
fn today() -> Date {
    jiff::Timestamp::now().to_zoned(TimeZone::UTC).date()
}
