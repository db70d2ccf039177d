//! Code that must stay as it is: the negative fixtures, and that there are as many such programs as others.

use std::collections::BTreeMap;

use serde_json::Value;
use victor_migrate::rule::RuleSet;
use victor_migrate::rule::page::SampleRole;

use crate::support::{Project, files_below, repository};

const FOLDER: &str = "fixtures/negative";
const OLD_IMPORT: &str = "from victor.agent.orchestrator import AgentOrchestrator";
const NEW_IMPORT: &str = "from victor.agent import AgentOrchestrator";

fn fixtures() -> BTreeMap<String, Vec<u8>> {
    files_below(&repository().join(FOLDER))
}

/// The one thing in them that has a newer spelling, which a person may ask for with `--modernize`: the import as a
/// statement of its own, not in a doctest.
fn modernized(text: &str) -> String {
    let line = |line: &str| if line.trim() == OLD_IMPORT { line.replace(OLD_IMPORT, NEW_IMPORT) } else { line.to_owned() };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// Nothing is open, nothing can be fixed; what is found keeps working: an import, or the API that stays.
#[track_caller]
fn has_nothing_to_do(report: &Value) {
    for finding in report["findings"].as_array().expect("a list of findings") {
        let stays = finding["rule"] == "orchestrator-import" || finding["rule"] == "current-api";
        assert!(stays && finding["level"] == "none" && finding.get("fix").is_none(), "{finding:#}");
    }
}

#[test]
fn no_negative_fixture_has_an_open_site_alone_or_among_the_others() {
    let project = Project::copy_of(FOLDER);
    let all = project.scan(". --format json").ends_with(0).json();
    assert_eq!(all["summary"]["files_scanned"], fixtures().len());
    assert_eq!(all["syntax_errors"].as_array().map(Vec::len), Some(0), "a fixture that does not parse proves nothing");
    has_nothing_to_do(&all);
    for name in fixtures().keys() {
        has_nothing_to_do(&project.run(&["scan", name, "--format", "json"]).ends_with(0).json());
    }
}

#[test]
fn every_fix_leaves_every_negative_fixture_as_it_is() {
    let project = Project::copy_of(FOLDER);
    let run = project.scan(". --fix --unsafe-fixes").ends_with(0);
    assert!(run.out.contains("Nothing to fix: no file was changed."), "{}", run.out);
    assert!(project.files() == fixtures(), "a file has changed");
    for name in fixtures().keys() {
        project.run(&["scan", name, "--fix", "--unsafe-fixes"]).ends_with(0);
    }
    assert!(project.files() == fixtures(), "a file has changed when it was fixed alone");
}

#[test]
fn modernizing_a_negative_fixture_respells_its_import_and_nothing_else() {
    let project = Project::copy_of(FOLDER);
    project.scan(". --fix --unsafe-fixes --modernize").ends_with(0);
    let mut respelt = 0;
    for (name, before) in fixtures() {
        let before = String::from_utf8(before).expect("the fixtures are UTF-8");
        let expected = modernized(&before);
        respelt += usize::from(expected != before);
        assert_eq!(project.text(&name), expected, "{name}");
        if name == "own_orchestrator.py" || name == "unrelated_orchestrator.py" || name == "star_import_elsewhere.py" {
            assert_eq!(expected, before, "{name} imports nothing of ours");
        }
    }
    assert!(respelt > 0, "no fixture imports the orchestrator");
}

#[test]
fn as_much_code_must_stay_as_must_change() {
    let rules = RuleSet::load(None).expect("the embedded rules compile");
    let samples = || rules.pages().flat_map(|page| &page.samples);
    let positive = samples().filter(|sample| matches!(sample.role, SampleRole::Fix { .. })).count();
    let stays = samples().count() - positive + fixtures().len();
    assert!(positive > 0 && stays >= positive, "{stays} programs stay, {positive} change");
}
