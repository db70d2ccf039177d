//! The user's own tests, old tests on new code: what fails now, what failed before, what they reached, and who is to blame.

use serde_json::{Value, json};

use super::support::{Project, program};

const CORE: &str = "\
import warnings
from victor.agent.orchestrator import AgentOrchestrator


def model(orch: AgentOrchestrator):
    return orch._model


def messages(orch: AgentOrchestrator):
    return orch._context_manager.get_messages()


def unused(orch: AgentOrchestrator):
    return orch._provider
";

/// What is passed hides behind a star: a fake that is seen makes the fix one for review.
const TESTS: &str = "\
import asyncio
import warnings

import pytest
from app.core import messages, model
from victor.agent.orchestrator import AgentOrchestrator


class Fake:
    _model = \"tiny\"

    def __getattr__(self, name):
        raise AttributeError(name)


class Aging:
    _model = \"tiny\"

    @property
    def model(self):
        warnings.warn(\"model is old\", DeprecationWarning)
        return \"tiny\"


def test_a_fake_has_only_the_internal():
    assert model(*[Fake()]) == \"tiny\"


def test_warns_on_the_new_path():
    assert model(*[Aging()]) == \"tiny\"


def test_messages():
    orch = AgentOrchestrator(model=\"m\")
    asyncio.run(orch.chat(\"Hello\"))
    assert len(messages(orch)) == 2 and orch._model == \"m\"


def test_was_red_before():
    assert 1 == 2


@pytest.mark.skip
def test_skipped():
    pass
";

fn tests(project: &Project, command: &str) -> (Option<i32>, Value) {
    let run = project.run(&["verify", ".", "--format", "json", "--tests", command]);
    (run.code, run.json()["tests"].clone())
}

#[test]
fn each_test_is_the_same_newly_failing_or_failed_before_and_the_edit_to_blame_is_named() {
    if !program("pytest-3") {
        return;
    }
    let project = Project::new(&[("app/__init__.py", ""), ("app/core.py", CORE), ("tests/test_core.py", TESTS), ("pyproject.toml", "")]);
    let before = project.files();
    let (code, told) = tests(&project, "pytest-3 -q -p no:cacheprovider");
    assert_eq!(code, Some(1), "{told:#}");
    let failing = "AttributeError: model";
    assert_eq!(told["newly_failing"], json!({ "tests/test_core.py::test_a_fake_has_only_the_internal": failing }), "{told:#}");
    assert_eq!(told["failed_before"], json!({ "tests/test_core.py::test_was_red_before": "assert 1 == 2" }));
    let warning = "DeprecationWarning: model is old";
    assert_eq!(told["newly_warning"], json!({ "tests/test_core.py::test_warns_on_the_new_path": [warning] }));
    assert_eq!(told["to_blame"], json!([{ "path": "app/core.py", "line": 6, "rule": "provider-read" }]));
    assert_eq!((&told["changed_lines"], &told["reached_lines"], &told["same"]), (&json!(3), &json!(2), &json!(3)));
    assert_eq!(told["victor"], "the bundled runtime");
    assert_eq!(project.files(), before);
}

#[test]
fn a_command_without_named_tests_counts_by_its_exit_code_and_one_that_hangs_is_ended() {
    let project = Project::new(&[("core.py", CORE)]);
    let (code, told) = tests(&project, "! grep -q 'orch.model' core.py");
    assert_eq!((code, &told["ended"]), (Some(1), &json!(["0", "1"])));
    assert_eq!(tests(&project, "true").0, Some(0));
    let (code, told) = tests(&project, "no-such-command-anywhere");
    assert_eq!((code, &told["ended"]), (Some(2), &json!(["127", "127"])));
    let run = project.run(&["verify", ".", "--tests", "sleep 100 & sleep 100", "--timeout", "1"]).ends_with(2);
    assert!(run.out.contains("No test was seen") && run.out.contains("stopped after 1 s before"), "{}", run.out);
}

#[test]
fn a_command_that_can_tell_nothing_of_an_edit_is_no_verdict() {
    let project = Project::new(&[("core.py", CORE)]);
    for command in ["", "  "] {
        let run = project.run(&["verify", ".", "--tests", command]).ends_with(2);
        assert!(run.err.contains("--tests needs the command that runs your tests"), "{}", run.err);
    }
    for (command, code) in [("no-such-command-anywhere", "127"), ("exit 5", "5")] {
        let run = project.run(&["verify", ".", "--tests", command]).ends_with(2);
        let told = format!("{command}: tells nothing of the edits: on the code as it is, it shows no test and ended with {code}");
        assert!(run.err.contains(&told), "{}", run.err);
    }
}
