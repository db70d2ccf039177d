//! `rules test`: tries the samples of rule pages and says which of them hold.

use std::io::Write;
use std::path::Path;

use rayon::prelude::*;

use super::args::{Given, VerifyFormat};
use super::setup::Setup;
use super::{Stop, rules};
use crate::report::trials::{json, text};
use crate::rule::{Rule, RuleSet};
use crate::trial::{self, Trial};

/// Tries the pages of a folder, else those of the configuration's, else the built-in ones; ends with 1 when a sample does
/// not hold.
pub(super) fn test(dir: Option<&Path>, format: VerifyFormat, out: &mut dyn Write) -> Result<u8, Stop> {
    let rules = match dir {
        Some(dir) => rules::load(Some(dir))?,
        None => Setup::of(&[], &Given::default(), None)?.rules,
    };
    let trials = tried(&rules);
    let untested: Vec<&str> =
        wanted(&rules).iter().filter(|rule| rule.page.samples.is_empty()).map(|rule| rule.page.file.as_str()).collect();
    match format {
        VerifyFormat::Text => text(&trials, &untested, out)?,
        VerifyFormat::Json => json(&trials, &untested, out)?,
    }
    Ok(u8::from(trials.iter().any(|trial| !trial.word.holds())))
}

/// The user's rules, where there are any; else all.
fn wanted(rules: &RuleSet) -> &[Rule] {
    if rules.own().is_empty() { rules.rules() } else { rules.own() }
}

/// Every sample, in the order of the pages.
fn tried(rules: &RuleSet) -> Vec<Trial> {
    wanted(rules).par_iter().flat_map_iter(|rule| trial::rule(rules, rule)).collect()
}
