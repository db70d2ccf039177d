//! Fixing in rounds: apply what fits together, parse again, take out what broke the file, until nothing changes.

use std::collections::HashSet;

use super::Options;
use super::file::{Given, Look, Seat, look_at};
use super::outcome::{Applied, FileOutcome};
use super::prefilter::Facts;
use super::unseen;
use crate::edit::{self, imports};
use crate::finding::{Edit, Finding, Fix, Level};
use crate::python::nodes::Nodes;
use crate::python::{Parsed, Syntax};

/// More rounds than any honest nesting needs.
const ROUNDS: usize = 24;

/// Fixes a file in memory: its new text, what was applied, and the findings that are left. The nodes are those of its text.
pub(crate) fn fix(outcome: &mut FileOutcome, syntax: &Syntax<'_>, given: Given<'_>, project: Seat<'_>) {
    let mut now: Option<Text> = None;
    let mut refused: Vec<String> = Vec::new();
    for round in 0..ROUNDS {
        let new = match &mut now {
            None => one_round(outcome, syntax, given.options, &mut refused),
            Some(now) => now.with(|syntax| one_round(outcome, syntax, given.options, &mut refused)),
        };
        let Some(mut new) = new else { break };
        see(outcome, new.look(outcome, given, project));
        now = Some(new);
        if round + 1 == ROUNDS {
            outcome.notes.push("the fixes did not come to rest; run again and report the file".to_owned());
        }
    }
    match now {
        Some(now) if now.text != outcome.source.text => {
            outcome.fixed = Some(now.text.clone());
            tidy(outcome, &Syntax::over(&now.text, now.nodes), given, project);
        }
        None if syntax.text != outcome.source.text => tidy(outcome, syntax, given, project),
        _ => {}
    }
    take_back(outcome, &refused);
}

/// A text with its nodes.
struct Text {
    text: String,
    nodes: Nodes,
}

impl Text {
    /// Where the parser has none for it, it is too large, and nothing of it is written.
    fn new(text: String) -> Option<Self> {
        let nodes = Syntax::parse(&text)?.into_nodes();
        Some(Text { text, nodes })
    }

    /// Another text with edits made.
    fn after(before: &Syntax<'_>, edits: &[Edit]) -> Option<Self> {
        let text = edit::apply(before.text, edits);
        match before.edited(edits, &text) {
            Some(nodes) => Some(Text { text, nodes }),
            None => Self::new(text),
        }
    }

    fn with<T>(&mut self, then: impl FnOnce(&Syntax<'_>) -> T) -> T {
        let syntax = Syntax::over(&self.text, std::mem::take(&mut self.nodes));
        let result = then(&syntax);
        self.nodes = syntax.into_nodes();
        result
    }

    fn look(&mut self, outcome: &FileOutcome, given: Given<'_>, project: Seat<'_>) -> Look {
        let parsed = Parsed::over(&self.text, std::mem::take(&mut self.nodes), &outcome.source);
        let look = look_at(&parsed, &outcome.source, given, project);
        self.nodes = parsed.syntax.into_nodes();
        look
    }
}

/// The text after the fixes that fit together; `None` where there are none.
fn one_round(outcome: &mut FileOutcome, before: &Syntax<'_>, options: &Options, refused: &mut Vec<String>) -> Option<Text> {
    let (text, errors) = (before.text, before.errors().count());
    let wanted: Vec<(&Finding, &Fix)> = outcome
        .findings
        .iter()
        .filter_map(|finding| finding.fix.as_ref().map(|fix| (finding, fix)))
        .filter(|(finding, fix)| fix.level <= allowed(options) && !refused.contains(&key(text, finding)))
        .collect();
    let fixes: Vec<&Fix> = wanted.iter().map(|(_, fix)| *fix).collect();
    let mut chosen = edit::compatible(&fixes);
    if chosen.is_empty() {
        return None;
    }
    let made = |chosen: &[(usize, &Fix)]| Text::after(before, &edit::merged(chosen.iter().map(|(_, fix)| *fix)));
    let mut new = made(&chosen)?;
    if new.nodes.faults() > errors {
        let bad = culprits(text, &chosen, errors);
        for &at in &bad {
            refused.push(key(text, wanted[at].0));
            outcome.notes.push(format!("a fix of `{}` was taken out because the file would not parse with it", wanted[at].0.rule));
        }
        chosen.retain(|(at, _)| !bad.contains(at));
        new = made(&chosen)?;
    }
    // `tools = orch._tool_executor` goes away in one group with its uses: they are done when their edits are.
    let done: HashSet<&Edit> = chosen.iter().flat_map(|(_, fix)| &fix.edits).collect();
    let applied = wanted.iter().filter(|(_, fix)| fix.edits.iter().all(|edit| done.contains(edit))).map(|(finding, _)| finding);
    outcome.applied.extend(applied.map(|f| Applied { rule: f.rule.clone(), example: f.example, level: f.level, start: f.span.start }));
    (new.text != text).then_some(new)
}

/// Takes the imports out that nothing needs any more. The nodes are those of the text as it is now.
pub(crate) fn tidy(outcome: &mut FileOutcome, now: &Syntax<'_>, given: Given<'_>, project: Seat<'_>) {
    if let Some(mut slim) = without_unused(outcome, now, given.facts) {
        see(outcome, slim.look(outcome, given, project));
        outcome.fixed = Some(slim.text);
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
pub(crate) fn error_count(text: &str) -> usize {
    Syntax::parse(text).map_or(usize::MAX, |syntax| syntax.errors().count())
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
fn without_unused(outcome: &FileOutcome, now: &Syntax<'_>, facts: &Facts) -> Option<Text> {
    let text = now.text;
    let module = outcome.source.path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let is_taken = |name: &str| facts.takes(module, name);
    let is_init = outcome.source.path.file_name().is_some_and(|name| name == "__init__.py");
    let mut edits = imports::unused_after(&outcome.source.text, now, &unseen::with_words(&outcome.source, text), (is_init, &is_taken));
    if edits.is_empty() {
        return None;
    }
    edits.sort();
    let mut slim = Text::after(now, &edits)?;
    if !text.starts_with(['\n', '\r']) && slim.text.starts_with(['\n', '\r']) {
        // The first statement went, and the blank lines after it lead nowhere.
        slim = Text::new(slim.text.trim_start_matches(['\n', '\r']).to_owned())?;
    }
    Some(slim).filter(|slim| slim.nodes.faults() <= now.errors().count())
}
