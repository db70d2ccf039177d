//! `rules prove`: the verdict of every rule whose samples change a program.

use std::io::Write;

use rayon::prelude::*;

use super::Stop;
use super::args::Surface;
use super::rules::unknown;
use super::run::child;
use crate::rule::RuleSet;
use crate::rule::page::{Page, PageLevel, SampleRole};
use crate::runtime::bridge::Face;
use crate::runtime::sandbox::{Child, Program, Run};
use crate::verify::compare::Verdict;
use crate::verify::prove::{Proof, Sandbox, prove as prove_page};

/// One child for each surface.
struct Children {
    legacy: Child,
    coordinator: Child,
    both: Child,
}

impl Children {
    fn new() -> Result<Self, Stop> {
        Ok(Children { legacy: child(Surface::Legacy)?, coordinator: child(Surface::Coordinator)?, both: child(Surface::Both)? })
    }
}

impl Sandbox for Children {
    fn run(&mut self, face: Face, program: &Program) -> Run {
        match face {
            Face::Legacy => self.legacy.run(program),
            Face::Coordinator => self.coordinator.run(program),
            Face::Both => self.both.run(program),
        }
    }
}

/// Proves the named rules, or all; ends with 1 when a safe rule's rewrite can be told or is unproven.
pub fn prove(rules: &RuleSet, names: &[String], out: &mut dyn Write) -> Result<u8, Stop> {
    if let Some(name) = names.iter().find(|name| rules.page(name).is_none()) {
        return Err(Stop::Message(unknown(rules, name)));
    }
    let changes = |page: &&Page| page.samples.iter().any(|sample| matches!(sample.role, SampleRole::Fix { .. }));
    let wanted = |page: &&Page| names.is_empty() || names.contains(&page.name);
    let pages: Vec<&Page> = rules.pages().filter(wanted).filter(changes).collect();
    let proven = pages.par_iter().map(|page| Ok((*page, prove_page(page, &mut Children::new()?)))).collect::<Result<Vec<_>, Stop>>()?;
    let mut code = 0;
    for (page, proofs) in &proven {
        code |= u8::from(!show(page, proofs, out).map_err(Stop::Output)?);
    }
    Ok(code)
}

/// One line for a rule, and one block for every proof that failed; whether the rule holds what its level says.
fn show(page: &Page, proofs: &[Proof], out: &mut dyn Write) -> std::io::Result<bool> {
    let count = |wanted: fn(&Verdict) -> bool| proofs.iter().filter(|proof| wanted(&proof.verdict)).count();
    let equal = count(|verdict| *verdict == Verdict::Equal);
    let declared = count(|verdict| *verdict == Verdict::Declared);
    let changed = count(|verdict| matches!(verdict, Verdict::Changed(_)));
    let unproven = count(|verdict| matches!(verdict, Verdict::Unproven(_)));
    writeln!(out, "{:20} {equal:3} equal, {declared} as declared, {changed} changed, {unproven} unproven", page.name)?;
    for proof in proofs {
        let place = format!("{}:{} {} ({})", page.file, proof.line, proof.sample, proof.situation);
        match &proof.verdict {
            Verdict::Equal | Verdict::Declared => {}
            Verdict::Changed(found) => {
                writeln!(
                    out,
                    "  {place}: {} differs\n    before: {}\n    after:  {}",
                    found.what,
                    one_line(&found.old),
                    one_line(&found.new)
                )?;
            }
            Verdict::Unproven(why) => writeln!(out, "  {place}: unproven: {}", one_line(why))?,
        }
    }
    Ok(page.level != PageLevel::Safe || changed + unproven == 0)
}

/// The text on one line, its end where it is long.
fn one_line(text: &str) -> String {
    let line = text.replace('\n', "\\n");
    let from = line.char_indices().rev().nth(400).map_or(0, |(at, _)| at);
    line[from..].to_owned()
}
