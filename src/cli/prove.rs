//! `rules prove`: the verdict of every rule whose samples change a program, and what its proof notices.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::children::Children;
use super::progress::Progress;
use super::rules::unknown;
use super::{Stop, Terminal};
use crate::rule::RuleSet;
use crate::rule::page::{Page, Sample};
use crate::verify::compare::Verdict;
use crate::verify::prove::{Proof, SampleProof, never_shown, prove as prove_sample, witness};

/// Proves the named rules, or those of the user's folder, or all; ends with 1 when a rewrite can be told, is unproven, or has a mistake that goes unnoticed
/// and unexplained.
pub fn prove(rules: &RuleSet, names: &[String], terminal: Terminal, out: &mut dyn Write) -> Result<u8, Stop> {
    if let Some(name) = names.iter().find(|name| rules.page(name).is_none()) {
        return Err(Stop::Message(unknown(rules, name)));
    }
    let own = |page: &Page| rules.own().iter().any(|rule| rule.page.name == page.name);
    let wanted = |page: &&Page| if names.is_empty() { rules.own().is_empty() || own(page) } else { names.contains(&page.name) };
    let of_releases = rules.pages().filter(wanted).filter(|page| page.is_of_releases()).count();
    let samples: Vec<(&Page, &Sample)> = rules
        .pages()
        .filter(wanted)
        .filter(|page| !page.is_of_releases())
        .flat_map(|page| page.samples.iter().map(move |sample| (page, sample)))
        .collect();
    let (progress, done) = (Progress::new(terminal.watched, "samples"), AtomicUsize::new(0));
    let proven: Vec<(&Page, &Sample, SampleProof)> = samples
        .par_iter()
        .map(|(page, sample)| {
            let proof = prove_sample(rules, page, sample, &mut Children::new()?);
            progress.tick(done.fetch_add(1, Ordering::Relaxed) + 1, samples.len());
            Ok(proof.map(|proof| (*page, *sample, proof)))
        })
        .filter_map(Result::transpose)
        .collect::<Result<_, Stop>>()?;
    drop(progress);
    let (mut code, mut noticed, mut mutants) = (0, 0, 0);
    for part in proven.chunk_by(|one, next| one.0.name == next.0.name) {
        code |= u8::from(!show(part, out).map_err(Stop::Output)?);
        let each = || part.iter().flat_map(|(_, _, proof)| &proof.mutants);
        mutants += each().count();
        noticed += each().filter(|(_, noticed)| *noticed).count();
    }
    if of_releases > 0 {
        let rules = if of_releases == 1 { "1 rule is".to_owned() } else { format!("{of_releases} rules are") };
        let why = "the runtime is the guide's, so their samples are checked and not executed";
        writeln!(out, "  not proven: {rules} about published releases; {why}").map_err(Stop::Output)?;
    }
    match (noticed * 100).checked_div(mutants) {
        Some(share) => writeln!(out, "{noticed} of {mutants} mistakes noticed ({share} %)"),
        None => writeln!(out, "No mistake was tried: there is no rewrite that held."),
    }
    .map_err(Stop::Output)?;
    Ok(code)
}

/// One line for a rule, and a block for everything that failed; whether the rule holds what it says.
fn show(part: &[(&Page, &Sample, SampleProof)], out: &mut dyn Write) -> std::io::Result<bool> {
    let page = part[0].0;
    let proofs: Vec<&Proof> = part.iter().flat_map(|(_, _, proof)| &proof.proofs).collect();
    let count = |wanted: fn(&Verdict) -> bool| proofs.iter().filter(|proof| wanted(&proof.verdict)).count();
    let (equal, declared) = (count(|verdict| *verdict == Verdict::Equal), count(|verdict| matches!(verdict, Verdict::Declared(_))));
    let reported: usize = part.iter().map(|(_, _, proof)| proof.reported.len()).sum();
    let mutants: usize = part.iter().map(|(_, _, proof)| proof.mutants.len()).sum();
    let noticed = part.iter().flat_map(|(_, _, proof)| &proof.mutants).filter(|(_, noticed)| *noticed).count();
    let mut holds = equal + declared == proofs.len();
    write!(out, "{:22}{equal:3} equal", page.name)?;
    for (number, what) in [(declared, "as declared"), (proofs.len() - equal - declared, "FAILED"), (reported, "only reported")] {
        if number > 0 {
            write!(out, ", {number} {what}")?;
        }
    }
    writeln!(out, "; {noticed} of {mutants} mistakes noticed")?;
    if let Some(why) = never_shown(page, &proofs) {
        holds = false;
        writeln!(out, "  {}: {why}", page.file)?;
    }
    for (page, sample, proof) in part {
        let place = format!("{}:{} {}", page.file, sample.line, sample.title);
        for proof in &proof.proofs {
            failed(proof, &place, out)?;
        }
        for (mutant, _) in proof.mutants.iter().filter(|(_, noticed)| !noticed) {
            let explained = page.text.contains(&format!("`{}`", mutant.shown)) || page.text.contains(&mutant.what);
            holds &= explained;
            let said = if explained { "explained in the page" } else { "not explained in the page" };
            writeln!(out, "  {place}: unnoticed and {said}: {}: `{}`", mutant.what, mutant.shown)?;
        }
    }
    Ok(holds)
}

/// A block for a proof that failed.
fn failed(proof: &Proof, place: &str, out: &mut dyn Write) -> std::io::Result<()> {
    let when = proof.situation.map_or_else(String::new, |situation| format!(", {situation}"));
    match (&proof.verdict, witness(&proof.verdict)) {
        (Verdict::Unproven(why), _) => writeln!(out, "  {place} ({}{when}): unproven: {}", proof.shape, one_line(why, "")),
        (Verdict::Changed(_), Some(found)) => {
            writeln!(out, "  {place} ({}{when}): {} differs", proof.shape, found.what)?;
            writeln!(out, "    before: {}\n    after:  {}", one_line(&found.old, &found.new), one_line(&found.new, &found.old))
        }
        _ => Ok(()),
    }
}

/// The lines of a text from the first that another text does not share, on one line, cut where it is long.
fn one_line(text: &str, other: &str) -> String {
    let shared = text.lines().zip(other.lines()).take_while(|(one, two)| one == two).count();
    let line = text.lines().skip(shared).collect::<Vec<_>>().join("\\n");
    match line.char_indices().nth(400) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}
