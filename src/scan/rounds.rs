//! Fixing in rounds: apply what fits together, parse again, take out what broke the file, until nothing changes.

use std::collections::HashSet;

use super::Options;
use super::file::{Given, Look, Seat, look};
use super::outcome::{Applied, FileOutcome};
use crate::edit::{self, imports};
use crate::finding::{Edit, Finding, Fix, Level};
use crate::python::syntax::parse;

/// More rounds than any honest nesting needs.
const ROUNDS: usize = 24;

/// Fixes a file in memory: its new text, what was applied, and the findings that are left.
pub(crate) fn fix(outcome: &mut FileOutcome, given: Given<'_>, project: Seat<'_>) {
    let options = given.options;
    let mut text = outcome.text().to_owned();
    let mut refused: Vec<String> = Vec::new();
    for round in 0..ROUNDS {
        let wanted: Vec<(&Finding, &Fix)> = outcome
            .findings
            .iter()
            .filter_map(|finding| finding.fix.as_ref().map(|fix| (finding, fix)))
            .filter(|(finding, fix)| fix.level <= allowed(options) && !refused.contains(&key(&text, finding)))
            .collect();
        let fixes: Vec<&Fix> = wanted.iter().map(|(_, fix)| *fix).collect();
        let mut chosen = edit::compatible(&fixes);
        if chosen.is_empty() {
            break;
        }
        let errors = error_count(&text);
        let mut new = edit::apply(&text, &edit::merged(chosen.iter().map(|(_, fix)| *fix)));
        if error_count(&new) > errors {
            let bad = culprits(&text, &chosen, errors);
            for &at in &bad {
                refused.push(key(&text, wanted[at].0));
                outcome.notes.push(format!("a fix of `{}` was taken out because the file would not parse with it", wanted[at].0.rule));
            }
            chosen.retain(|(at, _)| !bad.contains(at));
            new = edit::apply(&text, &edit::merged(chosen.iter().map(|(_, fix)| *fix)));
        }
        // `tools = orch._tool_executor` goes away in one group with its uses: they are done when their edits are.
        let made: HashSet<&Edit> = chosen.iter().flat_map(|(_, fix)| &fix.edits).collect();
        let applied = wanted.iter().filter(|(_, fix)| fix.edits.iter().all(|edit| made.contains(edit))).map(|(finding, _)| finding);
        outcome.applied.extend(applied.map(|f| Applied { rule: f.rule.clone(), example: f.example, level: f.level }));
        if new == text {
            break;
        }
        text = new;
        see(outcome, look(&outcome.source, &text, given, project));
        if round + 1 == ROUNDS {
            outcome.notes.push("the fixes did not come to rest; run again and report the file".to_owned());
        }
    }
    if text != outcome.source.text {
        outcome.fixed = Some(text);
        tidy(outcome, given, project);
    }
    take_back(outcome, &refused);
}

/// Takes the imports out that nothing needs any more.
pub(crate) fn tidy(outcome: &mut FileOutcome, given: Given<'_>, project: Seat<'_>) {
    if let Some(slim) = outcome.fixed.as_ref().and_then(|text| without_unused(outcome, text)) {
        see(outcome, look(&outcome.source, &slim, given, project));
        outcome.fixed = Some(slim);
    }
}

/// Takes over what was seen.
pub(crate) fn see(outcome: &mut FileOutcome, look: Look) {
    (outcome.findings, outcome.syntax_error, outcome.unused) = (look.findings, look.syntax_error, look.unused);
}

/// A fix that broke the file is none, and is not to be sold as one.
fn take_back(outcome: &mut FileOutcome, refused: &[String]) {
    let text = outcome.fixed.as_deref().unwrap_or(&outcome.source.text);
    for finding in outcome.findings.iter_mut().filter(|finding| finding.fix.is_some()) {
        if refused.contains(&key(text, finding)) {
            finding.fix = None;
            finding.level = finding.level.max(Level::Review);
            finding.reason = Some("the file would not parse with its fix".to_owned());
        }
    }
}

fn allowed(options: &Options) -> Level {
    if options.unsafe_fixes { Level::Review } else { Level::Safe }
}

fn key(text: &str, finding: &Finding) -> String {
    format!("{}\n{}", finding.rule, text.get(finding.span.clone()).unwrap_or(""))
}

/// How many places the parser could not make sense of.
pub(super) fn error_count(text: &str) -> usize {
    let Some(tree) = parse(text) else {
        return usize::MAX;
    };
    if !tree.root_node().has_error() {
        return 0;
    }
    crate::python::Syntax::new(text, &tree).errors().count()
}

/// The groups that break the file, found by halving.
fn culprits(text: &str, chosen: &[(usize, &Fix)], errors: usize) -> Vec<usize> {
    let breaks = |part: &[(usize, &Fix)]| error_count(&edit::apply(text, &edit::merged(part.iter().map(|(_, fix)| *fix)))) > errors;
    let mut bad = Vec::new();
    let mut open: Vec<&[(usize, &Fix)]> = vec![chosen];
    while let Some(part) = open.pop() {
        match part {
            [] => {}
            [one] if breaks(part) => bad.push(one.0),
            [_] => {}
            _ if breaks(part) => {
                let (left, right) = part.split_at(part.len() / 2);
                if !breaks(left) && !breaks(right) {
                    bad.extend(part.iter().map(|(at, _)| *at));
                } else {
                    open.extend([left, right]);
                }
            }
            _ => {}
        }
    }
    bad
}

/// The text without the imports that nothing needs any more because of the fix; `None` where there are none.
fn without_unused(outcome: &FileOutcome, text: &str) -> Option<String> {
    let before = &outcome.source.text;
    let (old, new) = (parse(before)?, parse(text)?);
    let is_init = outcome.source.path.file_name().is_some_and(|name| name == "__init__.py");
    let mut edits = imports::unused_after(old.root_node(), before, new.root_node(), text, is_init);
    edits.sort();
    let mut slim = edit::apply(text, &edits);
    if !text.starts_with(['\n', '\r']) {
        // The first statement went, and the blank lines after it lead nowhere.
        slim.drain(..slim.len() - slim.trim_start_matches(['\n', '\r']).len());
    }
    (!edits.is_empty() && error_count(&slim) <= error_count(text)).then_some(slim)
}
