//! Every sample of every rule page is exact to the byte, stable, parses, and wakes no other rule.

use std::sync::Arc;

use victor_migrate::finding::{Finding, Level};
use victor_migrate::python::syntax::parse;
use victor_migrate::rule::RuleSet;
use victor_migrate::rule::page::{Flags, Page, PageLevel, Sample, SampleRole, marks};
use victor_migrate::scan::{Options, Outcome, run_text};
use victor_migrate::source::{Lines, Source};
use victor_migrate::target::Target;

fn rules() -> RuleSet {
    RuleSet::load(None).expect("the embedded rules compile")
}

/// A release that is bundled.
fn at(release: &str) -> Target {
    Target::release(victor_migrate::releases::manifest(release).expect("a bundled release"), String::new())
}

fn run(rules: &RuleSet, text: &str, flags: &Flags, fix: bool, select: &[String]) -> Outcome {
    let select = select.to_vec();
    let target = Arc::new(flags.target.as_deref().map_or_else(Target::default, at));
    let options = Options { target, fix, unsafe_fixes: flags.unsafe_, modernize: flags.modernize, select, ..Options::default() };
    run_text(Source::from_text("sample.py", text), rules, &options)
}

fn fixed(outcome: &Outcome, text: &str) -> String {
    outcome.files.first().map_or_else(|| text.to_owned(), |file| file.text().to_owned())
}

fn open(outcome: &Outcome) -> impl Iterator<Item = &Finding> {
    outcome.files.iter().flat_map(|file| &file.findings).filter(|finding| finding.is_open())
}

/// What is wrong with one sample; empty when it holds.
fn judge(rules: &RuleSet, page: &Page, sample: &Sample) -> Vec<String> {
    let place = format!("{}:{} {}", page.file, sample.line, sample.title);
    // A move is made for code that goes on to its release.
    let target = sample.flags.target.clone().or_else(|| page.to.clone());
    let flags = &Flags { target, ..sample.flags.clone() };
    let mut wrong = Vec::new();
    let mut own = vec![page.name.clone()];
    own.extend(flags.also.iter().cloned());
    let strangers = |outcome: &Outcome| {
        let strange = open(outcome).filter(|f| f.rule != page.name && !flags.also.contains(&f.rule));
        strange.map(|f| format!("{place}: {} fires too ({:?})", f.rule, f.reason)).collect::<Vec<_>>()
    };
    match &sample.role {
        SampleRole::Fix { before, after } => {
            let seen = run(rules, before, flags, false, &[]);
            wrong.extend(strangers(&seen));
            let outcome = run(rules, before, flags, true, &[]);
            let got = fixed(&outcome, before);
            if &got != after {
                let why: Vec<_> = open(&seen).map(|f| format!("{} {:?} {:?} fix={}", f.rule, f.level, f.reason, f.fix.is_some())).collect();
                wrong.push(format!("{place}: expected\n{after}\ngot\n{got}\n{why:#?}"));
            }
            if fixed(&run(rules, &got, flags, true, &[]), &got) != got {
                wrong.push(format!("{place}: a second run changes it again"));
            }
            if parse(&got).is_none_or(|tree| tree.root_node().has_error()) {
                wrong.push(format!("{place}: the result does not parse"));
            }
        }
        SampleRole::Keep(text) => {
            let outcome = run(rules, text, flags, true, &own);
            if fixed(&outcome, text) != *text {
                wrong.push(format!("{place}: must stay, became\n{}", fixed(&outcome, text)));
            }
        }
        SampleRole::Report(text) => {
            let outcome = run(rules, text, flags, false, &own);
            let lines = Lines::new(text);
            let level = |level: Option<PageLevel>| match level.unwrap_or(page.level) {
                PageLevel::None => Level::None,
                PageLevel::Safe => Level::Safe,
                PageLevel::Review => Level::Review,
                PageLevel::Manual => Level::Manual,
            };
            let mut expected: Vec<(usize, Level)> = marks(text).into_iter().map(|(line, of)| (line, level(of))).collect();
            let mut got: Vec<(usize, Level)> = outcome
                .files
                .iter()
                .flat_map(|file| &file.findings)
                .filter(|f| f.rule == page.name)
                .map(|f| (lines.line_col(f.span.start).0, f.level))
                .collect();
            expected.sort_unstable();
            got.sort_unstable();
            got.dedup();
            if expected != got {
                wrong.push(format!("{place}: marked {expected:?}, found {got:?}"));
            }
            wrong.extend(strangers(&outcome));
        }
    }
    wrong
}

#[test]
fn every_sample_of_every_rule_holds() {
    let rules = rules();
    let mut wrong = Vec::new();
    for page in rules.pages() {
        for sample in &page.samples {
            wrong.extend(judge(&rules, page, sample));
        }
    }
    assert!(wrong.is_empty(), "{} samples do not hold:\n{}", wrong.len(), wrong.join("\n"));
}
