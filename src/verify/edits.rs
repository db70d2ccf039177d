//! The user's own edits, executed before they are offered: the module of each is run as it was and as it would be, in all
//! situations. What cannot be told apart is verified, edit by edit; where something can, the culprit is found by halving.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::compare::{Declared, Difference, Verdict, difference, judge};
use super::coverage::missed;
use super::prove::Sandbox;
use super::situation::{SITUATIONS, Situation, project_driver};
use super::world::World;
use crate::edit;
use crate::finding::{Edit, Finding, Fix, Level};
use crate::python::{Syntax, syntax};
use crate::rule::RuleSet;
use crate::runtime::sandbox::{Ended, Program, Run};
use crate::source::{Lines, Source};

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
pub fn verify(world: &World, candidate: &Candidate<'_>, rules: &RuleSet, sandbox: &mut dyn Sandbox) -> Vec<Verified> {
    let source = candidate.source;
    let lines = Lines::new(&source.text);
    let report = |finding: &Finding, outcome: Outcome| Verified {
        path: source.path.clone(),
        line: lines.line_col(finding.span.start).0,
        start: finding.span.start,
        rule: finding.rule.clone(),
        outcome,
    };
    let all = |outcome: &Outcome| candidate.findings.iter().map(|finding| report(finding, outcome.clone())).collect();
    let Some(module) = world.name(&source.path) else {
        return all(&Outcome::Unproven("the file cannot be imported by a name; rename it, or call it from a module".to_owned()));
    };
    let mut bench = Bench { world, source, module, named: named(candidate), only: Vec::new(), script: false, rules, sandbox };
    let everything: Vec<usize> = (0..candidate.findings.len()).collect();
    let mut outcomes: Vec<Option<Outcome>> = vec![None; candidate.findings.len()];
    let mut settle = |bench: &mut Bench<'_>, part: &[usize]| -> Result<(), String> {
        for (at, outcome) in bench.part(candidate, part)? {
            outcomes[at] = Some(outcome);
        }
        Ok(())
    };
    // Where one definition spoils the whole module, each is called for itself.
    let spoiled = settle(&mut bench, &everything).err();
    if spoiled.is_some() {
        for (name, part) in definitions(candidate) {
            bench.only = vec![name];
            // What cannot be compared for itself stays unknown.
            let _ = settle(&mut bench, &part);
        }
    }
    // What stands below `if __name__ == "__main__":` runs where the file is started.
    if source.text.contains("__main__") {
        let is_open = |at: &usize| outcomes[*at].as_ref().is_none_or(|outcome| matches!(outcome, Outcome::Unproven(_)));
        let open: Vec<usize> = everything.into_iter().filter(is_open).collect();
        (bench.script, bench.only) = (true, Vec::new());
        let known = |(_, outcome): &(usize, Outcome)| !matches!(outcome, Outcome::Unproven(_));
        let started = if open.is_empty() { Vec::new() } else { bench.part(candidate, &open).unwrap_or_default() };
        for (at, outcome) in started.into_iter().filter(known) {
            outcomes[at] = Some(outcome);
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

/// The findings by the definition at the top of the module that holds each; `-`, which is no name, for the module itself.
fn definitions(candidate: &Candidate<'_>) -> BTreeMap<String, Vec<usize>> {
    let mut parts: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let Some(tree) = syntax::parse(&candidate.source.text) else { return parts };
    let syntax = Syntax::new(&candidate.source.text, &tree);
    let top: Vec<_> = syntax.children(0).collect();
    for (at, finding) in candidate.findings.iter().enumerate() {
        let holds = |id: &&usize| syntax.start(**id) <= finding.span.start && syntax.end(**id) > finding.span.start;
        let inner = top.iter().find(holds).map(|&id| syntax.field(id, "definition").unwrap_or(id));
        let name = inner.and_then(|id| syntax.field(id, "name")).map_or("-", |name| syntax.str(name));
        parts.entry(name.to_owned()).or_default().push(at);
    }
    parts
}

/// What a run of several edits says.
enum Judged {
    /// They are told apart, or nothing is known: to be looked at one by one.
    Alone(Outcome),
    /// Nobody can tell; which of them ran.
    Each(Vec<Outcome>),
}

/// One file on the bench.
struct Bench<'b> {
    world: &'b World,
    source: &'b Source,
    module: &'b str,
    /// Parameters that hold an orchestrator.
    named: Vec<String>,
    /// The definitions that are called; none named, all are.
    only: Vec<String>,
    /// The file is started, not imported.
    script: bool,
    rules: &'b RuleSet,
    sandbox: &'b mut dyn Sandbox,
}

impl Bench<'_> {
    fn run(&mut self, text: &str, situations: &[Situation]) -> Run {
        let world = self.world.with(&[(&self.source.path, text)]);
        let project: Vec<String> = world.modules().keys().cloned().collect();
        let text = match self.script {
            true => text.to_owned(),
            false => project_driver(situations, self.module, &self.named, &project, &self.only),
        };
        self.sandbox.run(world.face(), &Program { text, modules: world.modules().clone(), ..Program::default() })
    }

    /// The outcomes of some findings; an error where the code as it is does not come to its end, or disagrees with itself.
    fn part(&mut self, candidate: &Candidate<'_>, part: &[usize]) -> Result<Vec<(usize, Outcome)>, String> {
        let original = self.source.text.clone();
        let before = self.run(&original, &SITUATIONS);
        if before.ended != Ended::Normally {
            return Err(before.ended.to_string());
        }
        let again = self.run(&original, &SITUATIONS);
        if let Some(difference) = difference(&before, &again, None) {
            return Err(format!("it disagrees with itself in {}", difference.what));
        }
        let mut outcomes = Vec::new();
        let mut open: Vec<Vec<usize>> = vec![part.to_vec()];
        while let Some(group) = open.pop() {
            let chosen: Vec<&Finding> = group.iter().map(|&at| candidate.findings[at]).collect();
            match self.group(&chosen, [&before, &again]) {
                Judged::Alone(outcome) if group.len() == 1 => outcomes.push((group[0], outcome)),
                Judged::Alone(_) => {
                    let (left, right) = group.split_at(group.len() / 2);
                    open.extend([left.to_vec(), right.to_vec()]);
                }
                Judged::Each(each) => outcomes.extend(group.into_iter().zip(each)),
            }
        }
        Ok(outcomes)
    }

    fn group(&mut self, findings: &[&Finding], before: [&Run; 2]) -> Judged {
        let fixes: Vec<&Fix> = findings.iter().filter_map(|finding| finding.fix.as_ref()).collect();
        let chosen = edit::compatible(&fixes);
        let edits = edit::merged(chosen.iter().map(|(_, fix)| *fix));
        let text = edit::apply(&self.source.text, &edits);
        let Some(tree) = syntax::parse(&text).filter(|tree| !tree.root_node().has_error()) else {
            let difference = Difference { what: "syntax".to_owned(), old: "parses".to_owned(), new: "does not parse".to_owned() };
            return Judged::Alone(Outcome::Broken(Witness { situation: "", difference }));
        };
        let after = self.run(&text, &SITUATIONS);
        if findings.len() > 1 && difference(before[0], &after, None).is_some() {
            return Judged::Alone(Outcome::Unproven("told apart together".to_owned()));
        }
        let second = self.run(&text, &SITUATIONS);
        let one = (findings.len() == 1).then(|| findings[0]);
        let page = one.and_then(|finding| self.rules.page(&finding.rule));
        let declared = page.and_then(|page| page.raises.as_ref()).map(|(old, new)| Declared { old, new });
        match judge(before, [&after, &second], declared) {
            Verdict::Equal => Judged::Each(self.each(findings, &chosen, [before[0], &after], (&text, &Syntax::new(&text, &tree)), &edits)),
            Verdict::Unproven(why) => Judged::Alone(Outcome::Unproven(why)),
            Verdict::Declared(difference) => Judged::Alone(Outcome::Declared(self.witness(&text, difference))),
            Verdict::Changed(difference) => {
                let agreed = one.is_some_and(|finding| finding.level == Level::Review) && page.is_some_and(|page| page.differs.is_some());
                let witness = self.witness(&text, difference);
                Judged::Alone(match raises(&witness.difference) {
                    // No page declares that code breaks.
                    true => Outcome::Broken(witness),
                    false if agreed => Outcome::Declared(witness),
                    false => Outcome::Changed(witness),
                })
            }
        }
    }

    /// The first situation that shows a difference: the driver's output names it, another record has to be made again.
    fn witness(&mut self, text: &str, whole: Difference) -> Witness {
        if let Some(situation) = (whole.what == "stdout").then(|| shown_in(&whole)).flatten() {
            return Witness { situation, difference: whole };
        }
        if self.script {
            return Witness { situation: "started as a script", difference: whole };
        }
        let original = self.source.text.clone();
        let mut seen = SITUATIONS.iter().filter_map(|situation| {
            let one = std::slice::from_ref(situation);
            let (old, new) = (self.run(&original, one), self.run(text, one));
            let difference = difference(&old, &new, None)?;
            Some(Witness { situation: situation.name, difference })
        });
        seen.next().unwrap_or(Witness { situation: "", difference: whole })
    }

    /// Nobody can tell: every edit whose statements ran on both sides is verified.
    fn each(
        &self,
        findings: &[&Finding],
        chosen: &[(usize, &Fix)],
        [before, after]: [&Run; 2],
        (text, new): (&str, &Syntax<'_>),
        edits: &[Edit],
    ) -> Vec<Outcome> {
        let file = if self.script { "main.py".to_owned() } else { self.world.file(self.module) };
        let executed = |run: &Run| -> BTreeSet<u32> { run.lines.get(&file).cloned().unwrap_or_default() };
        let (ran_before, ran_after) = (executed(before), executed(after));
        let (old_lines, new_lines) = (Lines::new(&self.source.text), Lines::new(text));
        let old_tree = syntax::parse(&self.source.text);
        let old = old_tree.as_ref().map(|tree| Syntax::new(&self.source.text, tree));
        let outcome = |at: usize| {
            let Some((_, fix)) = chosen.iter().find(|(index, _)| *index == at) else {
                return Outcome::Unproven("it overlaps another edit, and waits for a second run".to_owned());
            };
            if !findings[at].elsewhere.is_empty() {
                return Outcome::Unproven("it changes other files too, which are not run together yet".to_owned());
            }
            let gone = fix.edits.iter().filter(|edit| edit.end > edit.start);
            let missed_old = old.as_ref().and_then(|old| gone.filter_map(|edit| missed(old, &old_lines, edit.start, &ran_before)).next());
            let came = fix.edits.iter().filter(|edit| !edit.text.trim().is_empty());
            let places = came.filter_map(|edit| place(edits, edit));
            let missed_new = places.filter_map(|byte| missed(new, &new_lines, byte + indent(text, byte), &ran_after)).next();
            match missed_old.or(missed_new) {
                None => Outcome::Verified,
                Some(line) => {
                    Outcome::Unproven(format!("line {line} never ran; annotate its parameters, or call it where a module is run"))
                }
            }
        };
        (0..findings.len()).map(outcome).collect()
    }
}

/// The situation above the first line that differs.
fn shown_in(difference: &Difference) -> Option<&'static str> {
    let same = difference.old.lines().zip(difference.new.lines()).take_while(|(old, new)| old == new);
    let name = same.filter_map(|(line, _)| line.strip_prefix("== ")).last()?;
    SITUATIONS.iter().map(|situation| situation.name).find(|known| *known == name)
}

