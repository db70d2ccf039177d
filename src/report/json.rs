//! The report for programs: one object, as `schemas/scan.schema.json` says. Positions are those of the file's bytes.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;
use serde_json::{Map, Value};

use super::completeness::{ACCOUNTS, Completeness};
use super::summary::Summary;
use super::{list, path_text};
use crate::edit;
use crate::finding::{Evidence, Finding, Fix, Kind, Level, Strength, Suppressed, Verdict};
use crate::readiness::breakdown::{By, parts};
use crate::readiness::{CLASSES, FORMULA, Readiness};
use crate::scan::{Against, FileOutcome, Outcome};
use crate::source::{Form, Places, Source};

/// The published schema of this report.
pub const SCHEMA: &str = include_str!("../../schemas/scan.schema.json");

/// Goes up when a reader of the old form could misread the new one.
const VERSION: u32 = 1;

/// Writes the object and a line end.
pub fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    list::write(&report(outcome), Some("findings"), &outcome.files, findings, out)
}

/// Everything but the findings.
fn report(outcome: &Outcome) -> Report<'_> {
    Report {
        version: VERSION,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        target: outcome.target.as_ref(),
        summary: account(outcome, &Summary::of(outcome), &Completeness::of(outcome)),
        breakdown: breakdown(outcome),
        findings: [],
        skipped: outcome.skipped.iter().map(|skipped| left(&skipped.path, &skipped.reason)).collect(),
        failed: outcome.failed.iter().map(|(path, reason)| left(path, reason)).collect(),
        syntax_errors: outcome.files.iter().filter_map(broken).collect(),
        unused_ignores: outcome.files.iter().flat_map(unused).collect(),
        notes: outcome.files.iter().flat_map(notes).collect(),
    }
}

/// Writes one object on each line: `{"finding": …}` for every site, `{"report": …}` with all the rest at the end.
///
/// # Errors
/// The writer's.
pub fn write_lines(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let lines = |file: &FileOutcome| {
        let mut text = Vec::new();
        for finding in findings(file) {
            serde_json::to_writer(&mut text, &BTreeMap::from([("finding", finding)]))?;
            text.push(b'\n');
        }
        Ok(text)
    };
    list::in_order(&outcome.files, lines, |text| out.write_all(text))?;
    serde_json::to_writer(&mut *out, &BTreeMap::from([("report", report(outcome))]))?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    tool: Tool,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'a Against>,
    summary: Account,
    breakdown: Breakdown,
    /// Written into it one by one.
    findings: [Site<'a>; 0],
    skipped: Vec<Left<'a>>,
    failed: Vec<Left<'a>>,
    syntax_errors: Vec<Broken>,
    unused_ignores: Vec<Unused<'a>>,
    notes: Vec<Note<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Account {
    files_scanned: usize,
    files_excluded: usize,
    sites: usize,
    readiness: Ready,
    by_level: Map<String, Value>,
    by_kind: Map<String, Value>,
    by_example: Map<String, Value>,
    fixable: Map<String, Value>,
    applied: usize,
    accounts: Map<String, Value>,
    accounted: usize,
    open: usize,
    due: usize,
}

/// A number with its formula and what it is made of.
#[derive(Serialize)]
pub(super) struct Ready {
    percent: usize,
    formula: &'static str,
    sites: usize,
    ready: usize,
    open: usize,
    suppressed: usize,
    by_class: Map<String, Value>,
    effort: Effort,
}

#[derive(Serialize)]
struct Breakdown {
    example: Vec<Named>,
    package: Vec<Named>,
    file: Vec<Named>,
    owner: Vec<Named>,
}

#[derive(Serialize)]
struct Named {
    name: String,
    #[serde(flatten)]
    readiness: Ready,
}

#[derive(Serialize)]
struct Site<'a> {
    rule: &'a str,
    example: u8,
    level: Level,
    strength: Strength,
    kind: Kind,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cell: Option<InCell>,
    range: Span,
    receiver: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestion: Option<&'a str>,
    evidence: &'a [Evidence],
    #[serde(skip_serializing_if = "<[Evidence]>::is_empty")]
    plan: &'a [Evidence],
    effort: Effort,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'a Verdict>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    known: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressed: Option<&'a Suppressed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Change<'a>>,
}

#[derive(Serialize)]
struct Span {
    start: Place,
    end: Place,
}

/// Where in a document a site stands.
#[derive(Serialize)]
struct InCell {
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    line: usize,
}

#[derive(Serialize)]
struct Place {
    line: usize,
    column: usize,
    byte: usize,
}

#[derive(Serialize)]
struct Effort {
    least: u64,
    most: u64,
}

#[derive(Serialize)]
struct Change<'a> {
    level: Level,
    edits: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
struct Replacement<'a> {
    path: String,
    start: usize,
    end: usize,
    text: Cow<'a, str>,
}

