//! The proof of a rule: its samples, in every shape, run before and after in every situation, and nobody can tell. Then the
//! rewrite gets mistakes, and the same proof has to notice them.

use std::collections::BTreeSet;

use super::changed::{Side, sides};
use super::compare::{Declared, Difference, Verdict, difference, judge};
use super::coverage::unreached;
use super::mutate::{Mutant, mutants};
use super::shapes::variants;
use super::situation::{SITUATIONS, Situation, driver};
use super::world::reaches;
use crate::rule::RuleSet;
use crate::rule::page::{Page, Sample, SampleRole};
use crate::runtime::bridge::Face;
use crate::runtime::sandbox::{Ended, Program, Run};
use crate::scan::{Options, run_text};
use crate::source::Source;
use crate::surface::Side as Of;

/// The shape of a sample itself.
const AS_WRITTEN: &str = "as written";

/// Runs programs on a surface; the caller says where.
pub trait Sandbox {
    /// One run.
    fn run(&mut self, face: Face, program: &Program) -> Run;
}

/// What came of one program.
#[derive(Clone, Debug)]
pub struct Proof {
    /// How the program differs from the sample: `as written`, or the shape of its calls.
    pub shape: &'static str,
    /// The first situation that shows it; `None` where it is the same in all.
    pub situation: Option<&'static str>,
    /// Whether the rewrite can be told.
    pub verdict: Verdict,
}

/// What came of one sample.
#[derive(Clone, Debug, Default)]
pub struct SampleProof {
    /// As written, then in other shapes.
    pub proofs: Vec<Proof>,
    /// Shapes that the rule reports instead of rewriting them.
    pub reported: Vec<&'static str>,
    /// The mistakes, and whether the proof noticed each.
    pub mutants: Vec<(Mutant, bool)>,
}

/// Proves one sample of a rule; `None` where there is nothing to run before and after.
pub fn prove(rules: &RuleSet, page: &Page, sample: &Sample, sandbox: &mut dyn Sandbox) -> Option<SampleProof> {
    let declared = page.raises.as_ref().map(|(old, new)| Declared { old, new });
    let mut prover = Prover { sandbox, declared, reviewed: sample.flags.unsafe_ && page.differs.is_some() };
    match &sample.role {
        SampleRole::Fix { before, after } => Some(prover.rewrite(rules, page, sample, before, after)),
        SampleRole::Keep(text) if text.contains("victor") && !reaches(text, Of::Legacy) && !reaches(text, Of::Coordinator) => {
            Some(prover.keep(text))
        }
        _ => None,
    }
}

/// What does not change from program to program.
struct Prover<'p> {
    sandbox: &'p mut dyn Sandbox,
    declared: Option<Declared<'p>>,
    /// A person agreed to what the page says will differ.
    reviewed: bool,
}

