//! What is wrong with one sample, and by which word that goes.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Trial, Word, diff};
use crate::finding::{Finding, Level};
use crate::python::Syntax;
use crate::releases;
use crate::rule::page::{Flags, Page, Sample, SampleRole, marks};
use crate::rule::{Rule, RuleSet};
use crate::scan::{Options, Outcome, run_text};
use crate::source::{Lines, Source};
use crate::target::Target;

/// Tries every sample of a rule, in page order; the other rules of the set run, too, where the sample is not about one rule.
#[must_use]
pub fn rule(rules: &RuleSet, rule: &Rule) -> Vec<Trial> {
    rule.page.samples.iter().map(|sample| judge(rules, &rule.page, sample)).collect()
}

/// Tries one sample.
#[must_use]
pub fn judge(rules: &RuleSet, page: &Page, sample: &Sample) -> Trial {
    let judge = Judge { rules, page, flags: &sample.flags };
    let (role, good, wrong, diff) = match &sample.role {
        SampleRole::Fix { before, after } => {
            let (wrong, diff) = judge.fix(before, after);
            ("before", Word::Reported, wrong, diff)
        }
        SampleRole::Keep(text) => {
            let (wrong, diff) = judge.keep(text);
            ("keep", Word::Validated, wrong, diff)
        }
        SampleRole::Report(text) => ("report", Word::Reported, judge.report(text), String::new()),
    };
    let word = wrong.iter().map(|(word, _)| *word).max().unwrap_or(good);
    Trial {
        rule: page.name.clone(),
        file: page.file.clone(),
        line: sample.line,
        title: sample.title.clone(),
        role,
        word,
        why: wrong.into_iter().map(|(_, why)| why).collect(),
        diff,
    }
}

/// What is wrong, each with its word.
type Wrong = Vec<(Word, String)>;

struct Judge<'j> {
    rules: &'j RuleSet,
    page: &'j Page,
    flags: &'j Flags,
}

impl Judge<'_> {
    fn fix(&self, before: &str, after: &str) -> (Wrong, String) {
        let mut wrong = Wrong::new();
        let seen = self.run(before, false, &[]);
        self.strangers(&seen, before, &mut wrong);
        let got = text(&self.run(before, true, &[]), before);
        let diff = diff(after, &got);
        if got == before && got != after {
            wrong.push((Word::Missing, format!("nothing was changed{}", self.hint(&seen))));
        } else if got != after {
            wrong.push((Word::Noisy, format!("something else came out{}", self.hint(&seen))));
        }
        if text(&self.run(&got, true, &[]), &got) != got {
            wrong.push((Word::Noisy, "a second run changes it again".to_owned()));
        }
        if Syntax::parse(&got).is_none_or(|syntax| syntax.is_faulty()) {
            wrong.push((Word::Noisy, "the result does not parse".to_owned()));
        }
        (wrong, diff)
    }

    fn keep(&self, kept: &str) -> (Wrong, String) {
        let got = text(&self.run(kept, true, &self.own()), kept);
        let mut wrong = Wrong::new();
        if got != kept {
            wrong.push((Word::Noisy, "it is changed, and should stay".to_owned()));
        }
        (wrong, diff(kept, &got))
    }

    fn report(&self, program: &str) -> Wrong {
        let outcome = self.run(program, false, &self.own());
        let lines = Lines::new(program);
        let wanted: BTreeSet<(usize, Level)> =
            marks(program).into_iter().map(|(line, of)| (line, of.unwrap_or(self.page.level).into())).collect();
        let own = findings(&outcome).filter(|finding| finding.rule == self.page.name);
        let got: BTreeSet<(usize, Level)> = own.map(|finding| (lines.line_col(finding.span.start).0, finding.level)).collect();
        let at = |(line, level): &(usize, Level)| format!("line {line} ({})", format!("{level:?}").to_lowercase());
        let mut wrong = Wrong::new();
        wrong.extend(got.difference(&wanted).map(|found| (Word::Noisy, format!("found, and not marked so: {}", at(found)))));
        wrong.extend(wanted.difference(&got).map(|marked| (Word::Missing, format!("marked, and not found so: {}", at(marked)))));
        self.strangers(&outcome, program, &mut wrong);
        wrong
    }

    /// Other rules that find something, although the sample does not say so.
    fn strangers(&self, outcome: &Outcome, program: &str, wrong: &mut Wrong) {
        let lines = Lines::new(program);
        let strange = open(outcome).filter(|finding| finding.rule != self.page.name && !self.flags.also.contains(&finding.rule));
        wrong.extend(strange.map(|finding| {
            let line = lines.line_col(finding.span.start).0;
            (Word::Noisy, format!("the rule {} finds something too, in line {line}; `also={}` runs it", finding.rule, finding.rule))
        }));
    }

    /// What the rule says of what it found and did not change.
    fn hint(&self, outcome: &Outcome) -> String {
        let own: Vec<&Finding> = open(outcome).filter(|finding| finding.rule == self.page.name).collect();
        let reason = own.iter().find_map(|finding| finding.reason.as_ref());
        let held = own.iter().any(|finding| finding.fix.as_ref().is_some_and(|fix| fix.level == Level::Review));
        match (own.is_empty(), reason) {
            (true, _) => "; the rule finds nothing in it".to_owned(),
            (false, Some(reason)) => format!("; found, but {reason}"),
            (false, None) if held && !self.flags.unsafe_ => "; found at level review, which needs the flag `unsafe`".to_owned(),
            (false, None) => String::new(),
        }
    }

    fn run(&self, program: &str, fix: bool, select: &[String]) -> Outcome {
        let (unsafe_fixes, modernize) = (self.flags.unsafe_, self.flags.modernize);
        // A move is made for code that goes on to its release.
        let release = self.flags.target.as_ref().or(self.page.to.as_ref()).and_then(|release| releases::manifest(release));
        let target = Arc::new(release.map_or_else(Target::default, |manifest| Target::release(manifest, String::new())));
        let options = Options { target, fix, unsafe_fixes, modernize, select: select.to_vec(), ..Options::default() };
        run_text(Source::from_text("sample.py", program), self.rules, &options)
    }

    /// The rules that the sample is about.
    fn own(&self) -> Vec<String> {
        std::iter::once(&self.page.name).chain(&self.flags.also).cloned().collect()
    }
}

fn text(outcome: &Outcome, before: &str) -> String {
    outcome.files.first().map_or_else(|| before.to_owned(), |file| file.text().to_owned())
}

fn findings(outcome: &Outcome) -> impl Iterator<Item = &Finding> {
    outcome.files.iter().flat_map(|file| &file.findings)
}

fn open(outcome: &Outcome) -> impl Iterator<Item = &Finding> {
    findings(outcome).filter(|finding| finding.is_open())
}
