//! The proof of a rule: each of its samples runs before and after, in every situation, and nobody can tell.

use super::compare::{Declared, Verdict, judge};
use super::situation::{SITUATIONS, Situation, driver};
use crate::rule::page::{Page, Sample, SampleRole};
use crate::runtime::bridge::Face;
use crate::runtime::sandbox::{Program, Run};
use crate::surface::{self, Side};

/// Runs programs on a surface; the caller says where.
pub trait Sandbox {
    /// One run.
    fn run(&mut self, face: Face, program: &Program) -> Run;
}

/// What came of one sample in one situation.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The heading of the sample.
    pub sample: String,
    /// Its line in the page.
    pub line: usize,
    /// The situation.
    pub situation: &'static str,
    /// Whether the rewrite can be told.
    pub verdict: Verdict,
}

/// Proves every sample of a page that changes a program.
pub fn prove(page: &Page, sandbox: &mut dyn Sandbox) -> Vec<Proof> {
    let declared = page.raises.as_ref().map(|(old, new)| Declared { old, new });
    let mut proofs = Vec::new();
    for sample in &page.samples {
        let SampleRole::Fix { before, after } = &sample.role else { continue };
        for situation in &SITUATIONS {
            let verdict = verdict(sandbox, before, after, situation, declared);
            proofs.push(proof(sample, situation, verdict));
        }
    }
    proofs
}

fn proof(sample: &Sample, situation: &Situation, verdict: Verdict) -> Proof {
    Proof { sample: sample.title.clone(), line: sample.line, situation: situation.name, verdict }
}

/// Runs both sides twice.
pub fn verdict(sandbox: &mut dyn Sandbox, before: &str, after: &str, situation: &Situation, declared: Option<Declared<'_>>) -> Verdict {
    let program =
        |text: &str| Program { text: driver(situation), modules: [("sample".to_owned(), text.to_owned())].into(), ..Program::default() };
    let face = if still_legacy(after) { Face::Both } else { Face::Coordinator };
    let (old, new) = (program(before), program(after));
    let before = [sandbox.run(Face::Legacy, &old), sandbox.run(Face::Legacy, &old)];
    let after = [sandbox.run(face, &new), sandbox.run(face, &new)];
    judge([&before[0], &before[1]], [&after[0], &after[1]], declared)
}

/// Whether a half-migrated program still reaches for an internal.
fn still_legacy(text: &str) -> bool {
    let members = surface::class(surface::ORCHESTRATOR).map_or(&[][..], |class| class.members);
    members.iter().filter(|member| member.side == Side::Legacy).any(|member| {
        text.match_indices(member.name).any(|(at, _)| {
            let rest = text.get(at + member.name.len()..).unwrap_or("");
            text.get(..at).is_some_and(|before| before.ends_with('.')) && !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_')
        })
    })
}
