//! Which rules have to be at work in one commit. `tools = orch._tool_executor` goes away with the uses of `tools`: its fix is
//! theirs and one edit more, and belongs to another rule than they do. Once they are done there is no such fix any more.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::finding::{Edit, Finding, Level};
use crate::scan::Outcome;

/// The rules that fix something of their own up to a level, each with those whose fixes are its own and more.
pub(super) fn leaders(outcome: &Outcome, level: Level) -> BTreeMap<String, BTreeSet<String>> {
    let mut leaders: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in &outcome.files {
        let fixes: Vec<Fixed<'_>> = file.findings.iter().filter_map(|finding| Fixed::of(finding, level)).collect();
        for (at, others) in inside(&fixes).into_iter().enumerate() {
            if others.is_empty() {
                leaders.entry(fixes[at].rule.to_owned()).or_default();
            }
            for other in others {
                leaders.entry(other.to_owned()).or_default().insert(fixes[at].rule.to_owned());
            }
        }
    }
    leaders
}

/// A fix that may be made.
struct Fixed<'f> {
    rule: &'f str,
    edits: HashSet<&'f Edit>,
}

impl<'f> Fixed<'f> {
    fn of(finding: &'f Finding, level: Level) -> Option<Self> {
        let fix = finding.fix.as_ref().filter(|fix| fix.level <= level)?;
        Some(Fixed { rule: &finding.rule, edits: fix.edits.iter().collect() })
    }
}

/// For every fix the other rules with a fix that is a part of it.
fn inside<'f>(fixes: &[Fixed<'f>]) -> Vec<BTreeSet<&'f str>> {
    let mut with: HashMap<&Edit, Vec<usize>> = HashMap::new();
    for (at, fix) in fixes.iter().enumerate() {
        fix.edits.iter().for_each(|edit| with.entry(edit).or_default().push(at));
    }
    let parts = |fix: &Fixed<'f>| {
        let near: BTreeSet<usize> = fix.edits.iter().flat_map(|edit| with.get(edit).into_iter().flatten().copied()).collect();
        let is_part = |other: &&Fixed<'f>| other.edits.len() < fix.edits.len() && other.edits.is_subset(&fix.edits);
        let parts = near.into_iter().map(|at| &fixes[at]).filter(is_part);
        parts.map(|other| other.rule).filter(|rule| *rule != fix.rule).collect()
    };
    fixes.iter().map(parts).collect()
}
