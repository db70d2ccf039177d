//! The diagnostic format of reviewdog. Columns count bytes of UTF-8, from 1; ends are past the last character.
//! Source: <https://github.com/reviewdog/reviewdog/tree/master/proto/rdf>.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::list;
use super::sites::{Severity, Site, State, sites};
use super::summary::fix_level;
use super::unseen::{Item, Unseen, items, unseen};
use crate::scan::Outcome;
use crate::source::Spot;

/// Writes one result with all that is due.
///
/// # Errors
/// The writer's.
pub fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let (all, unseen) = (sites(outcome), unseen(outcome));
    let due = |item: &Item<'_>| match item {
        Item::Site(site) => Vec::from_iter((site.state == State::Due).then(|| diagnostic(site))),
        Item::Unseen(file) => vec![unvouched(file)],
    };
    let result = json!({ "source": { "name": env!("CARGO_PKG_NAME") }, "severity": "WARNING", "diagnostics": [] });
    list::write(&result, Some("diagnostics"), &items(&unseen, &all), due, out)
}

fn unvouched(file: &Unseen) -> Value {
    json!({
        "message": file.message,
        "location": { "path": file.path, "range": { "start": { "line": file.line } } },
        "severity": if file.is_grave() { "ERROR" } else { "WARNING" },
        "code": { "value": file.rule },
    })
}

fn diagnostic(site: &Site<'_>) -> Value {
    let text = site.file.text();
    let lines = &site.lines;
    let place = |byte: usize| {
        let line = lines.line_col(byte).0;
        let mark = if line == 1 && text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        json!({ "line": line, "column": byte.saturating_sub(lines.line_span(line).start).saturating_sub(mark) + 1 })
    };
    let spot = |spot: &Spot| json!({ "line": spot.line, "column": spot.bytes });
    let range = |start: usize, end: usize| json!({ "start": place(start), "end": place(end) });
    let span = &site.finding.span;
    let location = match &site.document {
        Some(document) => json!({ "start": spot(&document.start), "end": spot(&document.end) }),
        None => range(span.start, span.end),
    };
    let message = format!("{}\n{}", site.message(), site.advice());
    let mut diagnostic = json!({
        "message": message.trim_end(),
        "location": { "path": site.path, "range": location },
        "severity": match site.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Note => "INFO",
        },
        "code": { "value": site.finding.rule },
    });
    // Suggestions are taken one by one, so that a fix must be a single edit.
    let alone = site.finding.fix.as_ref().filter(|_| fix_level(site.finding).is_some() && site.finding.elsewhere.is_empty());
    if let Some(document) = &site.document {
        if let (Some((start, end, text)), true) = (&document.change, alone.is_some()) {
            diagnostic["suggestions"] = json!([{ "range": { "start": spot(start), "end": spot(end) }, "text": text }]);
        }
    } else if let Some([edit]) = alone.map(|fix| &fix.edits[..]) {
        diagnostic["suggestions"] = json!([{ "range": range(edit.start, edit.end), "text": edit.text }]);
    }
    diagnostic
}
