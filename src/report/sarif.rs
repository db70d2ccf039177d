//! SARIF 2.1.0, as code scanning services read it. Quiet and known sites are results with a suppression, not missing ones.
//! Source: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::Arc;

use serde_json::{Value, json};

use super::sites::{Severity, Site, State, sites};
use super::uri::uri;
use super::{EXAMPLES, example_name, example_title, list, one_line, path_text};
use crate::finding::Edit;
use crate::readiness::{FORMULA, Readiness};
use crate::rule::RuleSet;
use crate::scan::Outcome;
use crate::source::Lines;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The most results that services take in one run; the worst are kept.
const MOST_RESULTS: usize = 25_000;

/// Writes one run.
///
/// # Errors
/// The writer's.
pub fn write(outcome: &Outcome, rules: &RuleSet, out: &mut dyn Write) -> io::Result<()> {
    let all = sites(outcome);
    let mut notes: Vec<Value> = Vec::new();
    if all.len() > MOST_RESULTS {
        let message = format!("{} of {} results are left out; the worst are here", all.len() - MOST_RESULTS, all.len());
        notes.push(json!({ "level": "warning", "message": { "text": message } }));
    }
    notes.extend(not_seen(outcome));
    let pages: Vec<_> = rules.pages().collect();
    let index: HashMap<&str, usize> = pages.iter().enumerate().map(|(at, page)| (page.name.as_str(), at)).collect();
    let others: HashMap<String, Arc<Lines<'_>>> =
        all.iter().filter(|site| site.document.is_none()).map(|site| (site.path.clone(), Arc::clone(&site.lines))).collect();
    let readiness = Readiness::of(outcome);
    let descriptors: Vec<Value> = pages
        .iter()
        .map(|page| {
            let tags: Vec<String> = EXAMPLES.iter().filter(|one| **one == page.example).map(|one| example_name(*one)).collect();
            json!({
                "id": page.name,
                "name": pascal(&page.name),
                "shortDescription": { "text": one_line(&page.title) },
                "fullDescription": { "text": one_line(&page.why) },
                "help": { "text": one_line(&page.why), "markdown": page.text },
                "properties": { "tags": tags, "example": example_title(page.example) },
            })
        })
        .collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": descriptors,
            }},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { "SRCROOT": { "description": { "text": "The folder that was scanned from." } } },
            "invocations": [{ "executionSuccessful": outcome.failed.is_empty(), "toolExecutionNotifications": notes }],
            "results": [],
            "properties": { "readiness": readiness.percent(), "formula": FORMULA, "sites": readiness.sites(), "ready": readiness.ready() },
        }],
    });
    let kept = all.get(..MOST_RESULTS).unwrap_or(&all);
    list::write(&log, Some("results"), kept, |site| vec![result(site, &index, &others)], out)
}

/// `ConfigAttribute`, as rule names are written in this format.
fn pascal(name: &str) -> String {
    let word = |word: &str| word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect::<String>();
    name.split('-').map(word).collect()
}

/// Files that the scan cannot vouch for.
fn not_seen(outcome: &Outcome) -> Vec<Value> {
    let note = |level: &str, path: &str, message: String| {
        json!({
            "level": level,
            "message": { "text": message },
            "locations": [{ "physicalLocation": { "artifactLocation": artifact(path) } }],
        })
    };
    let skipped = outcome.skipped.iter().map(|one| note("warning", &path_text(&one.path), format!("not read: {}", one_line(&one.reason))));
    let failed = outcome.failed.iter().map(|(path, reason)| note("error", &path_text(path), format!("not used: {}", one_line(reason))));
    let broken = outcome.files.iter().filter_map(|file| {
        let line = file.syntax_error?;
        Some(note("warning", &path_text(&file.source.path), format!("does not parse at line {line}; the rest was scanned")))
    });
    failed.chain(skipped).chain(broken).collect()
}