#[derive(Serialize)]
struct Left<'a> {
    path: String,
    reason: &'a str,
}

#[derive(Serialize)]
struct Unused<'a> {
    path: String,
    line: usize,
    reason: &'a str,
}

#[derive(Serialize)]
struct Broken {
    path: String,
    line: usize,
}

#[derive(Serialize)]
struct Note<'a> {
    path: String,
    message: &'a str,
}

fn account(outcome: &Outcome, summary: &Summary, completeness: &Completeness) -> Account {
    let [none, safe, review, manual] = summary.by_level;
    let [use_, unresolved, dynamic] = summary.by_kind;
    let by_example = summary.by_example.iter().enumerate();
    Account {
        files_scanned: summary.files_scanned,
        files_excluded: outcome.excluded,
        sites: summary.sites,
        readiness: ready(&summary.readiness),
        by_level: numbers([("none", none), ("safe", safe), ("review", review), ("manual", manual)]),
        by_kind: numbers([("use", use_), ("unresolved", unresolved), ("dynamic", dynamic)]),
        by_example: numbers(by_example.map(|(example, levels)| (example.to_string(), levels.sites()))),
        fixable: numbers([("safe", summary.fixable_safe), ("unsafe", summary.fixable_unsafe)]),
        applied: summary.applied_total(),
        accounts: numbers(ACCOUNTS.iter().map(|(account, key, _)| (*key, completeness.get(*account)))),
        accounted: completeness.total(),
        open: summary.open,
        due: summary.due,
    }
}

/// Readiness in the form of every JSON report.
pub(super) fn ready(readiness: &Readiness) -> Ready {
    Ready {
        percent: readiness.percent(),
        formula: FORMULA,
        sites: readiness.sites(),
        ready: readiness.ready(),
        open: readiness.open(),
        suppressed: readiness.suppressed,
        by_class: numbers(CLASSES.iter().map(|(class, word)| (*word, readiness.get(*class)))),
        effort: Effort { least: readiness.effort.0, most: readiness.effort.1 },
    }
}

fn breakdown(outcome: &Outcome) -> Breakdown {
    let named = |by| parts(outcome, by).into_iter().map(|part| Named { name: part.name, readiness: ready(&part.readiness) }).collect();
    Breakdown { example: named(By::Example), package: named(By::Package), file: named(By::File), owner: named(By::Owner) }
}

fn numbers<K: Into<String>>(pairs: impl IntoIterator<Item = (K, usize)>) -> Map<String, Value> {
    pairs.into_iter().map(|(key, number)| (key.into(), Value::from(number))).collect()
}

fn findings(file: &FileOutcome) -> Vec<Site<'_>> {
    if file.findings.is_empty() {
        return Vec::new();
    }
    // The bytes on disk are those of the fixed text.
    let source = file.now();
    let places = Places::new(&source, &source.text);
    file.findings.iter().map(|finding| site(&source, &places, finding)).collect()
}

fn site<'a>(source: &Source, places: &Places<'_>, finding: &'a Finding) -> Site<'a> {
    let place = |byte| {
        let (line, column) = places.line_col(byte);
        Place { line, column, byte: source.file_offset(byte) }
    };
    let cell = places.start(finding.span.start).map(|line| {
        let cell = places.cell(finding.span.start);
        InCell { number: cell.map(|cell| cell.number), id: cell.and_then(|cell| cell.id.clone()), line }
    });
    Site {
        rule: &finding.rule,
        example: finding.example,
        level: finding.level,
        strength: finding.strength,
        kind: finding.kind,
        path: path_text(&source.path),
        cell,
        range: Span { start: place(finding.span.start), end: place(finding.span.end) },
        receiver: &finding.receiver,
        message: &finding.message,
        reason: finding.reason.as_deref(),
        next: finding.next.as_deref(),
        suggestion: finding.suggestion.as_deref(),
        evidence: &finding.evidence,
        effort: Effort { least: finding.effort.0.into(), most: finding.effort.1.into() },
        verdict: finding.verdict.as_ref(),
        known: finding.known,
        suppressed: finding.suppressed.as_ref(),
        fix: finding.fix.as_ref().and_then(|fix| change(source, fix, &finding.elsewhere)),
        plan: &finding.plan,
    }
}

