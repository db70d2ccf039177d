//! The open sites as other people's formats want them: places, a fingerprint that survives moved lines, a severity, and
//! whether anybody is asked to do something now. The worst come first.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::{one_line, path_text};
use crate::edit;
use crate::finding::{Finding, Level};
use crate::scan::{FileOutcome, Outcome};
use crate::source::document::Cell;
use crate::source::{InFile, Lines, Spot};

/// What is asked of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Something now.
    Due,
    /// Nothing for now: the baseline knows it.
    Known,
    /// Nothing: a comment or the configuration keeps it quiet.
    Quiet,
}

/// How much it matters. The order is that of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    /// A person must do it.
    Error,
    /// A person must look at it.
    Warning,
    /// `--fix` does it.
    Note,
}

/// One open site.
pub(crate) struct Site<'a> {
    pub file: &'a FileOutcome,
    pub finding: &'a Finding,
    /// Those of the file's text.
    pub lines: Arc<Lines<'a>>,
    /// With `/`.
    pub path: String,
    /// Line and column (in characters) of its first character in the file, from 1.
    pub start: (usize, usize),
    /// Those after its last character.
    pub end: (usize, usize),
    /// Where a person looks for it: those of its cell, in a notebook.
    pub shown: (usize, usize),
    /// More of it, where the file is a document.
    pub document: Option<InDocument>,
    /// Its code on one line.
    pub code: String,
    /// 32 hexadecimal digits of file, rule, code, and how many like it stand before it in the file.
    pub fingerprint: String,
    pub severity: Severity,
    pub state: State,
}

/// A site in a document. What changes there is one change of its file, because edits of the code are none.
pub(crate) struct InDocument {
    pub cell: Option<Cell>,
    pub start: Spot,
    pub end: Spot,
    /// What its fix changes in the file.
    pub change: Option<(Spot, Spot, String)>,
}

impl InDocument {
    fn of(file: &InFile<'_>, cell: Option<&Cell>, finding: &Finding) -> Self {
        let fix = finding.fix.as_ref().filter(|_| finding.elsewhere.is_empty());
        let replaced = fix.and_then(|fix| file.source().replacement(&edit::apply(&file.source().text, &fix.edits)));
        let change = replaced.map(|(at, text)| (file.at(at.start), file.at(at.end), text));
        InDocument { cell: cell.cloned(), start: file.spot(finding.span.start), end: file.spot(finding.span.end), change }
    }
}

impl Site<'_> {
    /// What was found and why, in one line; with its place in the notebook, which other programs do not show.
    pub fn message(&self) -> String {
        let finding = self.finding;
        let reason = finding.reason.as_deref().map_or_else(String::new, |reason| format!(": {reason}"));
        let cell = self.cell().map_or_else(String::new, |cell| format!("Cell {}, line {}: ", cell.number, self.shown.0));
        one_line(&format!("{cell}{}{reason}", finding.message))
    }

    fn cell(&self) -> Option<&Cell> {
        self.document.as_ref()?.cell.as_ref()
    }

    /// Its file, with the cell of a notebook.
    pub fn name(&self) -> String {
        self.cell().map_or_else(|| self.path.clone(), |cell| format!("{}:cell {}", self.path, cell.number))
    }

    /// What to do about it, in one line; empty where nothing is known.
    pub fn advice(&self) -> String {
        let finding = self.finding;
        let fix = super::summary::fix_level(finding).map(|level| match level {
            Level::Review => "Fixable with --fix --unsafe-fixes.",
            _ => "Fixable with --fix.",
        });
        one_line(&[finding.next.as_deref(), fix].into_iter().flatten().collect::<Vec<_>>().join(" "))
    }
}

/// All open sites: the worst first, then by file and line.
pub(crate) fn sites(outcome: &Outcome) -> Vec<Site<'_>> {
    let mut sites: Vec<Site<'_>> = outcome.files.par_iter().flat_map_iter(of_file).collect();
    sites.sort_by_key(|site| site.severity);
    sites
}

fn of_file(file: &FileOutcome) -> Vec<Site<'_>> {
    let path = path_text(&file.source.path);
    let places = file.places();
    let lines = Arc::new(places.lines.clone());
    let in_file = file.source.document.is_some().then(|| file.in_file());
    // The code of a file and the examples in it are told apart.
    let part = if in_file.is_some() { "example " } else { "" };
    let mut seen: HashMap<(String, String), usize> = HashMap::new();
    let open = file.findings.iter().filter(|finding| finding.is_open());
    open.map(|finding| {
        let code = one_line(file.text().get(finding.span.clone()).unwrap_or(""));
        let number = seen.entry((finding.rule.clone(), code.clone())).or_default();
        *number += 1;
        let state = match (&finding.suppressed, finding.known) {
            (Some(_), _) => State::Quiet,
            (None, true) => State::Known,
            (None, false) => State::Due,
        };
        let document = in_file.as_ref().map(|file| InDocument::of(file, places.cell(finding.span.start), finding));
        let at = |byte: usize, spot: fn(&InDocument) -> Spot| match document.as_ref().map(spot) {
            Some(spot) => (spot.line, spot.column),
            None => lines.line_col(byte),
        };
        Site {
            file,
            finding,
            lines: Arc::clone(&lines),
            path: path.clone(),
            start: at(finding.span.start, |document| document.start),
            end: at(finding.span.end, |document| document.end),
            shown: places.line_col(finding.span.start),
            document,
            fingerprint: fingerprint(&[&path, &finding.rule, &code, &format!("{part}{number}")]),
            code,
            severity: severity(finding.level),
            state,
        }
    })
    .collect()
}

/// A fingerprint of some words.
pub(crate) fn fingerprint(words: &[&str]) -> String {
    let digest = Sha256::digest(words.join("\0"));
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn severity(level: Level) -> Severity {
    match level {
        Level::Manual => Severity::Error,
        Level::Review => Severity::Warning,
        Level::Safe | Level::None => Severity::Note,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_fingerprint_stays_when_lines_move_and_differs_for_every_site() {
        let mut outcome = sample::outcome();
        let prints = |outcome: &Outcome| sites(outcome).into_iter().map(|site| site.fingerprint).collect::<Vec<_>>();
        let before = prints(&outcome);
        let mut unique = before.clone();
        unique.sort();
        unique.dedup();
        assert_eq!((unique.len(), before[0].len()), (5, 32));
        let text = format!("# one more line\n{}", outcome.files[0].source.text);
        let moved = text.len() - outcome.files[0].source.text.len();
        outcome.files[0].source.text = text;
        for finding in &mut outcome.files[0].findings {
            finding.span = finding.span.start + moved..finding.span.end + moved;
        }
        assert_eq!(prints(&outcome), before);
    }

    #[test]
    fn the_worst_come_first() {
        let outcome = sample::outcome();
        let order: Vec<Severity> = sites(&outcome).iter().map(|site| site.severity).collect();
        assert_eq!(order, [Severity::Error, Severity::Error, Severity::Warning, Severity::Note, Severity::Note]);
    }
}
