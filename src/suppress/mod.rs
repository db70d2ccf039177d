//! Comments that keep findings quiet: which finding each one covers, and what is wrong with the rest. A finding that is
//! quiet stays open; only nobody is asked to do something about it now.

pub(crate) mod comment;
mod reach;
mod write;

pub use write::{add, remove_unused};

use std::ops::Range;

use comment::{Directive, MARK, Verb, read};
use reach::Reach;

use serde::{Deserialize, Serialize};

use crate::finding::{Edit, Finding, Level, Suppressed};
use crate::python::Syntax;
use crate::rule::RuleSet;
use crate::source::Lines;

/// A comment, or a part of it, that keeps nothing quiet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unused {
    /// Line of the comment, from 1.
    pub line: usize,
    /// What is wrong, for a person.
    pub reason: String,
    /// The rules in its brackets that do nothing; empty where the comment is not understood, and is not to be removed.
    pub rules: Vec<String>,
    /// Bytes of the comment in the text.
    pub span: Range<usize>,
}

/// One comment in its file.
struct Placed {
    directive: Directive,
    span: Range<usize>,
    line: usize,
    /// Bytes of the text whose sites it covers.
    covers: Vec<Range<usize>>,
    used: Vec<bool>,
}

/// Marks the findings that comments keep quiet and takes their fixes away; what is left over comes back. `ran` says whether a
/// rule of an Example took part.
pub(crate) fn apply(
    syntax: &Syntax<'_>,
    lines: &Lines<'_>,
    findings: &mut [Finding],
    rules: &RuleSet,
    ran: &dyn Fn(&str, u8) -> bool,
) -> Vec<Unused> {
    if !syntax.text.contains(MARK) {
        return Vec::new();
    }
    let mut unused = Vec::new();
    let mut placed = place(syntax, lines, rules, &mut unused);
    let reach = Reach { syntax, lines };
    let wide: Vec<usize> = (0..placed.len()).filter(|&at| !placed[at].covers.is_empty()).collect();
    for finding in findings.iter_mut() {
        // Comments are sorted by their lines.
        let region = reach.region(&finding.span);
        let first = placed.partition_point(|one| one.line < *region.start());
        let inside = (first..placed.len()).take_while(|&at| placed[at].line <= *region.end());
        let inside: Vec<usize> = inside.filter(|&at| placed[at].directive.verb == Verb::Ignore).collect();
        let around = wide.iter().copied().filter(|&at| placed[at].covers.iter().any(|range| range.contains(&finding.span.start)));
        for at in inside.into_iter().chain(around.collect::<Vec<_>>()) {
            let one = &mut placed[at];
            let Some(at) = one.directive.rules.iter().position(|rule| *rule == finding.rule || rule.parse() == Ok(finding.example)) else {
                continue;
            };
            one.used[at] = true;
            finding.suppressed.get_or_insert_with(|| Suppressed { line: Some(one.line), reason: one.directive.reason.clone() });
        }
    }
    keep_quiet(findings);
    unused.extend(placed.iter().filter(|one| one.directive.verb != Verb::End).filter_map(|one| left_over(one, rules, ran)));
    unused.sort_by_key(|one| one.span.start);
    unused
}

/// Takes the fixes of quiet findings away, and those of others that would change a quiet place.
fn keep_quiet(findings: &mut [Finding]) {
    let mut quiet: Vec<Range<usize>> = findings.iter().filter(|one| one.suppressed.is_some()).map(|one| one.span.clone()).collect();
    quiet.sort_by_key(|span| span.start);
    // The furthest end so far, so that one look decides.
    let ends: Vec<usize> = quiet
        .iter()
        .scan(0, |end, span| {
            *end = span.end.max(*end);
            Some(*end)
        })
        .collect();
    for finding in findings.iter_mut() {
        let edits = finding.fix.iter().chain(finding.wants.as_ref().map(|wants| &wants.fix)).flat_map(|fix| &fix.edits);
        let touches = |edit: &Edit| {
            let before = quiet.partition_point(|span| span.start < edit.end);
            before > 0 && ends[before - 1] > edit.start
        };
        if finding.suppressed.is_some() {
            (finding.fix, finding.wants) = (None, None);
        } else if !quiet.is_empty() && edits.into_iter().any(touches) {
            (finding.fix, finding.wants) = (None, None);
            finding.level = finding.level.max(Level::Review);
            finding.reason = Some("its fix would change a place that a comment keeps quiet".to_owned());
        }
    }
}