/// Where an edit's text begins in the new text.
fn place(edits: &[Edit], wanted: &Edit) -> Option<usize> {
    let mut shift = 0_isize;
    for edit in edits {
        let start = edit.start.checked_add_signed(shift)?;
        if edit == wanted {
            return Some(start);
        }
        shift += isize::try_from(edit.text.len()).ok()? - isize::try_from(edit.end - edit.start).ok()?;
    }
    None
}

/// White space at a byte.
fn indent(text: &str, byte: usize) -> usize {
    let rest = text.get(byte..).unwrap_or("");
    rest.len() - rest.trim_start().len()
}

/// Whether the new side raises where the old one did not.
fn raises(difference: &Difference) -> bool {
    let old: BTreeSet<&str> = difference.old.lines().collect();
    let new = difference.new.lines().find(|line| !old.contains(line)).unwrap_or("");
    let before = difference.old.lines().find(|line| !difference.new.contains(line)).unwrap_or("");
    new.contains(" raised ") && !before.contains(" raised ") || difference.what == "exception" && difference.old == "none"
}

/// Receivers that are bare names: where a parameter has such a name and no annotation, an orchestrator is passed.
fn named(candidate: &Candidate<'_>) -> Vec<String> {
    let is_word = |word: &str| !word.is_empty() && word != "self" && word.chars().all(|c| c.is_alphanumeric() || c == '_');
    let names: BTreeSet<String> =
        candidate.findings.iter().map(|finding| finding.receiver.clone()).filter(|receiver| is_word(receiver)).collect();
    names.into_iter().collect()
}

/// The candidates of a run: files with fixes that its flags apply.
#[must_use]
pub fn candidates<'o>(files: &'o [crate::scan::FileOutcome], level: Level) -> Vec<Candidate<'o>> {
    let wanted = |finding: &&Finding| finding.is_due() && finding.fix.as_ref().is_some_and(|fix| fix.level <= level);
    let candidate =
        |file: &'o crate::scan::FileOutcome| Candidate { source: &file.source, findings: file.findings.iter().filter(wanted).collect() };
    files.iter().map(candidate).filter(|candidate| !candidate.findings.is_empty()).collect()
}
