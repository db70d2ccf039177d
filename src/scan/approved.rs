//! Fixing with edits that were executed before: in one round, and each in all of its files or in none.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::outcome::{Applied, FileOutcome};
use super::rounds::error_count;
use super::{Approved, Rewritten};
use crate::edit;
use crate::finding::{Edit, Finding, Fix, Level};
use crate::python::modules::FileId;
use crate::source::{Form, Source};

/// What becomes of the files.
#[derive(Default)]
pub(super) struct Made {
    /// The texts of the files that change.
    pub texts: BTreeMap<FileId, String>,
    /// What was applied, by the file of its finding.
    pub applied: BTreeMap<FileId, Vec<Applied>>,
    /// Files that need each other.
    pub joined: BTreeSet<FileId>,
    /// Files that would not parse, and were left as they are.
    pub broken: BTreeSet<FileId>,
}

/// One edit with everything that it needs.
struct Group<'f> {
    file: FileId,
    finding: &'f Finding,
    parts: BTreeMap<FileId, Vec<Edit>>,
}

/// Makes the approved edits of a level that go together; those that clash with an earlier one wait for another run.
pub(super) fn make(
    outcomes: &BTreeMap<FileId, FileOutcome>,
    sources: &BTreeMap<FileId, Source>,
    approved: &Approved,
    level: Level,
) -> Made {
    // A path in a fix is that of code, not of the examples in it.
    let is_code = |(_, source): &(&FileId, &Source)| source.form() != Some(Form::Docstrings);
    let files: BTreeMap<String, FileId> = sources.iter().filter(is_code).map(|(file, source)| (name(&source.path), *file)).collect();
    let mut groups: Vec<Group<'_>> = Vec::new();
    for (&file, outcome) in outcomes {
        let wanted = |finding: &&Finding| approved.has(&outcome.source.path, finding.span.start, &finding.rule);
        let fixes = outcome.findings.iter().filter(wanted).filter(|one| one.fix.as_ref().is_some_and(|fix| fix.level <= level));
        groups.extend(fixes.filter_map(|finding| {
            let rewritten = approved.rewritten(&outcome.source.path, finding.span.start, &finding.rule);
            group(file, finding, rewritten, &files)
        }));
    }
    let mut made = Made::default();
    loop {
        let free: Vec<&Group<'_>> = groups.iter().filter(|group| group.parts.keys().all(|file| !made.broken.contains(file))).collect();
        let chosen = compatible(&free, sources);
        made.texts = texts(&chosen, sources);
        let worse = |(file, text): (&FileId, &String)| {
            let before = sources.get(file).map_or(0, |source| error_count(&source.text));
            (error_count(text) > before).then_some(*file)
        };
        let broken: Vec<FileId> = made.texts.iter().filter_map(worse).collect();
        if broken.is_empty() {
            for group in chosen {
                let Finding { rule, example, level, span, .. } = group.finding;
                let applied = Applied { rule: rule.clone(), example: *example, level: *level, start: span.start };
                made.applied.entry(group.file).or_default().push(applied);
                made.joined.extend(group.parts.keys().filter(|_| group.parts.len() > 1));
            }
            return made;
        }
        made.broken.extend(broken);
    }
}

fn name(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// `None` where a file that it needs is not one of the run.
fn group<'f>(file: FileId, finding: &'f Finding, rewritten: Option<&Rewritten>, files: &BTreeMap<String, FileId>) -> Option<Group<'f>> {
    if let Some(rewritten) = rewritten {
        let mut parts: BTreeMap<FileId, Vec<Edit>> = BTreeMap::new();
        for (path, edit) in rewritten {
            parts.entry(*files.get(&name(path))?).or_default().push(edit.clone());
        }
        return Some(Group { file, finding, parts });
    }
    let mut parts = BTreeMap::from([(file, finding.fix.as_ref()?.edits.clone())]);
    for (path, edit) in &finding.elsewhere {
        parts.entry(*files.get(path)?).or_default().push(edit.clone());
    }
    Some(Group { file, finding, parts })
}

/// The groups that can be made together. All files count as one long text, so that a group is whole or not at all.
fn compatible<'g, 'f>(groups: &[&'g Group<'f>], sources: &BTreeMap<FileId, Source>) -> Vec<&'g Group<'f>> {
    let mut end = 0;
    let starts: BTreeMap<FileId, usize> = sources
        .iter()
        .map(|(file, source)| {
            let start = end;
            // One more, so that the end of a text is not the start of the next.
            end += source.text.len() + 1;
            (*file, start)
        })
        .collect();
    let fix = |group: &&Group<'f>| {
        let moved = |(file, edits): (&FileId, &Vec<Edit>)| {
            let by = starts.get(file).copied().unwrap_or(0);
            edits.iter().map(move |edit| Edit { start: edit.start + by, end: edit.end + by, text: edit.text.clone() }).collect::<Vec<_>>()
        };
        let mut edits: Vec<Edit> = group.parts.iter().flat_map(moved).collect();
        edits.sort();
        let by = starts.get(&group.file).copied().unwrap_or(0);
        let reads = group.finding.fix.iter().flat_map(|fix| &fix.reads).map(|read| read.start + by..read.end + by).collect();
        Fix { level: group.finding.level, edits, reads }
    };
    let fixes: Vec<Fix> = groups.iter().map(fix).collect();
    edit::compatible(&fixes.iter().collect::<Vec<_>>()).into_iter().map(|(at, _)| groups[at]).collect()
}

fn texts(groups: &[&Group<'_>], sources: &BTreeMap<FileId, Source>) -> BTreeMap<FileId, String> {
    let mut all: BTreeMap<FileId, BTreeSet<Edit>> = BTreeMap::new();
    for (file, edits) in groups.iter().flat_map(|group| &group.parts) {
        all.entry(*file).or_default().extend(edits.iter().cloned());
    }
    let text = |(file, edits): (FileId, BTreeSet<Edit>)| {
        let edits: Vec<Edit> = edits.into_iter().collect();
        Some((file, edit::apply(&sources.get(&file)?.text, &edits)))
    };
    all.into_iter().filter_map(text).collect()
}
