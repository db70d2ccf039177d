//! A rule's page from programs before and after: what changed, what of it every such program has in common, and a page that
//! says so. Touches no file, and promises nothing that [`prove`] did not see.

mod anchor;
mod change;
mod code;
mod general;
mod keep;
mod page;
mod wording;

use crate::rule::page::{Problem, parse};
use crate::rule::{Rule, RuleSet};
use crate::trial::{self, Trial};

/// A program of an author's, before and after.
#[derive(Clone, Debug)]
pub struct Program {
    /// What the file is called.
    pub name: String,
    /// Before.
    pub before: String,
    /// After.
    pub after: String,
}

/// A change that no rule can be made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The program.
    pub file: String,
    /// The line of the change, from 1; in the program after where `after` is set.
    pub line: usize,
    /// Only the program after has it.
    pub after: bool,
    /// Why.
    pub reason: String,
}

/// What came of the programs.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The rule.
    pub name: String,
    /// The page; empty where nothing could be generalised.
    pub text: String,
    /// What could not be generalised.
    pub notes: Vec<Note>,
    /// What the author should know of what was.
    pub remarks: Vec<String>,
}

/// Drafts the page of a rule, under a name where one is given.
#[must_use]
pub fn draft(programs: &[Program], name: Option<&str>) -> Draft {
    let (mut wording, mut notes) = (wording::Wording::default(), Vec::new());
    for program in programs {
        let seen = code::both(program, |before, after| general::all(before, after, program, &mut wording, &mut notes));
        if let Err(note) = seen {
            notes.push(note);
        }
    }
    if wording.pairs.is_empty() {
        return Draft { notes, ..Draft::default() };
    }
    let name = name.map_or_else(|| wording.name(), str::to_owned);
    Draft { text: page::write(&wording, programs), name, notes, remarks: wording.remarks }
}

/// Tries a page in the company of the built-in rules.
///
/// # Errors
/// What is wrong with the page.
pub fn prove(file: &str, text: &str) -> Result<(RuleSet, Vec<Trial>), Vec<Problem>> {
    let rules = RuleSet::with(vec![parse(file, text)?])?;
    let trials = rules.own().iter().flat_map(|rule: &Rule| trial::rule(&rules, rule)).collect();
    Ok((rules, trials))
}