/// In bytes of the files; nothing where a part of it is in the cells of another file.
fn change<'a>(source: &Source, fix: &'a Fix, elsewhere: &'a [(String, crate::finding::Edit)]) -> Option<Change<'a>> {
    if elsewhere.iter().any(|(path, _)| Form::of(Path::new(path)).is_some()) {
        return None;
    }
    if let Some(document) = source.document.as_ref().filter(|_| elsewhere.is_empty()) {
        let (at, text) = source.replacement(&edit::apply(&source.text, &fix.edits))?;
        let byte = |at: usize| source.encoding.length(document.whole(), at);
        let edit = Replacement { path: path_text(&source.path), start: byte(at.start), end: byte(at.end), text: text.into() };
        return Some(Change { level: fix.level, edits: vec![edit] });
    }
    if source.document.is_some() {
        return None;
    }
    let replacement = |edit: &'a crate::finding::Edit| Replacement {
        path: path_text(&source.path),
        start: source.file_offset(edit.start),
        end: source.file_offset(edit.end),
        text: Cow::Borrowed(&edit.text),
    };
    let other = |(path, edit): &'a (String, crate::finding::Edit)| Replacement {
        path: path.clone(),
        start: edit.start,
        end: edit.end,
        text: Cow::Borrowed(&edit.text),
    };
    Some(Change { level: fix.level, edits: fix.edits.iter().map(replacement).chain(elsewhere.iter().map(other)).collect() })
}

fn left<'a>(path: &std::path::Path, reason: &'a str) -> Left<'a> {
    Left { path: path_text(path), reason }
}

fn broken(file: &FileOutcome) -> Option<Broken> {
    Some(Broken { path: path_text(&file.source.path), line: file.syntax_error? })
}

fn unused(file: &FileOutcome) -> impl Iterator<Item = Unused<'_>> {
    file.unused.iter().map(|one| Unused { path: path_text(&file.source.path), line: one.line, reason: &one.reason })
}

fn notes(file: &FileOutcome) -> impl Iterator<Item = Note<'_>> {
    file.notes.iter().map(|message| Note { path: path_text(&file.source.path), message })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{SCHEMA, write};
    use crate::report::sample;
    use crate::scan::Outcome;

    fn json(outcome: &Outcome) -> Value {
        let mut out = Vec::new();
        write(outcome, &mut out).expect("a vector takes it");
        serde_json::from_slice(&out).expect("JSON")
    }

    #[test]
    fn every_report_keeps_to_the_published_schema() {
        let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
        assert!(jsonschema::meta::is_valid(&schema));
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        for outcome in [sample::outcome(), Outcome::default()] {
            let report = json(&outcome);
            let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{errors:?}");
        }
        let mut wrong = json(&sample::outcome());
        wrong["findings"][0]["level"] = Value::from("urgent");
        assert!(!validator.is_valid(&wrong));
    }

    #[test]
    fn bytes_are_those_of_the_file_and_columns_are_characters() {
        let report = json(&sample::outcome());
        let latin = &report["findings"][5];
        // `'é' + orch._model` stands on line 2 of a Latin-1 file.
        assert_eq!(latin["range"]["start"], serde_json::json!({"line": 2, "column": 7, "byte": 24}));
        assert_eq!(latin["fix"]["edits"][0]["start"], 24);
        assert_eq!(latin["fix"]["edits"][0]["path"], "tests/test a.py");
        assert_eq!(report["findings"][0]["range"]["start"]["line"], 3);
    }

    #[test]
    fn positions_after_a_fix_are_those_of_the_new_text() {
        let mut outcome = sample::outcome();
        let file = &mut outcome.files[1];
        let fixed = format!("{}'é'; orch._b\n", file.source.text);
        file.findings[0].span = fixed.find("orch._b").map(|at| at..at + 7).expect("there");
        file.findings[0].fix = None;
        file.fixed = Some(fixed);
        let report = json(&outcome);
        assert_eq!(report["findings"][5]["range"]["start"], serde_json::json!({"line": 3, "column": 6, "byte": 41}));
        assert_eq!(report["findings"][5].get("fix"), None);
    }

    #[test]
    fn the_account_has_every_key_even_at_zero() {
        let report = json(&Outcome::default());
        let keys: Vec<&String> = report["summary"]["by_example"].as_object().expect("an object").keys().collect();
        assert_eq!(keys, ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"]);
        assert_eq!(report["summary"]["by_level"]["manual"], 0);
        assert_eq!(report["version"], 1);
    }
}