/// The comments that are understood, with what they cover; the others are said.
fn place(syntax: &Syntax<'_>, lines: &Lines<'_>, rules: &RuleSet, wrong: &mut Vec<Unused>) -> Vec<Placed> {
    let reach = Reach { syntax, lines };
    let mut placed: Vec<Placed> = Vec::new();
    for id in syntax.of_kind("comment") {
        let span = syntax.span(id);
        let line = lines.line_col(span.start).0;
        let complaint = |reason: String| Unused { line, reason, rules: Vec::new(), span: span.clone() };
        let directive = match read(syntax.str(id)) {
            None => continue,
            Some(Err(reason)) => {
                wrong.push(complaint(reason));
                continue;
            }
            Some(Ok(directive)) => directive,
        };
        let known = |rule: &String| rules.page(rule).is_some() || rule.parse::<u8>().is_ok_and(|number| number <= 11);
        for rule in directive.rules.iter().filter(|rule| !known(rule)) {
            wrong.push(complaint(format!("there is no rule `{rule}`")));
        }
        let covers = match directive.verb {
            Verb::File => std::iter::once(0..usize::MAX).collect(),
            Verb::Ignore => reach.statement_below(id).into_iter().collect(),
            Verb::Start => Vec::new(),
            Verb::End => {
                close(&mut placed, &directive, span.start).into_iter().for_each(|reason| wrong.push(complaint(reason)));
                Vec::new()
            }
        };
        let used = vec![false; directive.rules.len()];
        placed.push(Placed { directive, span, line, covers, used });
    }
    let open = placed.iter().filter(|one| one.directive.verb == Verb::Start && one.covers.is_empty());
    wrong.extend(open.map(|one| Unused {
        line: one.line,
        reason: format!("`ignore-start[{}]` has no `ignore-end` after it, so nothing is kept quiet", one.directive.rules.join(", ")),
        rules: Vec::new(),
        span: one.span.clone(),
    }));
    placed.retain(|one| one.directive.verb != Verb::Start || !one.covers.is_empty());
    placed
}

/// Ends the range that an `ignore-end` belongs to; otherwise says what is missing.
fn close(placed: &mut [Placed], end: &Directive, at: usize) -> Option<String> {
    let is_open = |one: &&mut Placed| one.directive.verb == Verb::Start && one.covers.is_empty() && one.directive.rules == end.rules;
    match placed.iter_mut().rev().find(is_open) {
        Some(start) => {
            start.covers = std::iter::once(start.span.start..at).collect();
            None
        }
        None => Some(format!("`ignore-end[{0}]` has no `ignore-start[{0}]` before it", end.rules.join(", "))),
    }
}

/// What a comment names in vain, as far as this run can tell.
fn left_over(one: &Placed, rules: &RuleSet, ran: &dyn Fn(&str, u8) -> bool) -> Option<Unused> {
    let all_ran = |example: u8| rules.pages().filter(|page| page.example == example).all(|page| ran(&page.name, example));
    let ran = |rule: &String| match (rules.page(rule), rule.parse::<u8>()) {
        (Some(page), _) => ran(&page.name, page.example),
        (None, Ok(example)) => example <= 11 && all_ran(example),
        _ => false,
    };
    let named = one.directive.rules.iter().zip(&one.used);
    let idle: Vec<String> = named.filter(|(rule, used)| !**used && ran(rule)).map(|(rule, _)| rule.clone()).collect();
    if idle.is_empty() {
        return None;
    }
    let how = if one.directive.verb == Verb::Start { "take it and its end out" } else { "--remove-unused-ignores takes it out" };
    let reason = format!("`[{}]` keeps nothing quiet; {how}", idle.join(", "));
    Some(Unused { line: one.line, reason, rules: idle, span: one.span.clone() })
}
