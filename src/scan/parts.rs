//! Findings in a document: a fix stays inside of its parts, and lines and places are said as its readers count them.

use std::collections::HashMap;
use std::ops::Range;

use super::outcome::FileOutcome;
use super::unseen::words;
use super::words as telling;
use crate::finding::{Edit, Evidence, Finding, Fix, Level};
use crate::source::document::{Unseen, is_marked};
use crate::source::{Document, Form, Places, Source, path_text};
use crate::surface;

/// The line of the file on which the first cell or example starts that may use an internal unseen; `victor` says whether the
/// project around it imports that.
pub(super) fn hidden(document: &Document, victor: bool) -> Option<usize> {
    let victor = victor || document.whole().contains("victor");
    let is_told = |unseen: &Unseen<'_>| match unseen.is_magic {
        // `!pip install victor-ai` uses none.
        true => words(unseen.text).any(surface::is_legacy_internal),
        false => telling::find(unseen.text).telling,
    };
    document.unseen().iter().find(|unseen| victor && is_told(unseen)).map(|unseen| unseen.line)
}

/// Takes the fixes away that would change what stands between two parts.
pub(super) fn settle(document: &Document, text: &str, findings: &mut Vec<Finding>) {
    let parts = document.layout(text).unwrap_or_default();
    if document.form() == Form::Docstrings {
        // What is found in the imports of the module is found there.
        findings.retain(|finding| parts.iter().any(|part| part.contains(&finding.span.start)));
    }
    let stays = |fix: &Fix| fix.edits.iter().all(|edit| fits(&parts, text, edit));
    for finding in findings {
        if finding.fix.as_ref().is_none_or(stays) && finding.wants.as_ref().is_none_or(|wants| stays(&wants.fix)) {
            continue;
        }
        (finding.fix, finding.wants) = (None, None);
        hold(finding, "its fix would reach beyond one cell or example");
    }
}

/// A finding about which somebody must decide.
pub(super) fn hold(finding: &mut Finding, reason: &str) {
    finding.level = finding.level.max(Level::Review);
    finding.reason = Some(finding.reason.take().map_or_else(|| reason.to_owned(), |old| format!("{old}; {reason}")));
}

/// Whether an edit stays in one part, and touches no mark.
fn fits(parts: &[Range<usize>], text: &str, edit: &Edit) -> bool {
    let inside = parts.iter().any(|part| part.start <= edit.start && edit.end <= part.end);
    inside && !is_marked(&edit.text) && !text.get(edit.start..edit.end).is_some_and(is_marked)
}

/// Says lines of notebooks as lines of their cells, in everything that people read. `others` are the sources of the run.
pub(super) fn say_cells<'s>(files: &mut [FileOutcome], others: impl Iterator<Item = &'s Source>) {
    let is_book = |source: &&Source| source.document.as_ref().is_some_and(|document| document.form() == Form::Notebook);
    let mut books: HashMap<String, Places<'_>> = HashMap::new();
    for source in others.filter(is_book) {
        books.insert(path_text(&source.path), Places::new(source, &source.text));
    }
    if books.is_empty() {
        return;
    }
    for file in files {
        let own = is_book(&&file.source).then(|| (file.source.clone(), file.text().to_owned()));
        let own = own.as_ref().map(|(source, text)| Places::new(source, text));
        let say = |link: &mut Evidence| {
            let places = link.path.as_ref().map_or(own.as_ref(), |path| books.get(path));
            if let Some(places) = places {
                (link.cell, link.line) = places.line(link.line);
            }
        };
        for finding in &mut file.findings {
            finding.evidence.iter_mut().chain(&mut finding.plan).for_each(say);
            if let (Some(places), Some(quiet)) = (&own, &mut finding.suppressed) {
                quiet.line = quiet.line.map(|line| places.line(line).1);
            }
        }
        for one in file.unused.iter_mut().filter(|_| own.is_some()) {
            let (cell, line) = own.as_ref().map_or((None, one.line), |places| places.line(one.line));
            one.line = line;
            one.reason = cell.map_or_else(|| one.reason.clone(), |cell| format!("cell {cell}: {}", one.reason));
        }
    }
}