fn artifact(path: &str) -> Value {
    if path.starts_with('/') { json!({ "uri": uri(path) }) } else { json!({ "uri": uri(path), "uriBaseId": "SRCROOT" }) }
}

fn result(site: &Site<'_>, index: &HashMap<&str, usize>, others: &HashMap<String, Arc<Lines<'_>>>) -> Value {
    let advice = site.advice();
    let text = if advice.is_empty() { site.message() } else { format!("{}. {advice}", site.message().trim_end_matches('.')) };
    let mut result = json!({
        "ruleId": site.finding.rule,
        "level": match site.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        "message": { "text": text },
        "locations": [{ "physicalLocation": {
            "artifactLocation": artifact(&site.path),
            "region": {
                "startLine": site.start.0, "startColumn": site.start.1, "endLine": site.end.0, "endColumn": site.end.1,
                "snippet": { "text": site.file.text().get(site.finding.span.clone()).unwrap_or("") },
            },
        }}],
        "partialFingerprints": { "victorMigrateSite/v1": site.fingerprint },
        "baselineState": if site.state == State::Known { "unchanged" } else { "new" },
        "properties": { "example": site.finding.example, "strength": site.finding.strength, "kind": site.finding.kind },
    });
    if let Some(at) = index.get(site.finding.rule.as_str()) {
        result["ruleIndex"] = json!(at);
    }
    if let Some(verdict) = &site.finding.verdict {
        result["properties"]["verdict"] = json!(verdict);
    }
    match (site.state, &site.finding.suppressed) {
        (State::Quiet, Some(quiet)) => {
            let kind = if quiet.line.is_some() { "inSource" } else { "external" };
            result["suppressions"] = json!([{ "kind": kind, "justification": one_line(&quiet.reason) }]);
        }
        (State::Known, _) => result["suppressions"] = json!([{ "kind": "external", "justification": "in the baseline" }]),
        _ => result["suppressions"] = json!([]),
    }
    if let Some(fix) = fix(site, others) {
        result["fixes"] = json!([fix]);
    }
    result
}

/// The edits of all files, where the lines of each are at hand.
fn fix(site: &Site<'_>, others: &HashMap<String, Arc<Lines<'_>>>) -> Option<Value> {
    let fix = site.finding.fix.as_ref().filter(|_| super::summary::fix_level(site.finding).is_some())?;
    if let Some(document) = &site.document {
        let (start, end, text) = document.change.as_ref()?;
        let region = json!({ "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column });
        let replacement = json!({ "deletedRegion": region, "insertedContent": { "text": text } });
        let change = json!({ "artifactLocation": artifact(&site.path), "replacements": [replacement] });
        return Some(json!({ "description": { "text": site.advice() }, "artifactChanges": [change] }));
    }
    let mut files: Vec<(&str, Vec<&Edit>)> = vec![(&site.path, fix.edits.iter().collect())];
    for (path, edit) in &site.finding.elsewhere {
        match files.iter_mut().find(|(other, _)| other == path) {
            Some((_, edits)) => edits.push(edit),
            None => files.push((path, vec![edit])),
        }
    }
    let change = |(path, edits): (&str, Vec<&Edit>)| {
        let lines = others.get(path)?;
        let replacements: Vec<Value> = edits
            .into_iter()
            .map(|edit| {
                let (start, end) = (lines.line_col(edit.start), lines.line_col(edit.end));
                let region = json!({ "startLine": start.0, "startColumn": start.1, "endLine": end.0, "endColumn": end.1 });
                json!({ "deletedRegion": region, "insertedContent": { "text": edit.text } })
            })
            .collect();
        Some(json!({ "artifactLocation": artifact(path), "replacements": replacements }))
    };
    let changes: Vec<Value> = files.into_iter().map(change).collect::<Option<_>>()?;
    Some(json!({ "description": { "text": site.advice() }, "artifactChanges": changes }))
}
