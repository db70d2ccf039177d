//! The guide's scenarios as whole programs: migrated, they say on the coordinators what they said before.

use victor_migrate::runtime::sandbox::{Ended, Program, Run};

use crate::sandbox::child_on;
use crate::support::{Project, python_of};

/// Runs a project's `main.py` with its other files as modules.
pub(crate) fn play(files: &[(String, String)], surface: &'static str) -> Run {
    let main = files.iter().find(|(name, _)| name == "main.py").expect("a main.py");
    let mut program = Program::new(&main.1);
    let module = |name: &str| name.trim_end_matches(".py").trim_end_matches("/__init__").replace('/', ".");
    program.modules = files.iter().filter(|(name, _)| name != "main.py").map(|(name, text)| (module(name), text.clone())).collect();
    child_on(surface).run(&program)
}

#[track_caller]
fn said(files: &[(String, String)], surface: &'static str) -> String {
    let run = play(files, surface);
    assert_eq!((&run.ended, &run.exception), (&Ended::Normally, &None), "{}", run.stdout);
    assert!(!run.stdout.is_empty());
    run.stdout
}

/// `by_tool` says that the fix alone is the whole migration.
fn holds(scenario: &str, by_tool: bool) {
    let of = |side: &str| Project::copy_of(&format!("fixtures/scenarios/{scenario}/{side}"));
    let (before, after) = (of("before"), of("after"));
    let old = said(&python_of(&before), "legacy");
    assert_eq!(said(&python_of(&after), "coordinator"), old, "{scenario}: migrated by hand");
    after.scan("").ends_with(0);
    let run = before.scan("--fix --unsafe-fixes --format json");
    assert!(run.json()["summary"]["applied"].as_u64() > Some(0), "{scenario}: {}", run.out);
    if by_tool {
        assert_eq!(run.code, Some(0), "{}", run.out);
        assert_eq!(python_of(&before), python_of(&after), "{scenario}");
    } else {
        let surface = if run.code == Some(0) { "coordinator" } else { "both" };
        assert_eq!(said(&python_of(&before), surface), old, "{scenario}: as far as the tool goes");
    }
}

#[test]
fn tenants_with_a_configuration_each() {
    holds("tenants", false);
}

#[test]
fn compliance_with_masked_records() {
    holds("compliance", false);
}

#[test]
fn a_budget_for_long_conversations() {
    holds("budget", false);
}

#[test]
fn a_chat_application_that_asked_the_provider_itself() {
    holds("chat_app", true);
}

#[test]
fn an_application_that_called_tools_as_functions() {
    holds("tool_app", true);
}
