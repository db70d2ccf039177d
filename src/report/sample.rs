//! A small run for the tests of the renderers.

use std::path::PathBuf;

use crate::finding::{Edit, Evidence, Finding, Fix, Kind, Level, Strength};
use crate::scan::{Applied, FileOutcome, Outcome};
use crate::source::{Skipped, Source};

/// The text of the first file; every test position is looked up in it.
pub const APP: &str = "\
from victor.agent import AgentOrchestrator
orch = AgentOrchestrator()
print(orch._config.temperature)
\tx = orch._config
answer = orch.chat(\"é\")
vars(orch)
other._tool_executor
";

/// A finding on the first place where `needle` stands in `text`.
pub fn finding(text: &str, needle: &str, rule: &str, example: u8, level: Level) -> Finding {
    let start = text.find(needle).expect("the needle");
    Finding {
        rule: rule.to_owned(),
        example,
        level,
        strength: Strength::Proven,
        kind: Kind::Use,
        span: start..start + needle.len(),
        receiver: "orch".to_owned(),
        message: format!("`{needle}` reaches into the orchestrator"),
        reason: None,
        next: None,
        suggestion: None,
        evidence: vec![Evidence { path: None, cell: None, line: 2, text: "`orch` is made by `AgentOrchestrator()`".to_owned() }],
        effort: (2, 50),
        fix: None,
        wants: None,
        plan: Vec::new(),
        elsewhere: Vec::new(),
        verdict: None,
        known: false,
        suppressed: None,
    }
}

fn with_fix(mut finding: Finding, level: Level) -> Finding {
    let edits = vec![Edit { start: finding.span.start, end: finding.span.end, text: "new".to_owned() }];
    finding.fix = Some(Fix { level, edits, reads: Vec::new() });
    finding
}

/// One file as the scan would hand it over.
pub fn file(path: &str, text: &str, findings: Vec<Finding>) -> FileOutcome {
    FileOutcome { findings, names_victor: true, ..FileOutcome::of(Source::from_text(path, text)) }
}

/// Six sites in two files, one broken file, one fix, one skipped file and one note.
pub fn outcome() -> Outcome {
    let mut review = with_fix(finding(APP, "x = orch._config", "config-object", 2, Level::Review), Level::Review);
    review.reason = Some("the object leaves the function".to_owned());
    review.next = Some("read it as a dict".to_owned());
    let mut dynamic = finding(APP, "vars(orch)", "dynamic-access", 0, Level::Manual);
    dynamic.kind = Kind::Dynamic;
    let mut unresolved = finding(APP, "other._tool_executor", "tool-executor", 5, Level::Manual);
    (unresolved.kind, unresolved.strength) = (Kind::Unresolved, Strength::Unknown);
    unresolved.reason = Some("the type of `other` is not known".to_owned());
    let app = file(
        "src/__init__.py",
        APP,
        vec![
            with_fix(finding(APP, "orch._config.temperature", "config-attribute", 2, Level::Safe), Level::Safe),
            review,
            with_fix(finding(APP, "orch.chat(\"é\")", "chat-call", 1, Level::None), Level::Safe),
            dynamic,
            unresolved,
        ],
    );
    let mut test = file("tests/test a.py", "", Vec::new());
    test.source = Source::decode("tests/test a.py", None, b"# coding: latin-1\n'\xe9' + orch._model\n").expect("decodes");
    let needle = finding(&test.source.text, "orch._model", "provider-model", 6, Level::Safe);
    test.findings.push(with_fix(needle, Level::Safe));
    test.applied.push(Applied { rule: "provider-model".to_owned(), example: 6, level: Level::Safe, start: 0 });
    test.notes.push("one fix was taken out: it would not parse".to_owned());
    let mut broken = file("z.py", "import victor\ndef (\n", Vec::new());
    broken.syntax_error = Some(2);
    Outcome {
        files: vec![app, test, broken],
        scanned: 7,
        part: None,
        remembered: false,
        excluded: 0,
        looked: Vec::new(),
        looked_into: 0,
        skipped: vec![Skipped { path: PathBuf::from("bad.py"), reason: "binary file".to_owned() }],
        failed: vec![(PathBuf::from("gone"), "does not exist".to_owned())],
        target: None,
    }
}
