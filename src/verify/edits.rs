//! The user's own edits, executed before they are offered: the module of each is run as it was and as it would be, in all
//! situations. What cannot be told apart is verified, edit by edit; where something can, the culprit is found by halving.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::bench::Bench;
use super::compare::Difference;
use super::prove::Sandbox;
use super::situation::Called;
use super::world::World;
use crate::finding::{Finding, Level};
use crate::python::Syntax;
use crate::rule::RuleSet;
use crate::source::{Form, Places, Source};

/// What came of one edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It ran, before and after, and nobody can tell.
    Verified,
    /// It can be told, in the way that its rule declares.
    Declared(Witness),
    /// It can be told.
    Changed(Witness),
    /// It raises what the code did not raise before, or does not compile.
    Broken(Witness),
    /// Nothing is known; why, and what would help.
    Unproven(String),
}

impl Outcome {
    /// Its word in every format.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Declared(_) => "declared",
            Self::Changed(_) => "changed",
            Self::Broken(_) => "broken",
            Self::Unproven(_) => "unproven",
        }
    }
}

/// A difference and the situation that shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The situation; empty where only all together show it.
    pub situation: &'static str,
    /// What differs.
    pub difference: Difference,
    /// The few lines that show it for themselves, where they do.
    pub slice: Option<String>,
}

/// One edit of a file with what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The file.
    pub path: PathBuf,
    /// Line of the site, from 1.
    pub line: usize,
    /// First byte of the site.
    pub start: usize,
    /// The rule.
    pub rule: String,
    /// What came of it.
    pub outcome: Outcome,
}

/// A file and the fixes that would be made in it.
pub struct Candidate<'c> {
    /// The file as it is.
    pub source: &'c Source,
    /// Its findings with a fix that would be applied.
    pub findings: Vec<&'c Finding>,
}

/// Runs the fixes of a file, before and after.
pub fn verify<'c>(world: &World, candidate: &Candidate<'c>, rules: &'c RuleSet, sandbox: &mut dyn Sandbox) -> Vec<Verified> {
    let source = candidate.source;
    let places = Places::new(source, &source.text);
    let report = |finding: &Finding, outcome: Outcome| Verified {
        path: source.path.clone(),
        line: places.line_col(finding.span.start).0,
        start: finding.span.start,
        rule: finding.rule.clone(),
        outcome,
    };
    let all = |outcome: &Outcome| candidate.findings.iter().map(|finding| report(finding, outcome.clone())).collect();
    if let Some(document) = &source.document {
        let what = if document.form() == Form::Notebook { "notebook" } else { "document" };
        return all(&Outcome::Unproven(format!("{what}: only modules are executed")));
    }
    let others = candidate.findings.iter().flat_map(|finding| &finding.elsewhere).map(|(path, _)| Path::new(path)).collect();
    let Some(modules) = world.around(&source.path, &others) else {
        return all(&Outcome::Unproven("the file cannot be imported by a name; rename it, or call it from a module".to_owned()));
    };
    let own = modules.name(&source.path).unwrap_or_default().to_owned();
    let called = Called { modules: vec![own], named: named(candidate), only: Vec::new() };
    let mut bench = Bench { modules: &modules, source, called, script: false, rules, sandbox };
    let everything: Vec<usize> = (0..candidate.findings.len()).collect();
    let mut outcomes: Vec<Option<Outcome>> = vec![None; candidate.findings.len()];
    // Where one definition spoils the whole module, each is called for itself.
    let spoiled = settle(&mut bench, candidate, &everything, &mut outcomes).err();
    if spoiled.is_some() {
        for (name, part) in definitions(candidate) {
            bench.called.only = vec![name];
            // What cannot be compared for itself stays unknown.
            let _ = settle(&mut bench, candidate, &part, &mut outcomes);
        }
    }
    // What stands below `if __name__ == "__main__":` runs where the file is started.
    if source.text.contains("__main__") {
        let is_unknown = |outcome: &Option<Outcome>| outcome.as_ref().is_none_or(|outcome| matches!(outcome, Outcome::Unproven(_)));
        let is_bad = |outcome: &Outcome| matches!(outcome, Outcome::Changed(_) | Outcome::Broken(_));
        let open: Vec<usize> = everything.into_iter().filter(|at| !outcomes[*at].as_ref().is_some_and(is_bad)).collect();
        (bench.script, bench.called.only) = (true, Vec::new());
        let known = |(_, outcome): &(usize, Outcome)| !matches!(outcome, Outcome::Unproven(_));
        let started = if open.is_empty() { Vec::new() } else { bench.part(candidate, &open).unwrap_or_default() };
        for (at, outcome) in started.into_iter().filter(known) {
            if is_unknown(&outcomes[at]) || is_bad(&outcome) {
                outcomes[at] = Some(outcome);
            }
        }
    }
    let unknown = || {
        Outcome::Unproven(match &spoiled {
            Some(why) => format!("the code as it is cannot be compared: {why}"),
            None => "it overlaps another edit, and waits for a second run".to_owned(),
        })
    };
    candidate.findings.iter().zip(outcomes).map(|(finding, outcome)| report(finding, outcome.unwrap_or_else(unknown))).collect()
}