impl Prover<'_> {
    fn rewrite(&mut self, rules: &RuleSet, page: &Page, sample: &Sample, before: &str, after: &str) -> SampleProof {
        let Some([old, new]) = sides(before, after) else { return SampleProof::default() };
        let first = self.run(before, false, &SITUATIONS);
        let proof = self.proof(AS_WRITTEN, [&old, &new], &first);
        let proven = !matches!(proof.verdict, Verdict::Changed(_));
        let unproven = matches!(proof.verdict, Verdict::Unproven(_));
        let mut whole = SampleProof { proofs: vec![proof], ..SampleProof::default() };
        if unproven {
            return whole;
        }
        for (shape, text) in variants(&old) {
            match fixed(rules, page, sample, &text).as_deref().and_then(|fixed| sides(&text, fixed)) {
                Some([old, new]) => {
                    let first = self.run(old.syntax.text, false, &SITUATIONS);
                    whole.proofs.push(self.proof(shape, [&old, &new], &first));
                }
                None => whole.reported.push(shape),
            }
        }
        if proven {
            let right = self.run(after, true, &SITUATIONS);
            for mutant in mutants(&new) {
                let run = self.run(&mutant.text, true, &SITUATIONS);
                let noticed = run.ended != right.ended || difference(&right, &run, self.declared).is_some();
                whole.mutants.push((mutant, noticed));
            }
        }
        whole
    }

    /// A program that the rule leaves alone means the same on both surfaces.
    fn keep(&mut self, text: &str) -> SampleProof {
        let old = self.run(text, false, &SITUATIONS);
        let new = self.run_on(Face::Coordinator, text, &SITUATIONS);
        let verdict = judge([&old, &old], [&new, &new], None);
        SampleProof { proofs: vec![Proof { shape: "kept", situation: None, verdict }], ..SampleProof::default() }
    }

    /// All situations in one program; where that shows something, one by one, for the first that does.
    fn proof(&mut self, shape: &'static str, [old, new]: [&Side<'_>; 2], first: &Run) -> Proof {
        let (before, after) = (old.syntax.text, new.syntax.text);
        let new_run = self.run(after, true, &SITUATIONS);
        if [first, &new_run].iter().any(|run| run.ended != Ended::Normally) {
            // Every other run would end at the same limit.
            return Proof { shape, situation: None, verdict: judge([first, first], [&new_run, &new_run], None) };
        }
        // What is deterministic as written stays so in another shape.
        let again = (shape == AS_WRITTEN).then(|| [self.run(before, false, &SITUATIONS), self.run(after, true, &SITUATIONS)]);
        let [second, new_second] = again.as_ref().map_or([first, &new_run], |[old, new]| [old, new]);
        let whole = judge([first, second], [&new_run, new_second], self.declared);
        let missed = [(old, first), (new, &new_run)].into_iter().find_map(|(side, run)| unreached(side, &executed(run)));
        let (situation, verdict) = match (whole, missed) {
            (Verdict::Equal | Verdict::Declared(_), Some(line)) => (None, Verdict::Unproven(format!("line {line} never ran"))),
            (Verdict::Equal, None) => (None, Verdict::Equal),
            (whole, _) => self.witness(before, after).unwrap_or((None, whole)),
        };
        Proof { shape, situation, verdict: self.agreed(verdict) }
    }

    fn witness(&mut self, before: &str, after: &str) -> Option<(Option<&'static str>, Verdict)> {
        let mut seen = SITUATIONS.iter().map(|situation| {
            let one = std::slice::from_ref(situation);
            let (old, new) = (self.run(before, false, one), self.run(after, true, one));
            (Some(situation.name), judge([&old, &old], [&new, &new], self.declared))
        });
        let mut declared = None;
        let worse = seen.find(|(situation, verdict)| {
            if matches!(verdict, Verdict::Declared(_)) && declared.is_none() {
                declared = Some((*situation, verdict.clone()));
            }
            !matches!(verdict, Verdict::Equal | Verdict::Declared(_))
        });
        worse.or(declared)
    }

    fn agreed(&self, verdict: Verdict) -> Verdict {
        match verdict {
            Verdict::Changed(found) if self.reviewed => Verdict::Declared(found),
            other => other,
        }
    }

    fn run(&mut self, text: &str, migrated: bool, situations: &[Situation]) -> Run {
        let face = match (migrated, reaches(text, Of::Legacy)) {
            (false, _) => Face::Legacy,
            (true, true) => Face::Both,
            (true, false) => Face::Coordinator,
        };
        self.run_on(face, text, situations)
    }

    fn run_on(&mut self, face: Face, text: &str, situations: &[Situation]) -> Run {
        let modules = [("sample".to_owned(), text.to_owned())].into();
        self.sandbox.run(face, &Program { text: driver(situations), modules, ..Program::default() })
    }
}

/// What the rule makes of a program; `None` where it changes nothing.
fn fixed(rules: &RuleSet, page: &Page, sample: &Sample, text: &str) -> Option<String> {
    let mut select = vec![page.name.clone()];
    select.extend(sample.flags.also.iter().cloned());
    let (unsafe_fixes, modernize) = (sample.flags.unsafe_, sample.flags.modernize);
    let options = Options { fix: true, unsafe_fixes, modernize, select, ..Options::default() };
    run_text(Source::from_text("sample.py", text), rules, &options).files.into_iter().next().and_then(|file| file.fixed)
}

fn executed(run: &Run) -> BTreeSet<u32> {
    run.lines.get("sample.py").cloned().unwrap_or_default()
}

/// What is wrong with a rule as a whole, given the proofs of its samples: a difference that it declares and never shows.
#[must_use]
pub fn never_shown(page: &Page, proofs: &[&Proof]) -> Option<String> {
    let shows = proofs.iter().any(|proof| matches!(proof.verdict, Verdict::Declared(_)));
    let promised = page.raises.is_some() || page.differs.is_some();
    let said = || page.raises.as_ref().map_or_else(|| page.differs.clone().unwrap_or_default(), |(old, new)| format!("{old} -> {new}"));
    (promised && !shows).then(|| format!("it declares a difference that no sample shows: {}", said()))
}

/// The first difference of a verdict, for a report.
#[must_use]
pub fn witness(verdict: &Verdict) -> Option<&Difference> {
    match verdict {
        Verdict::Declared(found) | Verdict::Changed(found) => Some(found),
        Verdict::Equal | Verdict::Unproven(_) => None,
    }
}