/// Writes down what came of a part.
fn settle<'b>(bench: &mut Bench<'b>, candidate: &Candidate<'b>, part: &[usize], outcomes: &mut [Option<Outcome>]) -> Result<(), String> {
    for (at, outcome) in bench.part(candidate, part)? {
        outcomes[at] = Some(outcome);
    }
    Ok(())
}

/// The findings by the definition at the top of the module that holds each; `-`, which is no name, for the module itself.
fn definitions(candidate: &Candidate<'_>) -> BTreeMap<String, Vec<usize>> {
    let mut parts: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let Some(syntax) = Syntax::parse(&candidate.source.text) else { return parts };
    let top: Vec<_> = syntax.children(0).collect();
    for (at, finding) in candidate.findings.iter().enumerate() {
        let holds = |id: &&usize| syntax.start(**id) <= finding.span.start && syntax.end(**id) > finding.span.start;
        let inner = top.iter().find(holds).map(|&id| syntax.field(id, "definition").unwrap_or(id));
        let name = inner.and_then(|id| syntax.field(id, "name")).map_or("-", |name| syntax.str(name));
        parts.entry(name.to_owned()).or_default().push(at);
    }
    parts
}

/// What receivers are called, `agent` for `self._agent` too: where a parameter has such a name and no annotation, an
/// orchestrator is passed.
fn named(candidate: &Candidate<'_>) -> Vec<String> {
    let is_word = |word: &&str| !word.is_empty() && *word != "self" && word.chars().all(|c| c.is_alphanumeric() || c == '_');
    let last = |finding: &&'_ Finding| {
        let receiver = finding.receiver.as_str();
        let dotted = receiver.split('.').all(|word| is_word(&word) || word == "self");
        receiver.rsplit('.').next().filter(|_| dotted).filter(is_word).map(str::to_owned)
    };
    let names: BTreeSet<String> = candidate.findings.iter().filter_map(last).collect();
    names
        .iter()
        .flat_map(|name| [name.as_str(), name.trim_start_matches('_')])
        .map(str::to_owned)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

/// The candidates of a run: files with fixes that its flags apply.
#[must_use]
pub fn candidates<'o>(files: &'o [crate::scan::FileOutcome], level: Level) -> Vec<Candidate<'o>> {
    let wanted = |finding: &&Finding| finding.is_due() && finding.fix.as_ref().is_some_and(|fix| fix.level <= level);
    let candidate =
        |file: &'o crate::scan::FileOutcome| Candidate { source: &file.source, findings: file.findings.iter().filter(wanted).collect() };
    files.iter().map(candidate).filter(|candidate| !candidate.findings.is_empty()).collect()
}
